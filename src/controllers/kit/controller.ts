// What a controller is: one declaration (name, workers, what it watches, its sync) that the manager starts.
import { ApiClient } from '../../api/client.ts';
import type { ApiConnection } from '../../api/server.ts';
import type { Calendar } from '../../engine/calendar.ts';
import { CONCURRENT_SYNCS } from '../../model/settings/concurrent-syncs.ts';
import type { ControllerSettings } from '../settings.ts';
import type { RetryDelays } from './retry-delays.ts';
import type { SharedViews } from './shared-views.ts';
import type { Sync } from './sync.ts';
import { WorkQueue } from './work-queue.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** What the manager starts. Whatever does not work on one queue of keys (a loop, a timer for each pod) implements it by itself. */
export interface Controller {
  start(manager: ManagerContext): void;
}

/** Workers: a setting with its default, or the number that Kubernetes has built in. */
type Workers = keyof typeof CONCURRENT_SYNCS | number;

/** What a controller with a work queue works with. */
export interface Work<Key extends number = ObjectRow> {
  readonly engine: Calendar;
  readonly api: ApiConnection;
  readonly views: SharedViews;
  readonly settings: ControllerSettings;
  readonly client: ApiClient;
  readonly queue: WorkQueue<Key>;
}

/** What the clock of the controllers' machine shows, µs: with it they date what they write, and compare what others have dated. */
export function clockUs({ engine, settings }: Pick<Work, 'engine' | 'settings'>): number {
  return engine.now + settings.clockAheadUs();
}

/** Keys are ints: rows of objects, unless the controller says of what. */
interface Syncs<Key extends number> {
  /** One key at a time for each worker, never the same key twice at once. Throws or gives SyncFailed to be tried again. */
  sync(key: Key): Sync;
}

interface Declaration<T extends Syncs<Key>, Key extends number> {
  /** Of its client: the user agent of its requests and the source of its events. */
  readonly name: string;
  readonly queue: string;
  readonly workers: Workers;
  /** Its rate limit as a multiple of the usual one. */
  readonly rateFactor?: number;
  /** Where the back-off of failed syncs is not the usual one. */
  readonly retries?: () => RetryDelays;
  create(work: Work<Key>): T;
  /** Subscribes to views: an event puts its keys into the queue. */
  watches(work: Work<Key>, syncs: T): void;
}

/** A controller with one work queue, as nearly all are. */
export function controller<T extends Syncs<Key>, Key extends number = ObjectRow>(
  declaration: Declaration<T, Key>,
): Controller {
  const { name, workers, rateFactor, retries } = declaration;
  return {
    start(manager) {
      const { engine, api, views, settings } = manager;
      const client = manager.client(name, rateFactor);
      const queue = manager.queue<Key>(declaration.queue, workers, (key) => syncs.sync(key), retries?.());
      const work: Work<Key> = { engine, api, views, settings, client, queue };
      const syncs = declaration.create(work);
      declaration.watches(work, syncs);
    },
  };
}

/** What all controllers share, and how they come by clients and queues. */
export class ManagerContext {
  readonly engine: Calendar;
  readonly api: ApiConnection;
  readonly views: SharedViews;
  readonly settings: ControllerSettings;
  readonly #queues: { readonly idle: boolean }[] = [];

  constructor(engine: Calendar, api: ApiConnection, views: SharedViews, settings: ControllerSettings) {
    this.engine = engine;
    this.api = api;
    this.views = views;
    this.settings = settings;
  }

  /** A client with a rate limit of its own. */
  client(name: string, rateFactor = 1): ApiClient {
    const { qps, burst } = this.settings.clients;
    return new ApiClient(this.api, name, { qps: qps * rateFactor, burst }, 'in-turn');
  }

  /** No controller has work to do, or to do again. */
  get idle(): boolean {
    return this.#queues.every(({ idle }) => idle);
  }

  queue<Key extends number = ObjectRow>(
    name: string,
    workers: Workers,
    sync: (key: Key) => Sync,
    retries?: RetryDelays,
  ): WorkQueue<Key> {
    const { concurrentSyncs, syncWorkUs } = this.settings;
    const count = typeof workers === 'number' ? workers : (concurrentSyncs[workers] ?? CONCURRENT_SYNCS[workers]);
    const queue = new WorkQueue(this.engine, name, { workers: count, syncWorkUs, ...(retries && { retries }) }, sync);
    this.#queues.push(queue);
    return queue;
  }
}
