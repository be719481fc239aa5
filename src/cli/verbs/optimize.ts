// `wavetank optimize`: searches the axes of a scenario for the cheapest setting that keeps its expectations.
import { Stream } from '../../engine/random.ts';
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { valueLabel } from '../../scenario/axes.ts';
import { expandJobs } from '../../scenario/expand.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { bayesian } from '../../sweep/optimize/bayesian.ts';
import { bisection } from '../../sweep/optimize/bisection.ts';
import {
  type Cost,
  costByOrder,
  costOfAxes,
  costOfFigure,
  isAboutAxes,
  unknownCost,
} from '../../sweep/optimize/cost.ts';
import type { Method } from '../../sweep/optimize/method.ts';
import { type Optimum, Search } from '../../sweep/optimize/search.ts';
import { writeOptimum } from '../../sweep/optimize/write-optimum.ts';
import { type Families, familySchemas } from '../../world/families.ts';
import { withExamples } from '../examples.ts';
import { runAll } from '../many.ts';
import { printJson } from '../many-json.ts';
import { type ManyArguments, manyOptions } from '../many-options.ts';
import { exitCodeOfJobs, printFailures } from '../many-print.ts';
import { optimumAsJson, printOptimum } from '../optimum-print.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import type { Verb } from '../verb.ts';

const MINIMIZE = '--minimize';
const METHODS = ['bisection', 'bayesian'] as const;
const SEEDS = 3;
const BUDGET = 40;
/** They show that 90 % of runs hold. */
const VERIFY = 29;

interface OptimizeArguments extends ScenarioArguments, ManyArguments {
  readonly vary?: string | readonly string[];
  readonly minimize?: string;
  readonly method?: (typeof METHODS)[number];
  readonly budget?: string;
  readonly verify?: string;
}

