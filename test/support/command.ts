// The built program: dist/wavetank.js in a process of its own, as a user starts it, or what it loads, in this process.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { assert } from '../../src/lib/assert.ts';

export const bundle = fileURLToPath(new URL('../../dist/wavetank.js', import.meta.url));

const NOT_BUILT = 'dist/wavetank.js is not there: run npm run build, or npm test';

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  /** Without lines of progress. */
  readonly stderr: string;
}

const PROGRESS = /^.+: \d+ of \d+ jobs(, \d+ failed)?, (\d+h )?\d+[ms] left\n/gm;

/** Standard error without the lines that say once a minute how far many jobs have come: how many there are depends on how busy the machine is. */
export function withoutProgress(stderr: string): string {
  return stderr.replace(PROGRESS, '');
}

const program = new URL('program.js', pathToFileURL(bundle)).href;

/** Runs `wavetank …` in a folder and in this process: the built program without the time that it takes to start, and without threads unless they are asked for. */
export async function wavetank(args: readonly string[], cwd: string): Promise<Finished> {
  assert(existsSync(bundle), NOT_BUILT);
  const { main } = (await import(program)) as { main: (words: readonly string[]) => Promise<void> };
  const before = process.cwd();
  const { exitCode } = process;
  const { WAVETANK_THREADS: threads } = process.env;
  const [stdout, stderr] = [process.stdout, process.stderr].map(kept);
  process.exitCode = undefined;
  process.env['WAVETANK_THREADS'] = '0';
  process.chdir(cwd);
  try {
    await main(args);
    return { status: exitCodeNow(), stdout: stdout.text(), stderr: withoutProgress(stderr.text()) };
  } finally {
    process.chdir(before);
    if (threads === undefined) delete process.env['WAVETANK_THREADS'];
    else process.env['WAVETANK_THREADS'] = threads;
    process.exitCode = exitCode;
    stdout.release();
    stderr.release();
  }
}

function exitCodeNow(): number {
  const { exitCode = 0 } = process;
  return Number(exitCode);
}

/** Keeps what is written to a stream, until it is released. */
function kept(stream: NodeJS.WriteStream): { readonly text: () => string; readonly release: () => void } {
  const write = stream.write.bind(stream);
  const chunks: string[] = [];
  stream.write = (chunk: string | Uint8Array) => {
    chunks.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    return true;
  };
  return { text: () => chunks.join(''), release: () => void (stream.write = write) };
}

/** Runs `wavetank …` in a folder and in a process of its own, with this Node or another one, `input` on its standard input, and another program than the built one. */
export function wavetankProcess(
  args: readonly string[],
  cwd: string,
  { node = process.execPath, input = '', program: at = bundle } = {},
): Finished {
  assert(existsSync(at), NOT_BUILT);
  const { status, stdout, stderr, error } = spawnSync(node, [at, ...args], {
    cwd,
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr: withoutProgress(stderr) };
}

/** What `wavetank run … --json` printed, once it came to an end; its exit code says whether the expectations hold. */
export function jsonOf({ status, stdout, stderr }: Finished): unknown {
  assert(status === 0 || status === 1, `wavetank stopped with exit code ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
