// Node, processors, memory and threads of this machine.
import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { counted } from '../../lib/plural.ts';
import { readThreads } from '../threads-option.ts';
import { type CgroupLimits, cgroupLimits } from './cgroup.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** What a thread takes for a scenario of middling size; the largest packaged ones take more. */
const THREAD_BYTES = 300 * 2 ** 20;

/** `least`: `>=20.19`, as package.json has it. */
export function nodeFinding(version: string, least: string): Finding {
  const [wanted, present] = [least, version].map((text) => /(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number) ?? [0, 0]);
  const enough = present[0] > wanted[0] || (present[0] === wanted[0] && present[1] >= wanted[1]);
  if (enough) return ok('node', version);
  return problem(
    'node',
    version,
    `Install Node ${wanted.join('.')} or newer (https://nodejs.org): older ones are not supported.`,
  );
}

function limitsHere(): CgroupLimits {
  return cgroupLimits((path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error) return undefined;
      throw error;
    }
  });
}

/** `threads`: as many as a sweep would use. */
export function processorsFinding(available: number, threads: number, { cpus }: CgroupLimits): Finding {
  const limit = cpus === undefined ? '' : `, of which the cgroup allows ${Number(cpus.toFixed(2))}`;
  const found = `${counted(available, 'processor')}${limit}; sweeps use ${threads === 0 ? 'the main thread' : counted(threads, 'thread')}`;
  if (cpus === undefined || threads <= Math.ceil(cpus)) return ok('processors', found);
  return note(
    'processors',
    found,
    `Set WAVETANK_THREADS=${Math.max(1, Math.floor(cpus))}, or --threads: more threads than the cgroup has processors only stop each other.`,
  );
}

export interface Memory {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly heapBytes: number;
}

export function memoryFinding(
  { totalBytes, freeBytes, heapBytes }: Memory,
  threads: number,
  limits: CgroupLimits,
): Finding {
  const limit = limits.memoryBytes === undefined ? '' : `, of which the cgroup allows ${size(limits.memoryBytes)}`;
  const found = `${size(freeBytes)} free of ${size(totalBytes)}${limit}; the heap of a process may have ${size(heapBytes)}`;
  const usable = Math.min(freeBytes, limits.memoryBytes ?? Number.POSITIVE_INFINITY);
  if (usable < THREAD_BYTES) {
    return problem('memory', found, `Free some: a scenario of middling size takes ${size(THREAD_BYTES)}.`);
  }
  if (usable < threads * THREAD_BYTES) {
    return note(
      'memory',
      found,
      `Set WAVETANK_THREADS=${Math.floor(usable / THREAD_BYTES)} for large scenarios: each thread takes ${size(THREAD_BYTES)} or more.`,
    );
  }
  return ok('memory', found);
}

/** `300 MiB`, `2.5 GiB`. */
function size(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Number((bytes / 2 ** 30).toFixed(1))} GiB`;
}

async function threadsFinding(): Promise<Finding> {
  const started = performance.now();
  try {
    await new Promise<void>((resolve, reject) => {
      const worker = new Worker(`require('node:worker_threads').parentPort.postMessage(1)`, { eval: true });
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`it ended with exit code ${code}`)));
    });
  } catch (error) {
    return problem(
      'threads',
      `none can be started: ${(error as Error).message}`,
      'Raise the limit of processes (ulimit -u, or pids of the container), or use --threads 0, which has none.',
    );
  }
  return ok('threads', `one starts in ${Math.round(performance.now() - started)} ms`);
}

/** Throws an InputError for a WAVETANK_THREADS that is no number. */
export async function machineFindings(engines: string): Promise<Finding[]> {
  const limits = limitsHere();
  const threads = readThreads(undefined);
  const memory = { totalBytes: totalmem(), freeBytes: freemem(), heapBytes: getHeapStatistics().heap_size_limit };
  return [
    nodeFinding(process.versions.node, engines),
    processorsFinding(availableParallelism(), threads, limits),
    memoryFinding(memory, threads, limits),
    await threadsFinding(),
  ];
}
