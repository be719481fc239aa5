// `wavetank explain`: why a pod is where it is: every node's verdict and every plugin's score, of one attempt.
import type { CommandModule } from 'yargs';
import { InputError } from '../lib/errors.ts';
import { expandJobs } from '../scenario/expand.ts';
import { showDuration } from '../world/expectations.ts';
import { explainPod, type Explanation } from '../world/explain.ts';
import { familySchemas } from '../world/families.ts';
import { colors } from './colors.ts';
import { withExamples } from './examples.ts';
import { loadFamilies } from '../library/plugins.ts';
import { load, type ScenarioArguments, scenarioOptions } from './scenario-options.ts';
import { table } from './table.ts';

interface ExplainArguments extends ScenarioArguments {
  readonly pod: string;
  readonly output: 'table' | 'json';
}

export const explain: CommandModule<object, ExplainArguments> = {
  command: 'explain <files..>',
  describe: 'Why a pod is where it is: verdicts and scores of all nodes',
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv)
        .option('pod', {
          describe: 'namespace/name, or the beginning of a name',
          type: 'string',
          demandOption: true,
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
        ['for a program', 'wavetank explain hello --pod default/echo -o json'],
      ],
    ) as never,
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const loaded = load(given, families);
    const [job] = expandJobs(loaded, { families: familySchemas(families), seeds: 1 });
    const explanation = explainPod(job, families, given.pod);
    if (explanation === undefined) {
      throw new InputError(`--pod: no pod ${given.pod} was tried by the scheduler; names are in pods.csv of a run`);
    }
    if (given.output === 'json') process.stdout.write(`${JSON.stringify(explanation)}\n`);
    else print(explanation);
  },
};

function print({ pod, timeUs, attempt, node, message, verdicts, scores, totals }: Explanation): void {
  const { bold, dim } = colors(process.stdout);
  const outcome = node === null ? (message ?? '') : `bound to ${bold(node)}`;
  process.stdout.write(`${bold(pod)}, attempt ${attempt} at ${showDuration(timeUs)}: ${outcome}\n\n`);
  const header = ['node', 'verdict', ...scores.map(({ plugin, weight }) => `${plugin} ×${weight}`), 'total'];
  const rows = Object.entries(verdicts).map(([name, { plugin = '', reasons = [] }]) => [
    name === node ? bold(name) : name,
    reasons.length === 0 ? 'fits' : dim(`${plugin}: ${reasons.join(', ')}`),
    ...scores.map(({ raw, normalized }) => scoreText(raw[name], normalized[name])),
    name in totals ? String(totals[name]) : '',
  ]);
  process.stdout.write(`${table(header, rows)}\n`);
  if (scores.length > 0) {
    process.stdout.write(
      dim(
        '\nraw → normalised score; the total adds them times their weights; the highest wins, ties by the heap rule of 1.36.\n',
      ),
    );
  }
}

function scoreText(raw: number | undefined, normalized: number | undefined): string {
  if (raw === undefined || normalized === undefined) return '';
  return raw === normalized ? String(raw) : `${raw} → ${normalized}`;
}
