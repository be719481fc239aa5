// `wavetank record-extenders`: runs a scenario with its scheduler extenders answering over HTTP, and writes down what they say.
import { writeFileSync } from 'node:fs';
import { InputError } from '../../lib/errors.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { questionKey } from '../../model/settings/extenders.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { familySchemas } from '../../world/families.ts';
import { runJob } from '../../world/run.ts';
import { withExamples } from '../examples.ts';
import { LiveExtenders } from '../extenders/live-extenders.ts';
import { UsageError } from '../failure.ts';
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
    const live = new LiveExtenders();
    const rows: string[] = [];
    const known = new Map<string, ReturnType<LiveExtenders['post']>>();
    const extenderCalls = {
      post(url: string, question: object) {
        const key = questionKey(url, question);
        const before = known.get(key);
        if (before !== undefined) return before;
        const said = live.post(url, question);
        known.set(key, said);
        rows.push(`${JSON.stringify({ url, question, ...said })}\n`);
        return said;
      },
    };
    const jobs = expandJobs(loaded, { families: familySchemas(families), base: true });
    const bar = progress(loaded.scenario.name, true);
    try {
      for (const [index, job] of jobs.entries()) {
        runJob(job, {
          families,
          check: false,
          extenderCalls,
          onProgress: (done, events) => bar.update((index + done) / jobs.length, events),
        });
      }
    } finally {
      bar.stop();
      await live.close();
    }
    write(out, rows.join(''));
    if (given.json === true) {
      process.stdout.write(`${JSON.stringify({ file: out, answers: rows.length, seeds: jobs.length })}\n`);
      return;
    }
    const seeds = jobs.length === 1 ? 'one seed' : `${jobs.length} seeds`;
    process.stdout.write(
      `${rows.length} answers of ${seeds} in ${out}. Next: --set spec.scheduler.extenderAnswers=${out}\n`,
    );
  },
};

/** What is there is never overwritten. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError({ file, message: code === 'EEXIST' ? 'is there already, and is not overwritten' : message });
  }
}
