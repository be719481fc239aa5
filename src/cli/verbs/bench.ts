// `wavetank bench`: one scenario under several schedulers, balancers or anything else, each under the same load.
import { InputError } from '../../lib/errors.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { benchOf, type Benched, writeBench } from '../../sweep/bench.ts';
import { familySchemas } from '../../world/families.ts';
import { benchAsJson, printBench } from '../bench/bench-print.ts';
import { type BestArguments, bestOptions, readBest } from '../best.ts';
import type { JobEnd } from '../../sweep/run-jobs.ts';
import { withExamples } from '../examples.ts';
import { runAll } from '../many.ts';
import { printJson } from '../many-json.ts';
import { type ManyArguments, manyOptions } from '../many-options.ts';
import { exitCodeOfMany, printFailures } from '../many-print.ts';
import { Schedulers } from '../bench/scheduler-files.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import { readUntil, type UntilArguments, untilOptions } from '../until.ts';
import type { Verb } from '../verb.ts';

interface BenchArguments extends ScenarioArguments, ManyArguments, UntilArguments, BestArguments {
  readonly schedulers?: string;
}

export const bench: Verb<BenchArguments> = {
  builder: (argv) =>
    withExamples(
      bestOptions(untilOptions(manyOptions(scenarioOptions(argv)))).option('schedulers', {
        describe:
          'comma-separated names (`default` or scheduler plugins) and files (KubeSchedulerConfiguration), instead of `spec.bench`',
        type: 'string',
        requiresArg: true,
      }),
      [
        ['six schedulers, packaged', 'wavetank bench scheduler-shootout'],
        [
          'schedulers by name, on five seeds',
          'wavetank bench shop.yaml --schedulers default,TightestFit,Tetris --seeds 5',
        ],
        ['what your own configuration changes', 'wavetank bench shop.yaml --schedulers default,my-scheduler.yaml'],
        [
          'the best of six with probability 95 %',
          "wavetank bench scheduler-shootout --best 'pods.scheduling.p99 ± 5%'",
        ],
        ['your own plugin against the default', 'wavetank bench shop.yaml --plugin mine.mjs --schedulers default,Mine'],
        [
          'balancers, rollouts …: variants that the scenario lists under `bench:`',
          'wavetank bench web.yaml --seeds 10',
        ],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const schedulers = given.schedulers === undefined ? undefined : new Schedulers(given.schedulers);
    const selecting = readBest(given);
    const waiting = selecting === undefined ? readUntil(given) : undefined;
    const wanted = selecting ?? waiting;
    const loaded = load(given, families, {
      ...(schedulers === undefined ? {} : { bench: schedulers.variants }),
      ...(wanted === undefined ? {} : { measure: wanted.measure }),
    });
    if (loaded.scenario.bench.length === 0) {
      throw new InputError(
        `${given.files.join(' ')}: has nothing to compare; add \`spec.bench\`, or use --schedulers name,name`,
      );
    }
    const best = selecting?.plan(loaded);
    const until = waiting?.plan(loaded);
    const seeds = best?.seeds ?? until?.seeds ?? wholeNumber('seeds', given.seeds, 1);
    const options = { families: familySchemas(families), bench: true, ...(seeds === undefined ? {} : { seeds }) };
    const expand = () => expandJobs(loaded, options);
    const jobs = schedulers === undefined ? expand() : schedulers.placed(expand);
    let rows: readonly Benched[] = [];
    const many = await runAll(jobs, given, loaded, {
      verb: 'bench',
      more: [...(given.schedulers === undefined ? [] : ['--schedulers', given.schedulers]), ...(best?.more ?? [])],
      ...(best === undefined ? {} : { next: (ends: readonly JobEnd[]) => best.next(ends), seeds: best.seeds }),
      until,
      onIndexed(folder, cells) {
        rows = benchOf(cells);
        writeBench(folder, rows);
        best?.finish(folder, cells);
      },
    });
    if (given.json === true) {
      const variants = benchAsJson(many, rows);
      printJson(many, { variants, ...(best === undefined ? {} : { best: best.json() }) });
    } else {
      printBench(many, rows);
      process.stdout.write(best?.lines() ?? '');
    }
    printFailures(many);
    process.exitCode = exitCodeOfMany(many) || (best?.exitCode() ?? 0);
  },
};
