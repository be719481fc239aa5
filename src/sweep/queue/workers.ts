// Who is connected to a queue, and which sweeps are in it.
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { jsonOf } from '../../lib/written-json.ts';
import { leaseKey, SWEEPS, WORKERS } from './keys.ts';
import { type SweepRecord, sweepSchema, type WorkerRecord, workerSchema } from './messages.ts';

/** Workers that have said something within the last seconds: those of one queue, or all. */
export async function workersOf(redis: Redis, queue?: string): Promise<WorkerRecord[]> {
  const all = await records(redis, WORKERS, workerSchema);
  return queue === undefined ? all : all.filter((one) => one.queue === queue);
}

/** Sweeps that are under way, and those whose coordinator died and is no longer `alive`. */
export async function leasedSweepsOf(redis: Redis): Promise<(SweepRecord & { readonly alive: boolean })[]> {
  const sweeps = await records(redis, SWEEPS, sweepSchema);
  return Promise.all(sweeps.map(async (one) => ({ ...one, alive: (await redis.exists(leaseKey(one.id))) === 1 })));
}

async function records<Schema extends z.ZodType>(
  redis: Redis,
  prefix: string,
  schema: Schema,
): Promise<z.output<Schema>[]> {
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000);
    for (const key of found) keys.add(key);
    cursor = next;
  } while (cursor !== '0');
  if (keys.size === 0) return [];
  const texts = await redis.mget([...keys].sort());
  return texts.flatMap((text) => {
    if (text === null) return [];
    const { success, data } = schema.safeParse(jsonOf(text));
    return success ? [data] : [];
  });
}
