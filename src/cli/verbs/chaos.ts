// `wavetank chaos`: strikes each target of a scenario at each moment, once, and says what hurts when.
import { loadFamilies } from '../../library/plugins.ts';
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { writeDuration } from '../../lib/units.ts';
import { NO_FAULT, TARGET_AXIS } from '../../scenario/chaos/chaos.ts';
import { strikes } from '../../scenario/chaos/strikes.ts';
import { expandJobs } from '../../scenario/expand.ts';
import type { Job, LoadedScenario } from '../../scenario/scenario.ts';
import { type Matrix, matrixOf } from '../../sweep/chaos/matrix.ts';
import { type Moment, momentsOf } from '../../sweep/chaos/moments.ts';
import { writeMatrix } from '../../sweep/chaos/write-matrix.ts';
import { type Families, familySchemas } from '../../world/families.ts';
import { chaosAsJson, printChaos } from '../chaos/chaos-print.ts';
import { withExamples } from '../examples.ts';
import { runAll } from '../many.ts';
import { printJson } from '../many-json.ts';
import { type ManyArguments, manyOptions } from '../many-options.ts';
import { exitCodeOfMany, printFailures } from '../many-print.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import type { Verb } from '../verb.ts';

const OPTIONS = ['targets', 'moments', 'for', 'measure'] as const;

interface ChaosArguments extends ScenarioArguments, ManyArguments, Partial<Record<(typeof OPTIONS)[number], string>> {}

export const chaos: Verb<ChaosArguments> = {
  builder: (argv) =>
    withExamples(
      manyOptions(scenarioOptions(argv))
        .option('targets', {
          describe:
            'comma-separated: zones, nodes, every-node, workloads, jobs, external, control-plane, every-process, or one by its name, such as deployment/web; instead of `spec.chaos.targets`',
          type: 'string',
          requiresArg: true,
        })
        .option('moments', {
          describe: 'comma-separated: times, evenly:N, rollouts, peaks; instead of `spec.chaos.moments`',
          type: 'string',
          requiresArg: true,
        })
        .option('for', {
          describe: 'how long what is hit stays away; instead of `spec.chaos.for`',
          type: 'string',
          requiresArg: true,
        })
        .option('measure', {
          describe:
            'comma-separated figures beside the usual ones, as in `spec.expect`; instead of `spec.chaos.measure`',
          type: 'string',
          requiresArg: true,
        }),
      [
        ['a packaged scenario with its targets', 'wavetank chaos chaos-matrix'],
        ['everything that a scenario has, at the usual moments', 'wavetank chaos shop.yaml'],
        ['two targets, five seeds', 'wavetank chaos shop.yaml --targets zone/b,deployment/shop/cart --seeds 5'],
        [
          'every node during rollouts, for ten minutes',
          'wavetank chaos shop.yaml --targets every-node --moments rollouts --for 10m',
        ],
        ['one more figure', "wavetank chaos shop.yaml --measure 'min(deployment.web.available)'"],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const loaded = load(given, families, { chaos: writtenOptions(given) });
    const seeds = wholeNumber('seeds', given.seeds, 1);
    const { jobs, moments } = jobsOf(loaded, families, seeds);
    const left = unjudged(jobs, given.targets !== undefined || given.moments !== undefined);
    let matrix: Matrix | undefined;
    // The cells have more figures than the scenario: those that are only measured.
    const many = await runAll(jobs, given, jobs[0].loaded, {
      verb: 'chaos',
      more: OPTIONS.flatMap((name) => (given[name] === undefined ? [] : [`--${name}`, given[name]])),
      onIndexed(folder, cells) {
        matrix = matrixOf(cells, moments);
        writeMatrix(folder, matrix);
      },
    });
    if (given.json === true) printJson(many, matrix === undefined ? {} : { chaos: chaosAsJson(matrix) });
    else printChaos(many, matrix, left);
    printFailures(many);
    process.exitCode = exitCodeOfMany(many);
  },
};

function writtenOptions(given: ChaosArguments): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const name of OPTIONS) {
    const text = given[name];
    if (text !== undefined) written[name] = name === 'for' ? text : text.split(',').map((word) => word.trim());
  }
  return written;
}

type NamedMoment = Moment & { readonly label: string };

/** The run without a fault and the strikes, each with every seed; and the moments by their labels. */
function jobsOf(
  loaded: LoadedScenario,
  families: Families,
  seeds: number | undefined,
): { readonly jobs: readonly Job[]; readonly moments: readonly NamedMoment[] } {
  const { scenario } = loaded;
  const { chaos: plan } = scenario;
  const schemas = familySchemas(families);
  const file = loaded.inputs[0].file;
  if (plan === undefined || plan.targets.length === 0) {
    throw new InputError({
      file,
      message: 'has nothing to strike: no node, no zone, no Deployment, no external system',
    });
  }
  const [alone] = expandJobs(loaded, { families: schemas, base: true, seeds: 1 });
  const moments = momentsOf(plan.moments, alone, { families, check: false }).map((one) => ({
    ...one,
    label: writeDuration(one.atUs),
  }));
  if (moments.length === 0) {
    throw new InputError({
      file,
      message: 'has no such moment: no rollout, or no peak; name times with --moments, such as 3m or evenly:4',
    });
  }
  const cells = strikes(
    plan,
    moments.map(({ atUs }) => atUs),
  );
  const jobs = expandJobs(loaded, { families: schemas, cells, ...(seeds === undefined ? {} : { seeds }) });
  return { jobs, moments };
}

/**
 * How many expectations are about strikes that are left out where only `some` are asked for. An expectation about a strike that the scenario itself does not have is a
 * slip of the pen, and so is one about a target that nothing is called.
 */
function unjudged(jobs: readonly Job[], some: boolean): number {
  const { expect, chaos: plan } = jobs[0].loaded.scenario;
  const unmet = expect.filter(
    ({ where, text }) =>
      where.length > 0 &&
      !jobs.some(({ loaded }) => loaded.scenario.expect.some((one) => one.text === text && one.applies)),
  );
  const labels = [NO_FAULT, ...(plan?.labels ?? [])];
  const problems = unmet.flatMap(({ where, place, text }) => {
    const target = where.find(({ axis }) => axis === TARGET_AXIS)?.value;
    const says = JSON.stringify(text);
    if (target !== undefined && !labels.includes(target))
      return [{ ...place, message: `${says}: there is no target "${target}"${didYouMean(target, labels)}` }];
    return some ? [] : [{ ...place, message: `${says}: no such target is hit at such a moment` }];
  });
  if (problems.length > 0) throw new InputError(problems);
  return unmet.length;
}
