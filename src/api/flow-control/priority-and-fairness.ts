// API Priority and Fairness: a request is counted to a level, waits there for its seats, and is served or turned away.
import type { Lane } from '../../engine/lane.ts';
import { assert } from '../../lib/assert.ts';
import type { ApiServer } from '../server.ts';
import { ADJUSTMENT_US } from './borrowing.ts';
import { ClientRetries } from './client-retries.ts';
import { PriorityLevels } from './priority-levels.ts';
import type { PriorityLevel } from './priority-level.ts';
import type { QueueHost } from './queue-set.ts';
import type { RequestFilters } from './request-filters.ts';
import { requestInfo } from './request-info.ts';
import { requestUser } from './request-user.ts';
import type { ResourceSizes } from './resource-sizes.ts';
import { Ticket } from './ticket.ts';
import { watchersOf } from './watchers.ts';
import { type Estimates, workOf } from './work-estimate.ts';

/** A quarter of the minute that a request has altogether (`--request-timeout`). */
const LONGEST_WAIT_US = 15e6;

export interface FairnessSettings {
  /** Reads and writes that are served at once, together. */
  readonly serverSeats: number;
  /** The time of day at 0, in seconds since 1970: Retry-After counts in its seconds. */
  readonly startSeconds: number;
  /** Where there are several servers, the number of this one. */
  readonly server?: number;
}

/** Hears what becomes of requests in a level. */
export type LevelListener = (level: PriorityLevel, what: 'dispatched' | 'rejected', waitedUs: number) => void;

interface Held {
  readonly ticket: Ticket;
  readonly level: PriorityLevel;
}

export class PriorityAndFairness implements RequestFilters {
  readonly levels: PriorityLevels;
  readonly listeners: LevelListener[] = [];
  readonly #api: ApiServer;
  readonly #settings: FairnessSettings;
  readonly #retries: ClientRetries;
  readonly #estimates: Estimates;
  readonly #timeouts: Lane;
  readonly #release: number;
  readonly #adjust: number;
  /** By request: where it is. */
  readonly #held = new Map<number, Held>();
  /** Answered requests that keep their seats for a while. */
  readonly #lingering = new Map<number, Held>();
  #lingered = 0;
  readonly #serve: (request: number) => void;

  /** `serve` begins the work on a request that has its seats. */
  constructor(
    api: ApiServer,
    sizes: ResourceSizes,
    settings: FairnessSettings,
    serve: (request: number) => void,
    retries = new ClientRetries(api),
  ) {
    this.#api = api;
    this.#settings = settings;
    this.#serve = serve;
    this.#retries = retries;
    this.#estimates = { sizeOf: (info) => sizes.of(info), watchersOf: (info) => watchersOf(api, info) };
    const { engine } = api;
    const { server = 0 } = settings;
    const of = server === 0 ? '' : ` ${server}`;
    this.#timeouts = engine.lane(
      `api.queue${of}`,
      LONGEST_WAIT_US,
      engine.kind(`api.timeout${of}`, (request) => this.#timeOut(request)),
    );
    this.#release = engine.kind(`api.seats${of}`, (id) => this.#vacate(id));
    this.#adjust = engine.kind(`api.borrowing${of}`, () => {
      this.levels.adjust();
      engine.after(ADJUSTMENT_US, this.#adjust, 0, 0);
    });
    const host: QueueHost = {
      get now() {
        return engine.now;
      },
      dispatched: (ticket) => this.#dispatched(ticket),
      lingers: (ticket) => this.#linger(ticket),
    };
    this.levels = new PriorityLevels(host, settings.serverSeats);
    engine.after(ADJUSTMENT_US, this.#adjust, 0, 0);
  }

  arrive(request: number): void {
    const info = requestInfo(this.#api, request);
    const { level, hand } = this.levels.classify(requestUser(this.#api, request), info);
    const ticket = new Ticket(request, workOf(info, level.widest, this.#estimates), this.#api.engine.now);
    level.counts.arrived += 1;
    this.#held.set(request, { ticket, level });
    if (!level.queues.start(ticket, hand)) this.#reject(request);
    else if (ticket.startedAt < 0) ticket.timeout = this.#timeouts.push(request, 0);
  }

  finished(request: number): void {
    this.#retries.answered(request);
    const held = this.#held.get(request);
    if (held === undefined) return;
    held.level.counts.answered += 1;
    held.level.queues.finish(held.ticket);
    this.#held.delete(request);
    this.levels.reap(held.level);
  }

  #dispatched(ticket: Ticket): void {
    const { request, startedAt, arrivedAt } = ticket;
    if (ticket.timeout >= 0) this.#timeouts.remove(ticket.timeout);
    ticket.timeout = -1;
    const level = this.#level(request);
    level.counts.dispatched += 1;
    for (const listener of this.listeners) listener(level, 'dispatched', startedAt - arrivedAt);
    this.#serve(request);
  }

  #timeOut(request: number): void {
    const held = this.#held.get(request);
    if (held === undefined) return;
    held.level.queues.giveUp(held.ticket);
    held.level.counts.timedOut += 1;
    this.#reject(request);
  }

  #reject(request: number): void {
    const level = this.#level(request);
    const { now } = this.#api.engine;
    const waitedUs = now - (this.#held.get(request)?.ticket.arrivedAt ?? now);
    this.#held.delete(request);
    level.counts.rejected += 1;
    for (const listener of this.listeners) listener(level, 'rejected', waitedUs);
    const second = Math.floor(this.#settings.startSeconds + now / 1e6);
    this.#retries.refused(request, level.retryAfter.drop(second));
    this.levels.reap(level);
  }

  #level(request: number): PriorityLevel {
    const held = this.#held.get(request);
    assert(held !== undefined, () => `request ${request} is in no priority level`);
    return held.level;
  }

  #linger(ticket: Ticket): void {
    this.#lingered = (this.#lingered + 1) | 0;
    this.#lingering.set(this.#lingered, { ticket, level: this.#level(ticket.request) });
    this.#api.engine.after(ticket.additionalUs, this.#release, this.#lingered, 0);
  }

  #vacate(id: number): void {
    const held = this.#lingering.get(id);
    this.#lingering.delete(id);
    held?.level.queues.release(held.ticket);
  }
}
