// The built program as a user starts it: dist/wavetank.js in a process of its own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from '../../src/lib/assert.ts';

export const bundle = fileURLToPath(new URL('../../dist/wavetank.js', import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `wavetank …` in a folder, with the current Node or another one, and `input` on its standard input. */
export function wavetank(args: readonly string[], cwd: string, node = process.execPath, input = ''): Finished {
  assert(existsSync(bundle), 'dist/wavetank.js is not there: run npm run build, or npm test');
  const { status, stdout, stderr, error } = spawnSync(node, [bundle, ...args], {
    cwd,
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** What `wavetank run … --json` printed, once it came to an end; its exit code says whether the expectations hold. */
export function jsonOf({ status, stdout, stderr }: Finished): unknown {
  assert(status === 0 || status === 1, `wavetank stopped with exit code ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
