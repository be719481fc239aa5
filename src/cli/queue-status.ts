// What is printed of a queue: sweeps and who works for them.
import { counted } from '../lib/plural.ts';
import type { QueueAddress } from '../sweep/queue/address.ts';
import { connect, disconnect } from '../sweep/queue/connection.ts';
import type { SweepRecord, WorkerRecord } from '../sweep/queue/messages.ts';
import { leasedSweepsOf, workersOf } from '../sweep/queue/workers.ts';
import { secondsLeft } from '../sweep/progress-file.ts';
import { sayOnStandardError } from './jobs-module.ts';
import { showLeft } from './progress.ts';
import { table } from './table.ts';

/** Throws an InputError when nobody answers. */
export async function printQueue(address: QueueAddress, json: boolean): Promise<void> {
  const redis = await connect(address, sayOnStandardError);
  try {
    const [sweeps, workers] = await Promise.all([leasedSweepsOf(redis), workersOf(redis)]);
    if (json) process.stdout.write(`${JSON.stringify({ sweeps, workers })}\n`);
    else process.stdout.write(`${sweepLines(sweeps)}\n\n${workerLines(workers)}\n`);
  } finally {
    disconnect(redis);
  }
}

function sweepLines(sweeps: readonly (SweepRecord & { readonly alive: boolean })[]): string {
  if (sweeps.length === 0) return 'No sweep is in the queue.';
  const rows = sweeps.map((one) => {
    const left = secondsLeft({ ...one, kept: 0 });
    const how = one.alive
      ? `${one.host}, process ${one.pid}${left === undefined ? '' : `, ${showLeft(left)} left`}`
      : `its coordinator (${one.host}, process ${one.pid}) ended; --resume goes on`;
    const failed = one.failed === 0 ? '' : counted(one.failed, 'failure');
    return [`${one.verb} ${one.scenario}`, `${one.done} of ${one.jobs}`, failed, how];
  });
  return table(['', 'jobs', '', ''], rows);
}

function workerLines(workers: readonly WorkerRecord[]): string {
  if (workers.length === 0) return 'No worker is connected.';
  const rows = workers.map(({ host, pid, threads, busy, done, version, program }) => [
    `${host}, process ${pid}`,
    String(threads),
    String(busy),
    String(done),
    `${version} (${program})`,
  ]);
  return table(['worker', 'threads', 'busy', 'jobs done', 'build'], rows, [1, 2, 3]);
}
