// `wavetank sweep`: every cell of a scenario's axes with every seed, on all processors.
import { InputError } from '../../lib/errors.ts';
import { Stream } from '../../engine/random.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { type Design, designOf } from '../../sweep/designs/design.ts';
import { writeEffects } from '../../sweep/designs/write-effects.ts';
import { familySchemas } from '../../world/families.ts';
import { type BestArguments, bestOptions, readBest } from '../best.ts';
import type { JobEnd } from '../../sweep/run-jobs.ts';
import { withExamples } from '../examples.ts';
import { runAll } from '../many.ts';
import { printJson } from '../many-json.ts';
import { type ManyArguments, manyOptions } from '../many-options.ts';
import { exitCodeOfMany, printFailures, printMany } from '../many-print.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { shown } from '../shown-path.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import { readUntil, type UntilArguments, untilOptions } from '../until.ts';
import type { Verb } from '../verb.ts';

interface SweepArguments extends ScenarioArguments, ManyArguments, UntilArguments, BestArguments {
  readonly vary?: string | readonly string[];
  readonly design?: string;
}

/** Where the effects are, and how far they can be told apart. */
function designLines({ choices, factors }: Design, folder: string): string {
  if (factors === undefined) return `Design:  ${choices.length} cells of a Latin hypercube\n`;
  const mixed =
    factors.resolution === 3
      ? '; an axis cannot be told apart from two others that act together (resolution III)'
      : factors.resolution === 4
        ? '; two axes that act together cannot be told apart from two others (resolution IV)'
        : '';
  return `Effects: ${shown(folder)}/effects.csv${mixed}\n`;
}

export const sweep: Verb<SweepArguments> = {
  builder: (argv) =>
    withExamples(
      bestOptions(untilOptions(manyOptions(scenarioOptions(argv))))
        .option('vary', {
          describe:
            'an axis, path=value,value or path=34..46:2; beside those of the scenario or instead of one; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('design', {
          describe:
            'the cells that are run: full (all), two-level (first and last value of each axis), fraction:8 (some of these), latin:20 (a Latin hypercube)',
          type: 'string',
          requiresArg: true,
        }),
      [
        ['a packaged scenario with its axes', 'wavetank sweep balancers'],
        ['three cells of five seeds', 'wavetank sweep shop.yaml --vary spec.traffic[0].timeout=500ms,1s,2s --seeds 5'],
        ['an axis in a Kubernetes object', "wavetank sweep web.yaml --vary 'Deployment/web:/spec/replicas=2,4,8'"],
        ['in each cell as many seeds as that takes', "wavetank sweep balancers --until 'requests.p99 ± 2%'"],
        ['the extremes of each axis, and what each does', 'wavetank sweep what-matters --design two-level'],
        ['go on after an interruption', 'wavetank sweep balancers --threads 8 --resume'],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const vary = given.vary === undefined ? [] : [given.vary].flat();
    const selecting = readBest(given);
    const waiting = selecting === undefined ? readUntil(given) : undefined;
    const wanted = selecting ?? waiting;
    const loaded = load(given, families, {
      ...(vary.length === 0 ? {} : { vary }),
      ...(wanted === undefined ? {} : { measure: wanted.measure }),
    });
    if (loaded.scenario.sweep.length === 0) {
      throw new InputError(
        `${given.files.join(' ')}: has no axes; add \`spec.sweep\`, or use --vary path=value,value. Seeds alone are \`wavetank run --seeds\``,
      );
    }
    const best = selecting?.plan(loaded);
    const until = waiting?.plan(loaded);
    const seeds = best?.seeds ?? until?.seeds ?? wholeNumber('seeds', given.seeds, 1);
    const { sweep: axes, seed } = loaded.scenario;
    const stream = new Stream(seed, 'design');
    const design = designOf(given.design ?? 'full', axes, () => stream.uniform(), '--design');
    const jobs = expandJobs(loaded, {
      families: familySchemas(families),
      ...(seeds === undefined ? {} : { seeds }),
      ...(design === undefined ? {} : { choices: design.choices }),
    });
    const many = await runAll(jobs, given, loaded, {
      verb: 'sweep',
      more: [
        ...vary.flatMap((axis) => ['--vary', axis]),
        ...(best?.more ?? []),
        ...(given.design === undefined ? [] : ['--design', given.design]),
      ],
      until,
      ...(best === undefined ? {} : { next: (ends: readonly JobEnd[]) => best.next(ends), seeds: best.seeds }),
      onIndexed(folder, cells) {
        best?.finish(folder, cells);
        if (design?.factors !== undefined) writeEffects(folder, cells, design.factors.rows);
      },
    });
    if (given.json === true) {
      printJson(many, best === undefined ? {} : { best: best.json() });
    } else {
      printMany(many);
      process.stdout.write(best?.lines() ?? '');
      if (design !== undefined && many.interrupted === undefined && many.shard === undefined)
        process.stdout.write(designLines(design, many.folder));
    }
    printFailures(many);
    process.exitCode = exitCodeOfMany(many) || (best?.exitCode() ?? 0);
  },
};
