// What `wavetank explain` says of a finished run, for the page: in a process of its own, because the run is made again for it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { InputError } from '../lib/errors.ts';
import type { Question } from '../view/server.ts';

/** Built beside this file. */
const PROGRAM = fileURLToPath(new URL('wavetank.js', import.meta.url));
/** What has room beside the picture. */
const COLUMNS = '64';

/** `words` are those of the command line that name the run. A question ends the one before, which nobody waits for any more. */
export function explainer(words: readonly string[]): (question: Question) => Promise<string> {
  let running: ReturnType<typeof spawn> | undefined;
  return ({ subject, name, seconds }) => {
    running?.kill();
    const child = spawn(
      process.execPath,
      [PROGRAM, 'explain', ...words, `--${subject}=${name}`, `--at=${seconds.toFixed(6)}s`],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, COLUMNS, NO_COLOR: '1' } },
    );
    running = child;
    const [said, complaints] = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      return chunks;
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => {
        if (running === child) running = undefined;
        if (status === 0) resolve(Buffer.concat(said).toString());
        else if (signal !== null) reject(new InputError('something else was asked meanwhile'));
        else reject(new InputError(Buffer.concat(complaints).toString().trimEnd()));
      });
    });
  };
}
