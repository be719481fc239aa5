// One of several equal parts of a sweep: every n-th job, so that each part has some of every cell.
import { InputError } from '../../lib/errors.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

const MOST_SHARDS = 100_000;

/** `2/4` is the second of four. Throws an InputError. */
export function readShard(text: string): Shard {
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  const wrong = index === undefined || index < 1 || index > of || of > MOST_SHARDS;
  if (wrong) throw new InputError(`--shard: expected i/n with i from 1 to n, such as 2/4, got ${JSON.stringify(text)}`);
  return { index, of };
}

export function shardText({ index, of }: Shard): string {
  return `${index}/${of}`;
}

/** Its jobs, in their order. Together the shards have each job once. */
export function jobsOfShard<Job>(jobs: readonly Job[], { index, of }: Shard): Job[] {
  return jobs.filter((_, at) => at % of === index - 1);
}
