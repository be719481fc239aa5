// Watches of whole objects: each change as it was when it was committed, as late as a watch delivers it, in order.
import { Samplers } from '../../engine/distributions.ts';
import type { Random } from '../../engine/random.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ApiServer } from '../server.ts';
import type { Kept } from './decide.ts';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED';
export type WatchListener = (type: WatchEventType, object: KubeObject) => void;

interface Watch {
  readonly listener: WatchListener;
  readonly selects: (object: KubeObject) => boolean;
  /** What the watcher has been sent, by row: the last version. */
  readonly sent: Map<number, KubeObject>;
  readonly onTheWay: { readonly type: WatchEventType; readonly object: KubeObject }[];
  arrivesAt: number;
}

/** Their delays are drawn from a stream of their own: whoever looks on changes nothing. */
export class Watches {
  readonly #api: ApiServer;
  readonly #samplers = new Samplers();
  readonly #delivery: number;
  readonly #random: Random;
  readonly #event: number;
  readonly #watches: Watch[] = [];

  constructor(api: ApiServer, name: string) {
    this.#api = api;
    this.#delivery = this.#samplers.add(api.settings.watchDelivery);
    this.#random = api.engine.stream(`api.resources.${name}`);
    this.#event = api.engine.kind(`api.watch.resources.${name}`, (index) => {
      const { listener, onTheWay } = this.#watches[index];
      const next = onTheWay.shift();
      if (next !== undefined) listener(next.type, next.object);
    });
  }

  add({ rows }: Kept, selects: (object: KubeObject) => boolean, listener: WatchListener): void {
    const sent = new Map<number, KubeObject>();
    for (const row of rows.all()) {
      const object = rows.get(row);
      if (object !== undefined && selects(object)) sent.set(row, object);
    }
    const index = this.#watches.push({ listener, selects, sent, onTheWay: [], arrivesAt: 0 }) - 1;
    rows.watch((row, what) => this.#changed(index, row, what, rows.get(row)));
  }

  /** An object that comes to fit the selector is added, one that no longer does is deleted. */
  #changed(index: number, row: number, what: number, object: KubeObject | undefined): void {
    const watch = this.#watches[index];
    const before = watch.sent.get(row);
    const gone = (what & Change.Removed) !== 0 || object === undefined || !watch.selects(object);
    if (gone) {
      watch.sent.delete(row);
      if (before !== undefined) this.#send(index, 'DELETED', object ?? before);
      return;
    }
    watch.sent.set(row, object);
    this.#send(index, before === undefined ? 'ADDED' : 'MODIFIED', object);
  }

  #send(index: number, type: WatchEventType, object: KubeObject): void {
    const watch = this.#watches[index];
    const { engine } = this.#api;
    const delayUs = Math.round(this.#samplers.draw(this.#delivery, this.#random));
    watch.arrivesAt = Math.max(watch.arrivesAt, engine.now + delayUs);
    watch.onTheWay.push({ type, object });
    engine.at(watch.arrivesAt, this.#event, index, 0);
  }
}