export const optimize: Verb<OptimizeArguments> = {
  builder: (argv) =>
    withExamples(
      manyOptions(scenarioOptions(argv))
        .option('vary', {
          describe:
            'an axis, path=value,value or path=34..46:2; beside those of the scenario or instead of one; a single one from the cheapest value to the dearest; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('minimize', {
          describe: 'the cost: a figure such as nodes.cost, or axes with * and + between them, such as replicas*cpu',
          type: 'string',
          requiresArg: true,
        })
        .option('method', {
          describe: 'bisection on one axis (its default), bayesian on any',
          choices: METHODS,
          requiresArg: true,
        })
        .option('budget', {
          describe: `bayesian: settings that are run at most (default: ${BUDGET})`,
          type: 'string',
          requiresArg: true,
        })
        .option('verify', {
          describe: `fresh seeds that the setting found must hold too: 29 show that 90 % of runs do, 59 that 95 % do, with 95 % confidence (default: ${VERIFY})`,
          type: 'string',
          requiresArg: true,
        }),
      [
        ['a packaged scenario with its axis', 'wavetank optimize how-many-replicas'],
        ['the fewest nodes', "wavetank optimize shop.yaml --vary 'spec.cluster.nodePools[0].count=3..40'"],
        [
          'replicas and CPU together',
          "wavetank optimize web.yaml --vary 'Deployment/web:/spec/replicas=2..20' --vary 'Deployment/web:/spec/template/spec/containers/0/resources/requests/cpu=250m,500m,1,2' --minimize replicas*cpu",
        ],
        [
          'the target of an autoscaler, by what nodes cost',
          "wavetank optimize shop.yaml --vary 'HorizontalPodAutoscaler/web:/spec/metrics/0/resource/target/averageUtilization=90,80,70,60,50,40' --minimize nodes.cost",
        ],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const { loaded, cost } = loadWithCost(given, families);
    const seeds = wholeNumber('seeds', given.seeds, 1) ?? Math.max(SEEDS, loaded.scenario.seeds);
    const verify = wholeNumber('verify', given.verify, 0) ?? VERIFY;
    if (verify === 1) throw new InputError('--verify: one seed shows nothing: expected 0, or 2 and more');
    const method = methodOf(given, loaded, cost);
    const schemas = familySchemas(families);
    const search = new Search({
      method,
      cost,
      seeds,
      verify,
      jobsOf: (row) => expandJobs(loaded, { families: schemas, seeds, choices: [row] }),
    });
    let optimum: Optimum | undefined;
    const many = await runAll(search.first(), given, loaded, {
      verb: 'optimize',
      more: retyped(given),
      next: (ends) => search.next(ends),
      order: (cells) => search.inOrder(cells),
      onIndexed(folder, cells) {
        optimum = search.outcome(cells);
        writeOptimum(folder, optimum, cost, method.name);
      },
    });
    if (given.json === true)
      printJson(many, optimum === undefined ? {} : { optimum: optimumAsJson(optimum, cost, method.name) });
    else printOptimum(many, optimum, cost, verify);
    printFailures(many);
    process.exitCode = exitCodeOfJobs(many) || (optimum?.best === undefined ? 1 : 0);
  },
};

function retyped({ vary, minimize, method, budget, verify }: OptimizeArguments): string[] {
  return [
    ...[vary ?? []].flat().flatMap((axis) => ['--vary', axis]),
    ...Object.entries({ minimize, method, budget, verify }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    ),
  ];
}

/** The scenario with the figure that is the cost among those that are measured. Throws an InputError. */
function loadWithCost(given: OptimizeArguments, families: Families): { loaded: LoadedScenario; cost: Cost } {
  const vary = given.vary === undefined ? [] : [given.vary].flat();
  const more = vary.length === 0 ? {} : { vary };
  const loaded = load(given, families, more);
  const file = given.files.join(' ');
  const { sweep, expect } = loaded.scenario;
  if (sweep.length === 0)
    throw new InputError(`${file}: has no axes to search; add \`spec.sweep\`, or use --vary path=value,value`);
  if (expect.length === 0)
    throw new InputError(`${file}: has no expectations to keep; add \`spec.expect\`, such as requests.p99 < 250ms`);
  const { minimize } = given;
  if (minimize === undefined) {
    if (sweep.length === 1) return { loaded, cost: costByOrder(sweep[0]) };
    const labels = sweep.map(({ label }) => label).join('*');
    throw new InputError(
      `${MINIMIZE}: say what is the cost of several axes: a figure such as nodes.cost, or ${labels}`,
    );
  }
  if (isAboutAxes(minimize, sweep)) return { loaded, cost: costOfAxes(minimize, sweep, MINIMIZE) };
  const near = didYouMean(
    minimize,
    sweep.map(({ label }) => label),
  );
  if (!/[.(]/.test(minimize) || /[*+]/.test(minimize) || near !== '') throw unknownCost(minimize, sweep, MINIMIZE);
  const measuring = load(given, families, { ...more, measure: [{ figure: minimize, by: MINIMIZE }] }, false);
  return { loaded: measuring, cost: costOfFigure(minimize.replaceAll(/\s+/g, ' ').trim()) };
}

function methodOf({ method, budget: given }: OptimizeArguments, { scenario }: LoadedScenario, cost: Cost): Method {
  const { sweep, seed } = scenario;
  const budget = wholeNumber('budget', given, 2);
  if ((method ?? (sweep.length === 1 ? 'bisection' : 'bayesian')) === 'bisection') {
    if (sweep.length > 1) throw new InputError('--method bisection: is for one axis, and there are several');
    if (budget !== undefined) throw new InputError('--budget: is for --method bayesian; bisection ends by itself');
    return bisection(sweep[0].values.length, (level) => valueLabel(sweep[0].values[level]));
  }
  const levels = sweep.map(({ values }) => values.length);
  return bayesian({
    levels,
    cost,
    budget: budget ?? BUDGET,
    chance: (round) => {
      const stream = new Stream(seed, `optimize/${round}`);
      return () => stream.uniform();
    },
  });
}
