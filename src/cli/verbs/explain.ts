// `wavetank explain`: why a pod is where it is: every node's verdict and every plugin's score, of one attempt.
import { InputError } from '../../lib/errors.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { explainPod } from '../../world/explain.ts';
import { familySchemas } from '../../world/families.ts';
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { explanationText } from '../explain-text.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { load, type ScenarioArguments, scenarioOptions } from '../scenario-options.ts';
import type { Verb } from '../verb.ts';

/** Where the terminal does not say. */
const DEFAULT_WIDTH = 120;

interface ExplainArguments extends ScenarioArguments {
  readonly pod: string;
  readonly at?: string;
  readonly output: 'table' | 'json';
}

export const explain: Verb<ExplainArguments> = {
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv)
        .option('pod', {
          describe: 'namespace/name, or the beginning of a name: of those, one that is pending',
          type: 'string',
          demandOption: true,
          requiresArg: true,
        })
        .option('at', {
          describe: 'what was known at this time, such as 5m; left out: at the end of the run',
          type: 'string',
          requiresArg: true,
        })
        .option('output', {
          describe: 'how it is printed',
          alias: 'o',
          choices: ['table', 'json'] as const,
          default: 'table' as const,
        }),
      [
        ['the first pod whose name begins so', 'wavetank explain hello --pod default/echo'],
        ['why it was pending after five minutes', 'wavetank explain shop.yaml --pod shop/web --at 5m'],
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
    const explanation = explainPod(job, families, given.pod, at);
    if (explanation === undefined) {
      const until = at === undefined ? '' : ` until ${given.at}`;
      throw new InputError(`--pod: no pod ${given.pod} was there${until}; names are in pods.csv of a run`);
    }
    if (given.output === 'json') {
      process.stdout.write(`${JSON.stringify(explanation)}\n`);
      return;
    }
    const width = process.stdout.columns ?? (Number(process.env['COLUMNS']) || DEFAULT_WIDTH);
    process.stdout.write(explanationText(explanation, width, colors(process.stdout)));
  },
};
