// Hot dialect: requests from outside: when the next one of each source comes, or the next user who sends some.
import type { Engine } from '../engine/engine.ts';
import type { Family } from '../lib/family.ts';
import { fnv1a } from '../model/names.ts';
import type { SourceSpec } from '../model/settings/traffic.ts';
import type { ArrivalContext, Arrivals } from './arrivals/arrivals.ts';
import type { Callers } from './callers.ts';
import type { Meters } from './meters.ts';
import { Users } from './users/users.ts';

export class SourceArrivals {
  /** Undefined where no source has users who wait for answers. */
  readonly users: Users | undefined;
  readonly #engine: Engine;
  readonly #sources: readonly SourceSpec[];
  readonly #meters: Meters;
  readonly #callers: Callers;
  /** By source; undefined where so many users are there at a time. */
  readonly #arrivals: (Arrivals | undefined)[];
  readonly #hops: number[];
  readonly #ordinals: number[];
  readonly #onArrival: number;
  readonly #make: (source: number) => Arrivals | undefined;
  /** By source: rises when what is booked for it no longer holds. */
  readonly #pauses: number[];

  /** Throws an InputError for an unknown arrival process or argument. `mayPause`: whether sources may fall silent; `startSeconds`: when the run begins. */
  constructor(
    engine: Engine,
    sources: readonly SourceSpec[],
    meters: Meters,
    callers: Callers,
    family: Family<ArrivalContext, Arrivals>,
    mayPause: boolean,
    startSeconds: number | undefined,
  ) {
    this.#engine = engine;
    this.#sources = sources;
    this.#meters = meters;
    this.#callers = callers;
    this.#make = (source) => {
      const { name, arrivals, startUs } = sources[source];
      if (arrivals === undefined) return undefined;
      return family.create(arrivals.name, arrivals.args, {
        random: engine.stream(`traffic/arrivals/${name}`),
        startUs: Math.max(startUs, engine.now),
        startSeconds,
        nowUs: () => engine.now,
      });
    };
    this.#arrivals = sources.map((_, source) => this.#make(source));
    this.#pauses = sources.map(() => 0);
    this.#hops = sources.map(({ name }) => fnv1a(name) | 0);
    this.#ordinals = sources.map(() => 0);
    const hasUsers = sources.some(({ users }) => users !== undefined);
    const users = hasUsers ? new Users(engine, sources, (...of) => this.#begin(...of)) : undefined;
    this.users = users;
    const arriveUnlessPaused = (source: number, pauses: number): void => {
      if (this.#pauses[source] === pauses) this.#arrive(source);
    };
    const arrive = mayPause ? arriveUnlessPaused : (source: number) => this.#arrive(source);
    this.#onArrival = engine.kind(
      'traffic.arrival',
      users === undefined ? arrive : (source) => this.#visit(users, source),
    );
    for (const [source, { arrivals }] of sources.entries()) if (arrivals !== undefined) this.#book(source);
  }

  /** No requests of the source are simulated from now on. */
  pause(source: number): void {
    this.#pauses[source] += 1;
  }

  /** They are again. */
  resume(source: number): void {
    this.#pauses[source] += 1;
    this.#arrivals[source] = this.#make(source);
    this.#book(source);
  }

  /** The mean rate of a source, per second; NaN where its arrivals have none. */
  rateAt(source: number, timeUs: number): number {
    const { startUs, stopUs } = this.#sources[source];
    if (timeUs < startUs || timeUs >= stopUs) return 0;
    return this.#arrivals[source]?.rateAt?.(timeUs) ?? Number.NaN;
  }

  /** The first time after this one at which it jumps or bends. */
  changesAfter(source: number, timeUs: number): number {
    const { startUs, stopUs } = this.#sources[source];
    if (timeUs < startUs) return startUs;
    const nextUs = this.#arrivals[source]?.changesAfter?.(timeUs) ?? Number.POSITIVE_INFINITY;
    return timeUs < stopUs ? Math.min(nextUs, stopUs) : Number.POSITIVE_INFINITY;
  }

  #book(source: number): void {
    const timeUs = Math.round(this.#arrivals[source]!.next());
    if (timeUs < this.#sources[source].stopUs) this.#engine.at(timeUs, this.#onArrival, source, this.#pauses[source]);
  }

  #arrive(source: number): void {
    const ordinal = this.#ordinals[source];
    this.#ordinals[source] = ordinal + 1;
    this.#begin(source, ordinal | 0, this.#hops[source]);
    this.#book(source);
  }

  #begin(source: number, ordinal: number, hop: number): void {
    this.#meters.begin(source, this.#engine.now);
    this.#callers.begin(-1, source, ordinal, hop);
  }

  /** With an arrival a user comes, where the source has any. */
  #visit(users: Users, source: number): void {
    if (users.populations[source] === undefined) {
      this.#arrive(source);
      return;
    }
    users.come(source);
    this.#book(source);
  }
}
