// How far a sweep has come, in a file beside its jobs while it runs: for `wavetank status`, and for whoever finds a sweep that stopped.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonOf } from '../lib/written-json.ts';
import type { ManyVerb } from '../results/paths.ts';

const schema = z.object({
  verb: z.string(),
  /** `2/4`; absent when it is no shard. */
  shard: z.string().optional(),
  /** `on 2 threads`. */
  where: z.string(),
  host: z.string(),
  pid: z.number(),
  /** RFC 3339. */
  started: z.string(),
  updated: z.string(),
  jobs: z.number(),
  done: z.number(),
  failed: z.number(),
  /** Jobs of `done` that were there before. */
  kept: z.number(),
  events: z.number(),
  /** The signal that ended it. */
  ended: z.string().optional(),
});

export type ProgressRecord = z.output<typeof schema>;

const NAME = /^progress(?:-\d+-of-\d+)?\.json$/;
const EVERY_MS = 1000;

export interface ProgressOf {
  readonly verb: ManyVerb;
  readonly shard: string | undefined;
  readonly where: string;
  readonly jobs: number;
}

/** Written at most once a second. */
export class ProgressFile {
  readonly #path: string;
  #record: ProgressRecord;
  #written = 0;

  constructor(folder: string, { shard, ...of }: ProgressOf) {
    this.#path = join(folder, shard === undefined ? 'progress.json' : `progress-${shard.replace('/', '-of-')}.json`);
    const now = new Date().toISOString();
    this.#record = {
      ...of,
      ...(shard === undefined ? {} : { shard }),
      host: hostname(),
      pid: process.pid,
      started: now,
      updated: now,
      done: 0,
      failed: 0,
      kept: 0,
      events: 0,
    };
    mkdirSync(folder, { recursive: true });
    this.#write();
  }

  update(counts: Partial<Pick<ProgressRecord, 'jobs' | 'done' | 'failed' | 'kept' | 'events'>>): void {
    this.#record = { ...this.#record, ...counts };
    if (Date.now() - this.#written >= EVERY_MS) this.#write();
  }

  /** It stays, and says by which signal. */
  interrupted(signal: string): void {
    this.#record = { ...this.#record, ended: signal };
    this.#write();
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #write(): void {
    this.#written = Date.now();
    this.#record = { ...this.#record, updated: new Date().toISOString() };
    const partial = `${this.#path}.${process.pid}.partial`;
    writeFileSync(partial, `${JSON.stringify(this.#record)}\n`);
    renameSync(partial, this.#path);
  }
}

/** Those in a folder of these files; one of another version is none. */
export function progressIn(folder: string, files: readonly string[]): ProgressRecord[] {
  return files
    .filter((name) => NAME.test(name))
    .sort()
    .flatMap((name) => {
      const { success, data } = schema.safeParse(jsonOf(readFileSync(join(folder, name), 'utf8')));
      return success ? [data] : [];
    });
}

/** Seconds until it is done at the pace so far; undefined before a job has ended. */
export function secondsLeft({
  jobs,
  done,
  kept,
  started,
  updated,
}: Pick<ProgressRecord, 'jobs' | 'done' | 'kept' | 'started' | 'updated'>): number | undefined {
  const seconds = (Date.parse(updated) - Date.parse(started)) / 1000;
  return done === kept ? undefined : ((jobs - done) * seconds) / (done - kept);
}

/** Whether the process still runs; undefined when it is on another machine. */
export function isAlive({ host, pid }: Pick<ProgressRecord, 'host' | 'pid'>): boolean | undefined {
  if (host !== hostname()) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
