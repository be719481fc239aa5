// client-go's rate-limited work queue and its workers: an item waits once, and is never worked on twice at a time.
import type { Calendar } from '../../engine/calendar.ts';
import type { Wait } from '../../engine/script.ts';
import { RetryDelays } from './retry-delays.ts';
import { type Steps, type Sync, SyncFailed } from './sync.ts';
import type { ObjectRow } from '../../model/rows.ts';

export interface WorkQueueSettings {
  readonly workers: number;
  /** Processor time of one sync, µs. */
  readonly syncWorkUs: number;
  readonly retries?: RetryDelays;
}

/** Items are rows of objects, or whatever the controller says. `sync` throws or gives a SyncFailed when the item must be tried again. */
export class WorkQueue<Item extends number = ObjectRow> {
  readonly #engine: Calendar;
  readonly #name: string;
  readonly #sync: (item: Item) => Sync;
  readonly #settings: WorkQueueSettings;
  readonly #retries: RetryDelays;
  readonly #alarm: number;
  /** To be worked on: in the queue, or again once the current sync ends. */
  readonly #dirty = new Set<Item>();
  readonly #processing = new Set<Item>();
  #queue: Item[] = [];
  #taken = 0;
  #busy = 0;
  /** When a delayed item is due; an earlier date replaces a later one. */
  readonly #due = new Map<Item, number>();

  constructor(engine: Calendar, name: string, settings: WorkQueueSettings, sync: (item: Item) => Sync) {
    this.#engine = engine;
    this.#name = name;
    this.#settings = settings;
    this.#sync = sync;
    this.#retries = settings.retries ?? new RetryDelays();
    this.#alarm = engine.kind(`${name}.due`, (item) => this.#ring(item as Item));
  }

  /** Items that wait, without those that wait for a date. */
  get depth(): number {
    return this.#queue.length - this.#taken;
  }

  /** Nothing waits, is worked on, or failed and will be tried again; what waits for a date may be there. */
  get idle(): boolean {
    return this.depth === 0 && this.#busy === 0 && this.#retries.size === 0;
  }

  add(item: Item): void {
    if (this.#dirty.has(item)) return;
    this.#dirty.add(item);
    if (!this.#processing.has(item)) this.#push(item);
  }

  addAfter(item: Item, delayUs: number): void {
    if (delayUs <= 0) {
      this.add(item);
      return;
    }
    const due = this.#engine.now + Math.round(delayUs);
    const known = this.#due.get(item);
    if (known !== undefined && known <= due) return;
    this.#due.set(item, due);
    this.#engine.at(due, this.#alarm, item, 0);
  }

  addRateLimited(item: Item): void {
    this.addAfter(item, this.#retries.next(item, this.#engine.now));
  }

  #ring(item: Item): void {
    const due = this.#due.get(item);
    // An alarm whose date was moved forward rings for nothing.
    if (due === undefined || due > this.#engine.now) return;
    this.#due.delete(item);
    this.add(item);
  }

  #push(item: Item): void {
    this.#queue.push(item);
    if (this.#busy >= this.#settings.workers) return;
    this.#busy += 1;
    this.#engine.spawn(this.#name, this.#worker());
  }

  #take(): Item | undefined {
    if (this.#taken === this.#queue.length) return undefined;
    const item = this.#queue[this.#taken];
    this.#taken += 1;
    if (this.#taken > 1024 && this.#taken * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }

  #retry(item: Item): void {
    if (this.#retries.givesUp(item)) this.#retries.forget(item);
    else this.addRateLimited(item);
  }

  /** Works until the queue is empty. Even without work of its own a sync begins as an event of its own. */
  *#worker(): Steps {
    const work: Wait = (resume) => resume(this.#settings.syncWorkUs);
    for (;;) {
      yield work;
      const item = this.#take();
      if (item === undefined) break;
      this.#processing.add(item);
      this.#dirty.delete(item);
      try {
        if ((yield* this.#sync(item)) === undefined) this.#retries.forget(item);
        else this.#retry(item);
      } catch (error) {
        if (!(error instanceof SyncFailed)) throw error;
        this.#retry(item);
      }
      this.#processing.delete(item);
      if (this.#dirty.has(item)) this.#queue.push(item);
      if (this.depth === 0) break;
    }
    this.#busy -= 1;
  }
}
