// What an arrival process is: the times at which requests come from outside.
import type { Random } from '../../engine/random.ts';

/** 2026-01-01 00:00 UTC, where nothing is said about when the run begins. */
export const RUN_BEGINS_SECONDS = 1_767_225_600;

export interface ArrivalContext {
  /** The source's own stream. */
  readonly random: Random;
  /** When the source begins, in microseconds. */
  readonly startUs: number;
  /** The date and time at which the run begins, seconds since 1970; without it `RUN_BEGINS_SECONDS`. */
  readonly startSeconds?: number | undefined;
  /** Simulated time in µs. */
  nowUs(): number;
}

export interface Arrivals {
  /**
   * The time of the next arrival in microseconds, with a fraction: not before the one before, the first not before the
   * start. Infinity: no more. Called once per arrival: allocate nothing.
   */
  next(): number;
  /**
   * The mean rate at a time, per second, of a process that is stationary but for it: independent of what it was before. Without
   * it (and the next one) requests of the source are simulated one by one.
   */
  rateAt?(timeUs: number): number;
  /** The first time after this one at which the rate jumps or its slope changes, in µs; Infinity: never. */
  changesAfter?(timeUs: number): number;
}
