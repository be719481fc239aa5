// `wavetank bench`: one scenario under several schedulers, balancers or anything else: what each does to the same waves.
import { basename, extname } from 'node:path';
import type { CommandModule } from 'yargs';
import { InputError } from '../../lib/errors.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { readSource } from '../../scenario/files.ts';
import { parseYamlValue } from '../../scenario/yaml.ts';
import { benchOf, type Benched, writeBench } from '../../sweep/bench.ts';
import { familySchemas } from '../../world/families.ts';
import { benchAsJson, printBench } from '../bench-print.ts';
import { withExamples } from '../examples.ts';
import { runAll } from '../many.ts';
import { type ManyArguments, manyOptions } from '../many-options.ts';
import { exitCodeOfMany, manyAsJson, printFailures } from '../many-print.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';

interface BenchArguments extends ScenarioArguments, ManyArguments {
  readonly schedulers?: string;
}

export const bench: CommandModule<object, BenchArguments> = {
  command: 'bench <files..>',
  describe: 'Compare schedulers, or other variants of a scenario, on the same waves',
  builder: (argv) =>
    withExamples(
      manyOptions(scenarioOptions(argv)).option('schedulers', {
        describe:
          'names (`default`, or scheduler plugins) and files (KubeSchedulerConfiguration), with commas; instead of `spec.bench`',
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
          'a plugin of your own against the default',
          'wavetank bench shop.yaml --plugin mine.mjs --schedulers default,Mine',
        ],
        [
          'balancers, rollouts …: variants that the scenario lists under `bench:`',
          'wavetank bench web.yaml --seeds 10',
        ],
      ],
    ) as never,
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const variants = given.schedulers === undefined ? undefined : schedulersOf(given.schedulers);
    const loaded = load(given, families, variants === undefined ? {} : { bench: variants });
    if (loaded.scenario.bench.length === 0) {
      throw new InputError(
        `${given.files.join(' ')}: has nothing to compare; give it \`spec.bench\`, or use --schedulers name,name`,
      );
    }
    const seeds = wholeNumber('seeds', given.seeds, 1);
    const jobs = expandJobs(loaded, {
      families: familySchemas(families),
      bench: true,
      ...(seeds === undefined ? {} : { seeds }),
    });
    let rows: readonly Benched[] = [];
    const many = await runAll(jobs, given, loaded, {
      verb: 'bench',
      more: given.schedulers === undefined ? [] : ['--schedulers', given.schedulers],
      onIndexed(folder, cells) {
        rows = benchOf(cells);
        writeBench(folder, rows);
      },
    });
    if (given.json === true) {
      process.stdout.write(`${JSON.stringify({ ...manyAsJson(many), variants: benchAsJson(many, rows) })}\n`);
    } else {
      printBench(many, rows);
    }
    printFailures(many);
    process.exitCode = exitCodeOfMany(many);
  },
};

/** As `spec.bench` has them: a name as it is, a file as a variant with its configuration. Throws an InputError. */
function schedulersOf(text: string): unknown[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('')) {
    throw new InputError(
      `--schedulers: expected names and files with commas between them, got ${JSON.stringify(text)}`,
    );
  }
  return words.map((word) => {
    const extension = extname(word);
    if (!['.yaml', '.yml', '.json'].includes(extension)) return word;
    const { file, text: content } = readSource(word);
    const name = basename(word, extension);
    return { name, set: { 'spec.scheduler.config': parseYamlValue(file, content) } };
  });
}
