// What components book events with: the engine itself, or a process on it that may die.
import type { Random } from './random.ts';
import type { Script } from './script.ts';

export interface Calendar {
  /** The current time in integer microseconds. */
  readonly now: number;
  /** Registers an event kind. A component registers a name once. */
  kind(name: string, handler: (a: number, b: number) => void): number;
  /** Books an event after a delay >= 0 in microseconds, rounded to an integer. `a` and `b` must fit an int32. */
  after(delayUs: number, kind: number, a: number, b: number): void;
  /** Books an event at a time >= now. */
  at(timeUs: number, kind: number, a: number, b: number): void;
  /** The random stream of that name. */
  stream(name: string): Random;
  /** Starts a script: runs it at once up to its first wait. */
  spawn(name: string, script: Script): void;
}

/** Whoever hears of events that others book for it. */
export interface Audience {
  /** Whether it hears now. One that is stopped hears of the event, booked once more, when it goes on; one that is dead never does. */
  hears(kind: number, a: number, b: number): boolean;
}
