// `wavetank view`: a page on which a finished run is played back, served on this machine or as a file.
import { join } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import { findJobs, readJob } from '../../report/read.ts';
import { write } from '../../report/write.ts';
import { UsageError } from '../failure.ts';
import { withExamples } from '../examples.ts';
import { pageParts } from '../page-parts.ts';
import { readCommand } from '../reproduced-command.ts';
import { quote, scenarioWords, wholeNumber } from '../scenario-options.ts';
import { shown } from '../shown-path.ts';
import type { Verb } from '../verb.ts';

interface ViewArguments {
  readonly dir: string;
  readonly port?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const MOST_PORT = 65_535;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Folders that are named when there are several. */
const MOST = 4;

export const view: Verb<ViewArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('dir', { describe: 'a folder of results of one job', type: 'string', demandOption: true })
        .option('port', {
          describe: 'port on 127.0.0.1 (default: a free one)',
          type: 'string',
          requiresArg: true,
          conflicts: 'out',
        })
        .option('out', {
          describe: 'write a page that stands alone to this file instead, for those who have no wavetank',
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['play a run back in a browser', 'wavetank view results/shop-zone-loss/seed-1'],
        ['at an address that stays', 'wavetank view results/hello/seed-1 --port 8002'],
        ['as a file, to be sent to others', 'wavetank view results/hello/seed-1 --out hello.html'],
      ],
    ),
  handler: async ({ dir, port: wanted, out, json }) => {
    const port = wholeNumber('port', wanted, 0) ?? 0;
    if (port > MOST_PORT) throw new InputError(`--port: expected at most ${MOST_PORT}, got ${port}`);
    if (out === '') throw new UsageError('--out: expected a file, got ""');
    const folder = oneJob(dir);
    const words = wordsOfRun(folder);
    const command = words.map(quote).join(' ');
    const { runFrame } = await import('../../view/run-frame.ts');
    const { runDocument, serveRun } = await import('../../view/view-run.ts');
    const explains = out === undefined && words.length > 0;
    const frame = runFrame(folder, { explains, command });
    const print = (said: Readonly<Record<string, string>>, text: string): void => {
      process.stdout.write(json === true ? `${JSON.stringify(said)}\n` : `${text}\n`);
    };
    if (out !== undefined) {
      await write(out, runDocument(pageParts(), frame));
      print({ folder, page: out }, shown(out));
      return;
    }
    const { explainer } = await import('../explained-run.ts');
    const server = await serveRun(pageParts(), frame, port, explains ? explainer(words) : undefined);
    print({ folder, url: server.url }, `${shown(folder)} is at ${server.url} until Ctrl-C`);
    await signalled();
    await server.close();
  },
};

/** Throws an InputError that names some of them when there are several. */
function oneJob(dir: string): string {
  const [job, ...others] = findJobs(dir);
  if (others.length === 0) return job;
  const names = [job, ...others].slice(0, MOST).map((one) => shown(one));
  throw new InputError({
    file: dir,
    message: `has the results of ${others.length + 1} jobs, expected one: ${names.join(', ')}${others.length >= MOST ? ', …' : ''}`,
  });
}

/** Files and options with which the run is made again; none where it was made of standard input or by a script. */
function wordsOfRun(folder: string): string[] {
  const { reproduce } = readJob(folder).run;
  try {
    const given = readCommand(reproduce, join(folder, 'run.json'));
    return [...scenarioWords(given), ...(given.seed === undefined ? [] : ['--seed', given.seed])];
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve());
  });
}
