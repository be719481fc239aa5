// `wavetank sensitivity`: which axes of a scenario its figures depend on.
import { Stream } from '../../engine/random.ts';
import { InputError } from '../../lib/errors.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { contentHash } from '../../scenario/hash.ts';
import { expandJobs } from '../../scenario/expand.ts';
import type { Cell } from '../../sweep/index-files.ts';
import { measuredIn } from '../../sweep/figure-values.ts';
import { morrisPlan, type Sensitivity, sobolPlan, valuesByRow } from '../../sweep/designs/sensitivity.ts';
import { writeSensitivity } from '../../sweep/designs/write-sensitivity.ts';
import { familySchemas } from '../../world/families.ts';
import { withExamples } from '../examples.ts';
import { runAll } from '../many.ts';
import { printJson } from '../many-json.ts';
import { type ManyArguments, manyOptions } from '../many-options.ts';
import { exitCodeOfJobs, printFailures } from '../many-print.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import { printSensitivity, sensitivityAsJson } from '../sensitivity-print.ts';
import type { Verb } from '../verb.ts';

const OF = '--of';
const METHODS = ['morris', 'sobol'] as const;
const USUAL = { morris: 10, sobol: 64 };

interface SensitivityArguments extends ScenarioArguments, ManyArguments {
  readonly vary?: string | readonly string[];
  readonly of?: string | readonly string[];
  readonly method: (typeof METHODS)[number];
  readonly samples?: string;
}

export const sensitivity: Verb<SensitivityArguments> = {
  builder: (argv) =>
    withExamples(
      manyOptions(scenarioOptions(argv))
        .option('vary', {
          describe:
            'an axis, path=value,value or path=34..46:2; beside those of the scenario or instead of one; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('of', {
          describe: 'a figure, as in an expectation, beside those of the expectations; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('method', {
          describe: 'morris: which axes matter, in few runs; sobol: their shares of the variance, in many',
          choices: METHODS,
          default: 'morris' as const,
        })
        .option('samples', {
          describe: `ways through the axes of morris (default: ${USUAL.morris}), points of sobol (default: ${USUAL.sobol}): so many times one more, or two more, than there are axes are the cells at most`,
          type: 'string',
          requiresArg: true,
        }),
      [
        ['a packaged scenario with its axes', 'wavetank sensitivity what-matters'],
        ['shares of the variance', 'wavetank sensitivity what-matters --method sobol --samples 128'],
        [
          'of another figure',
          "wavetank sensitivity shop.yaml --vary 'Deployment/web:/spec/replicas=2..12' --vary spec.traffic[0].timeout=1s,2s,5s --of requests.p99",
        ],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const vary = given.vary === undefined ? [] : [given.vary].flat();
    const figures = given.of === undefined ? [] : [given.of].flat();
    const loaded = load(given, families, {
      ...(vary.length === 0 ? {} : { vary }),
      measure: figures.map((figure) => ({ figure, by: OF })),
    });
    const { sweep, seed, expect } = loaded.scenario;
    const file = given.files.join(' ');
    if (sweep.length === 0)
      throw new InputError(`${file}: has no axes; add \`spec.sweep\`, or use --vary path=value,value`);
    if (expect.length === 0)
      throw new InputError(`${OF}: name a figure, such as requests.p99: ${file} has no expectations`);
    const { method } = given;
    const stream = new Stream(seed, `sensitivity/${method}`);
    const samples = wholeNumber('samples', given.samples, 2) ?? USUAL[method];
    const plan = (method === 'morris' ? morrisPlan : sobolPlan)(sweep, samples, () => stream.uniform());
    const seeds = wholeNumber('seeds', given.seeds, 1);
    const options = { families: familySchemas(families), choices: plan.choices };
    const jobs = expandJobs(loaded, { ...options, ...(seeds === undefined ? {} : { seeds }) });
    const keyOf = (values: readonly unknown[]) => contentHash(values);
    const rows = new Map(plan.choices.map((row) => [keyOf(row.map((level, axis) => sweep[axis].values[level])), row]));
    const rowOf = ({ ends: [{ job }] }: Cell) => rows.get(keyOf(job.axes.map(({ value }) => value))) ?? [];
    const found = new Map<string, readonly Sensitivity[]>();
    const many = await runAll(jobs, given, loaded, {
      verb: 'sensitivity',
      more: [
        ...vary.flatMap((axis) => ['--vary', axis]),
        ...figures.flatMap((figure) => [OF, figure]),
        '--method',
        method,
        '--samples',
        String(samples),
      ],
      onIndexed(folder, cells) {
        for (const figure of measuredIn(cells)) {
          const axes = plan.judge(valuesByRow(cells, rowOf, figure));
          if (axes.length > 0) found.set(figure, axes);
        }
        writeSensitivity(folder, found);
      },
    });
    if (given.json === true) printJson(many, { sensitivity: sensitivityAsJson(found) });
    else printSensitivity(many, found);
    printFailures(many);
    process.exitCode = exitCodeOfJobs(many);
  },
};
