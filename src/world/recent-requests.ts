// Requests of the last interval, whenever it is asked: taken once a second, for conditions that cannot wait until the interval ends.
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { Histogram } from '../metrics/histogram.ts';
import { Outcome } from '../traffic/calls.ts';
import { Tally } from '../traffic/meters.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { Durations, RequestHistory, RequestRow, ServiceRow } from './request-history.ts';
import { FAILURES, outcomes } from './request-columns.ts';

const SECOND_US = 1e6;

/** The last slices, oldest first. */
class Slices implements Durations {
  readonly #slices: Histogram[] = [];
  readonly #most: number;
  /** What the meter's interval had at the last slice. */
  #before = new Histogram();

  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#slices.length;
  }

  /** What the meter's interval has now; with `ends` it starts over after this. */
  take(interval: Histogram, ends: boolean): void {
    this.#slices.push(interval.since(this.#before));
    if (this.#slices.length > this.#most) this.#slices.shift();
    this.#before = new Histogram();
    if (!ends) this.#before.merge(interval);
  }

  merged(from = 0, to = this.length): Histogram {
    const total = new Histogram();
    for (const slice of this.#slices.slice(from, to)) total.merge(slice);
    return total;
  }
}

export class RecentRequests implements RequestHistory {
  readonly series: RequestRow[] = [];
  services: ServiceRow[] = [];
  readonly durations: Slices;
  readonly serviceDurations = new Map<string, Slices>();
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #traffic: Traffic;
  readonly #perInterval: number;
  readonly #totals = new Map<number, number>();
  readonly #onSlice: number;
  /** The end of the last slice, of the one before the first that is kept, and of the last interval. */
  #lastUs = 0;
  #startUs = 0;
  #intervalUs = 0;
  #writes = 0;
  #number = 0;

  /** `taken` is called after each slice. An interval has one a second, all of the same length; `intervalEnds` says when an interval ends. */
  constructor(engine: Engine, api: ApiServer, traffic: Traffic, intervalUs: number, taken: () => void) {
    this.#engine = engine;
    this.#api = api;
    this.#traffic = traffic;
    this.#perInterval = Math.max(1, Math.round(intervalUs / SECOND_US));
    this.#intervalUs = intervalUs;
    this.durations = new Slices(this.#perInterval);
    this.#onSlice = engine.kind('conditions.slice', () => {
      this.#take(false);
      this.#book();
      taken();
    });
    this.#book();
  }

  /** From when to when the slices are that are kept. */
  get window(): { readonly fromUs: number; readonly toUs: number } {
    return { fromUs: this.#startUs, toUs: this.#lastUs };
  }

  /** To be called before what the interval had is taken from the meters. */
  intervalEnds(): void {
    this.#take(true);
    this.#number = 0;
    this.#book();
  }

  /** The next slice within the interval; its last one ends with it. */
  #book(): void {
    this.#number += 1;
    if (this.#number >= this.#perInterval) return;
    const length = this.#intervalUs / this.#perInterval;
    this.#engine.after(
      Math.round(length * this.#number) - Math.round(length * (this.#number - 1)),
      this.#onSlice,
      0,
      0,
    );
  }

  #take(ends: boolean): void {
    const { meters, sources, services } = this.#traffic;
    const { now } = this.#engine;
    const time_seconds = now / 1e6;
    const taken = (meter: number, tally: number): number => {
      const key = meter * METER_WIDTH + tally;
      const total = meters.total(meter, tally);
      const before = this.#totals.get(key) ?? 0;
      this.#totals.set(key, total);
      return total - before;
    };
    const interval = new Histogram();
    for (let source = 0; source < sources.length; source += 1) interval.merge(meters.interval(source));
    const { writes } = this.#api.counts;
    const seconds = (now - this.#lastUs) / 1e6;
    this.series.push({
      time_seconds,
      ...outcomes((tally) => sources.reduce((sum, _source, source) => sum + taken(source, tally), 0)),
      apiserver_writes_per_second: (writes - this.#writes) / seconds,
    });
    this.#writes = writes;
    this.durations.take(interval, ends);
    for (let service = 0; service < services.length; service += 1) {
      const meter = this.#traffic.serviceMeter(service);
      const key = meters.names[meter];
      const slices = this.serviceDurations.get(key) ?? this.#newService(key);
      slices.take(meters.interval(meter), ends);
      const errors = FAILURES.reduce((sum, outcome) => sum + taken(meter, Tally.Attempt + outcome), 0);
      this.services.push({
        time_seconds,
        namespace: services.namespaces[service],
        service: services.names[service],
        requests: errors + taken(meter, Tally.Attempt + Outcome.Ok),
        errors,
      });
    }
    this.#lastUs = now;
    if (this.series.length <= this.#perInterval) return;
    const [gone] = this.series.splice(0, 1);
    this.#startUs = gone.time_seconds * 1e6;
    this.services = this.services.filter((row) => row.time_seconds > gone.time_seconds);
  }

  /** A Service that is seen now had no calls before. */
  #newService(key: string): Slices {
    const slices = new Slices(this.#perInterval);
    for (let before = 1; before < this.series.length; before += 1) slices.take(EMPTY, false);
    this.serviceDurations.set(key, slices);
    return slices;
  }
}

const EMPTY = new Histogram();
/** More than a meter has columns. */
const METER_WIDTH = 64;
