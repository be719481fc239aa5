// `wavetank worker`: runs the jobs of sweeps that wait in a queue.
import type { Argv } from 'yargs';
import { InputError } from '../../lib/errors.ts';
import { counted } from '../../lib/plural.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { readAddress } from '../../sweep/queue/address.ts';
import { buildOf } from '../build-of.ts';
import { withExamples } from '../examples.ts';
import { interruptible } from '../interruption.ts';
import { JOBS, sayOnStandardError } from '../jobs-module.ts';
import { wholeNumber } from '../scenario-options.ts';
import { readThreads } from '../threads-option.ts';
import type { Verb } from '../verb.ts';

interface WorkerArguments {
  readonly queue: string;
  readonly threads?: string;
  readonly jobMemory?: string;
  readonly out?: string;
  readonly plugin?: string | readonly string[];
  readonly idle?: string;
  readonly lostAfter: string;
  readonly json?: boolean;
}

export const worker: Verb<WorkerArguments> = {
  builder: (argv: Argv) =>
    withExamples(
      argv
        .option('queue', {
          describe: 'Redis or Valkey, redis://host:port; without a URL that of $WAVETANK_QUEUE',
          type: 'string',
          demandOption: true,
        })
        .option('threads', {
          describe: 'jobs run at once (default: one thread per processor)',
          type: 'string',
          requiresArg: true,
        })
        .option('job-memory', {
          describe: 'heap limit of a job in MiB; a job that needs more fails, the others go on',
          type: 'string',
          requiresArg: true,
        })
        .option('out', {
          describe: 'write results to this folder, the same as --out of the sweep, and not through the queue',
          type: 'string',
          requiresArg: true,
        })
        .option('plugin', {
          describe: 'a plugin file, the same as the sweep has; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('idle', { describe: 'end after so long without a job, such as 5m', type: 'string', requiresArg: true })
        .option('lost-after', {
          describe: 'a worker that is silent for so long is taken for dead, and its jobs run elsewhere',
          type: 'string',
          default: '30s',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output at the end', type: 'boolean' }),
      [
        ['on as many machines as there are', 'wavetank worker --queue redis://queue.example:6379'],
        ['the sweep that they work for', 'wavetank sweep balancers --queue redis://queue.example:6379'],
        [
          'results in a folder that all machines share',
          'wavetank worker --queue redis://queue.example:6379 --out /shared/results',
        ],
      ],
    ),
  handler: async ({ queue, threads, jobMemory, out, plugin, idle, lostAfter, json }) => {
    const address = readAddress(queue);
    const plugins = plugin === undefined ? [] : [plugin].flat();
    const families = await loadFamilies(plugins);
    const { runWorker } = await import('../../sweep/queue/worker.ts');
    const done = await interruptible((stop) =>
      runWorker({
        address,
        build: buildOf(plugins),
        families,
        plugins,
        out,
        worker: JOBS,
        threads: readThreads(threads, 1),
        heapMib: wholeNumber('job-memory', jobMemory, 16),
        idleMs: idle === undefined ? undefined : milliseconds('idle', idle),
        lostAfterMs: milliseconds('lost-after', lostAfter),
        stop,
        say: sayOnStandardError,
      }),
    );
    process.stdout.write(json === true ? `${JSON.stringify({ jobs: done })}\n` : `${counted(done, 'job')} done\n`);
  },
};

/** Throws an InputError. */
function milliseconds(option: string, text: string): number {
  const us = parseDurationUs(text);
  if (us === undefined || us < 1e6) {
    throw new InputError(
      `--${option}: expected a duration of a second or more, such as 30s, got ${JSON.stringify(text)}`,
    );
  }
  return us / 1e3;
}
