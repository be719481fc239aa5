// The names under which Redis keeps what belongs to sweeps and workers.
import { contentHash } from '../../scenario/hash.ts';

/** What a worker must have in common with a sweep to run its jobs. */
export interface Build {
  readonly version: string;
  /** Hash of the program. */
  readonly program: string;
  /** SHA-256 of each plugin file, in their order. */
  readonly plugins: readonly string[];
}

const ID_DIGITS = 16;

/** The queue of one build: a worker of another one never sees its jobs. */
export function queueName(build: Build): string {
  return `wavetank-${contentHash(build).slice(0, ID_DIGITS)}`;
}

export const WORKERS = 'wavetank:worker:';
export const SWEEPS = 'wavetank:sweep:';

/** The texts and options of a sweep, by their hash. */
export function planKey(plan: string): string {
  return `wavetank:plan:${plan}`;
}

/** Batches that were queued and whose answers were not taken yet. */
export function batchesKey(sweep: string): string {
  return `wavetank:batches:${sweep}`;
}

/** Who runs a sweep, for some seconds. */
export function leaseKey(sweep: string): string {
  return `wavetank:lease:${sweep}`;
}
