// `wavetank status`: how far the sweeps in a folder of results have come.
import type { Argv } from 'yargs';
import { counted } from '../../lib/plural.ts';
import { type FolderStatus, statusOf } from '../../sweep/folder-status.ts';
import { isAlive, type ProgressRecord, secondsLeft } from '../../sweep/progress-file.ts';
import { shardText } from '../../sweep/shards/shard.ts';
import type { FoundShard } from '../../sweep/shards/shard-record.ts';
import { readAddress } from '../../sweep/queue/address.ts';
import { UsageError } from '../failure.ts';
import { withExamples } from '../examples.ts';
import { showLeft } from '../progress.ts';
import { shown } from '../shown-path.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface StatusArguments {
  readonly where?: string;
  readonly queue?: string;
  readonly json?: boolean;
}

export const status: Verb<StatusArguments> = {
  builder: (argv: Argv) =>
    withExamples(
      argv
        .positional('where', { describe: 'a folder of results (default: results)', type: 'string' })
        .option('queue', {
          describe: 'instead of a folder: sweeps and workers at this Redis, redis://host:port',
          type: 'string',
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['everything below the folder of results', 'wavetank status'],
        ['sweeps in a queue, and who works for them', 'wavetank status --queue redis://queue.example:6379'],
      ],
    ),
  handler: async ({ where, queue, json }) => {
    if (queue !== undefined) {
      if (where !== undefined) throw new UsageError('status: name a folder or --queue, not both');
      const { printQueue } = await import('../queue-status.ts');
      await printQueue(readAddress(queue), json === true);
      return;
    }
    const folders = statusOf(where ?? 'results');
    if (json === true) process.stdout.write(`${JSON.stringify({ folders: folders.map(asJson) })}\n`);
    else process.stdout.write(`${table(['', 'jobs', '', ''], folders.flatMap(rowsOf))}\n`);
  },
};

function asJson({ folder, complete, progress, shards }: FolderStatus) {
  return {
    folder,
    complete: complete ?? null,
    progress: progress.map((one) => ({ ...one, seconds_left: secondsLeft(one) ?? null, alive: isAlive(one) ?? null })),
    shards: shards.map(({ record: { shard, jobs, failures } }) => ({
      shard: shardText(shard),
      jobs: sizeOf({ shard, jobs }),
      failed: failures.length,
    })),
  };
}

function rowsOf({ folder, complete, progress, shards }: FolderStatus): string[][] {
  const name = shown(folder);
  const done = complete === undefined ? [] : [[name, String(complete.jobs), failures(complete.failed), 'complete']];
  return [...done, ...progress.map((one) => progressRow(name, one)), ...shards.map((one) => shardRow(name, one))];
}

function progressRow(name: string, one: ProgressRecord): string[] {
  const { shard, jobs, done, failed, where, host, pid, ended } = one;
  const left = secondsLeft(one);
  const alive = isAlive(one);
  const last = new Date(one.updated).toISOString().slice(0, 19).replace('T', ' ');
  const how =
    ended !== undefined
      ? `ended by ${ended}; --resume goes on`
      : alive === false
        ? `stopped at ${last}; --resume goes on`
        : `${where}${left === undefined ? '' : `, ${showLeft(left)} left`}${alive === undefined ? `; ${host}, process ${pid}, at ${last}` : ''}`;
  return [shard === undefined ? name : `${name} ${shard}`, `${done} of ${jobs}`, failures(failed), how];
}

function shardRow(name: string, { record }: FoundShard): string[] {
  const { shard, failures: failed } = record;
  const jobs = sizeOf(record);
  return [`${name} ${shardText(shard)}`, `${jobs} of ${jobs}`, failures(failed.length), 'shard has ended'];
}

/** Jobs of a shard. */
function sizeOf({ shard: { index, of }, jobs }: Pick<FoundShard['record'], 'shard' | 'jobs'>): number {
  return Math.max(0, Math.ceil((jobs - index + 1) / of));
}

function failures(count: number): string {
  return count === 0 ? '' : counted(count, 'failure');
}
