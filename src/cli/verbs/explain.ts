// `wavetank explain`: why a pod is where it is (verdicts and scores of one attempt), or why a workload is not what it should be.
import { InputError } from '../../lib/errors.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { explainPod } from '../../world/explain/pod.ts';
import { podOverTime } from '../../world/explain/pod-over-time.ts';
import { explainWorkload } from '../../world/explain/workload.ts';
import { familySchemas } from '../../world/families.ts';
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { explanationText } from '../explain/explain-text.ts';
import { historyText } from '../explain/history-text.ts';
import { notThere, workloadName } from '../explain/workload-name.ts';
import { workloadText } from '../explain/workload-text.ts';
import { UsageError } from '../failure.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { load, type ScenarioArguments, scenarioOptions } from '../scenario-options.ts';
import type { Verb } from '../verb.ts';

/** Where the terminal does not say. */
const DEFAULT_WIDTH = 120;

/** Width in columns, and colours. */
type Paper = readonly [width: number, colors: ReturnType<typeof colors>];

interface ExplainArguments extends ScenarioArguments {
  readonly pod?: string;
  readonly workload?: string;
  readonly at?: string;
  readonly overTime?: boolean;
  readonly output: 'table' | 'json';
  readonly json?: boolean;
}

export const explain: Verb<ExplainArguments> = {
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv)
        .option('pod', {
          describe: 'namespace/name, or a prefix of it; a pending pod is preferred',
          type: 'string',
          requiresArg: true,
          conflicts: 'workload',
        })
        .option('workload', {
          describe:
            'kind/namespace/name, such as deployment/shop/web or sts/db (namespace default), or a node: node/worker-1',
          type: 'string',
          requiresArg: true,
        })
        .option('at', {
          describe: 'the state at this time, such as 5m (default: at the end of the run)',
          type: 'string',
          requiresArg: true,
        })
        .option('over-time', {
          describe: 'with --pod: every attempt to schedule it from its creation on, and what changed between them',
          type: 'boolean',
        })
        .option('output', {
          describe: 'output format',
          alias: 'o',
          choices: ['table', 'json'] as const,
          default: 'table' as const,
        })
        .option('json', { describe: 'print one JSON object on standard output, as -o json does', type: 'boolean' }),
      [
        ['the first pod whose name has this prefix', 'wavetank explain hello --pod default/echo'],
        ['why it was pending after five minutes', 'wavetank explain shop.yaml --pod shop/web --at 5m'],
        ['how that came about, attempt by attempt', 'wavetank explain shop.yaml --pod shop/web --over-time'],
        ['why a StatefulSet is not what it should be', 'wavetank explain mysql.yaml --workload sts/shop/db --at 5m'],
        ['for a program', 'wavetank explain hello --pod default/echo -o json'],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const loaded = load(given, families);
    const [job] = expandJobs(loaded, { families: familySchemas(families), seeds: 1 });
    const at = given.at === undefined ? undefined : parseDurationUs(given.at);
    if (given.at !== undefined && at === undefined) {
      throw new InputError(`--at: expected a duration such as "5m", got "${given.at}"`);
    }
    const width = process.stdout.columns ?? (Number(process.env['COLUMNS']) || DEFAULT_WIDTH);
    const print = <Explained>(found: Explained, text: (found: Explained, ...how: Paper) => string): void => {
      const json = given.json === true || given.output === 'json';
      const out = json ? `${JSON.stringify(found)}\n` : text(found, width, colors(process.stdout));
      process.stdout.write(out);
    };
    if (given.overTime === true && given.pod === undefined)
      throw new UsageError('--over-time is about a pod: name one with --pod');
    if (given.workload !== undefined) {
      const name = workloadName(given.workload);
      const found = explainWorkload(job, families, name, at);
      if ('existing' in found) throw notThere(given.workload, name, found, given.at);
      print(found, workloadText);
      return;
    }
    if (given.pod === undefined) throw new UsageError('name a pod (--pod) or a workload (--workload)');
    const explanation = given.overTime === true ? undefined : explainPod(job, families, given.pod, at);
    const history = given.overTime === true ? podOverTime(job, families, given.pod, at) : undefined;
    if (explanation !== undefined) print(explanation, explanationText);
    else if (history !== undefined) print(history, historyText);
    else {
      const until = at === undefined ? '' : ` until ${given.at}`;
      throw new InputError(`--pod: no pod ${given.pod} existed${until}; names are in pods.csv of a run`);
    }
  },
};
