// The program in processes that can be killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  readonly child: ChildProcess;
  /** What it has printed on both streams. */
  readonly printed: () => string;
  readonly ended: Promise<number | null>;
  /** `kill -9`. Gives whether it was still running. */
  kill(): Promise<boolean>;
}

/** `bundle` is dist/wavetank.js. */
export function startProgram(bundle: string, args: readonly string[], cwd: string): Program {
  const child = spawn(process.execPath, [bundle, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += String(text)));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    child,
    printed: () => printed,
    ended,
    async kill() {
      const running = child.exitCode === null && child.signalCode === null;
      child.kill('SIGKILL');
      await ended;
      return running;
    },
  };
}
