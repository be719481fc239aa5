// `wavetank record-extenders`: runs a scenario with its scheduler extenders answering over HTTP, and writes down what they say.
import { loadFamilies } from '../../library/plugins.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { familySchemas } from '../../world/families.ts';
import { withExamples } from '../examples.ts';
import { recordAnswers } from '../extenders/recorded-answers.ts';
import { UsageError } from '../failure.ts';
import { refuseTaken, writeNew } from '../new-file.ts';
import { progress } from '../progress.ts';
import { load, type ScenarioArguments, scenarioOptions } from '../scenario-options.ts';
import type { Verb } from '../verb.ts';

const OUT = 'extender-answers.ndjson';

interface RecordArguments extends ScenarioArguments {
  readonly out?: string;
  readonly json?: boolean;
}

export const recordExtenders: Verb<RecordArguments> = {
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv)
        .option('out', {
          describe: `the new file to write (default: ${OUT})`,
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        [
          'ask the extenders of its KubeSchedulerConfiguration',
          'wavetank record-extenders shop.yaml --out answers.ndjson',
        ],
        ['run with what they said', 'wavetank run shop.yaml --set spec.scheduler.extenderAnswers=answers.ndjson'],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const loaded = load(given, families);
    const { extenders = [] } = loaded.scenario.scheduler;
    if (extenders.length === 0)
      throw new UsageError(
        'the scenario has no extenders: they are in the KubeSchedulerConfiguration of spec.scheduler.config',
      );
    const out = given.out ?? OUT;
    refuseTaken(out);
    const jobs = expandJobs(loaded, { families: familySchemas(families), base: true });
    const bar = progress(loaded.scenario.name, true);
    const lines = await recordAnswers(jobs, families, (done, events) => bar.update(done / jobs.length, events)).finally(
      () => bar.stop(),
    );
    writeNew(out, lines.join(''));
    if (given.json === true) {
      process.stdout.write(`${JSON.stringify({ file: out, answers: lines.length, seeds: jobs.length })}\n`);
      return;
    }
    const seeds = jobs.length === 1 ? 'one seed' : `${jobs.length} seeds`;
    process.stdout.write(
      `${lines.length} answers of ${seeds} in ${out}. Next: --set spec.scheduler.extenderAnswers=${out}\n`,
    );
  },
};
