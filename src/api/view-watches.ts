// The watches: each a view that moves on when a change arrives there, and the logs, which are cut behind the slowest.
import type { Audience } from '../engine/calendar.ts';
import type { Engine } from '../engine/engine.ts';
import { Change, type ChangeLog } from '../model/change-log.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { NodeView } from './node-view.ts';
import { concernsOwnership, ObjectView } from './object-view.ts';
import { PodView } from './pod-view.ts';
import { ViewSeats } from './view-seats.ts';

export class ViewWatches {
  readonly #state: ClusterState;
  readonly #deliveryUs: () => number;
  readonly #pods: ViewSeats<PodView>;
  readonly #nodes: ViewSeats<NodeView>;
  readonly #objects: ViewSeats<ObjectView>;
  readonly #byKind = new Map<string, number[]>();
  readonly #ofKinds: {
    readonly index: number;
    readonly wants: (kind: string) => boolean;
    readonly all: boolean;
  }[] = [];
  /** Removed pods whose rows wait for the slowest view: row and log entry, in order. */
  readonly #graves: { readonly pod: PodRow; readonly entry: number }[] = [];

  constructor(engine: Engine, state: ClusterState, deliveryUs: () => number) {
    this.#state = state;
    this.#deliveryUs = deliveryUs;
    this.#pods = new ViewSeats(engine, 'api.watch.pods', () => this.#reclaim());
    this.#nodes = new ViewSeats(engine, 'api.watch.nodes', () => this.#cut(state.nodeLog, this.#nodes));
    this.#objects = new ViewSeats(engine, 'api.watch.objects', () => {});
  }

  /** A watch of the pods that starts now. */
  pods(audience?: Audience): PodView {
    const view = new PodView(this.#state.pods, this.#state.podLog);
    this.#pods.add(view, audience);
    return view;
  }

  nodes(audience?: Audience): NodeView {
    const view = new NodeView(this.#state.nodes, this.#state.nodeLog);
    this.#nodes.add(view, audience);
    return view;
  }

  objects<T extends KubeObject>(kind: string, audience?: Audience): ObjectView<T> {
    const view = new ObjectView<T>(kind);
    const index = this.#objects.add(view, audience);
    const indexes = this.#byKind.get(kind);
    if (indexes === undefined) this.#byKind.set(kind, [index]);
    else indexes.push(index);
    return view;
  }

  /** A watch of everything about the kinds that it wants, from now on; or (not `all`) of what the garbage collector must know of them. */
  kinds(wants: (kind: string) => boolean, all: boolean, audience?: Audience): ObjectView {
    const view = new ObjectView('');
    this.#ofKinds.push({ index: this.#objects.add(view, audience), wants, all });
    return view;
  }

  /** Ends the watches of whoever is gone: nothing waits for them any more. */
  close(audience: Audience): void {
    this.#pods.close(audience);
    this.#nodes.close(audience);
    for (const index of this.#objects.close(audience)) {
      for (const indexes of this.#byKind.values()) drop(indexes, (one) => one === index);
      drop(this.#ofKinds, (one) => one.index === index);
    }
    this.#reclaim();
    this.#cut(this.#state.nodeLog, this.#nodes);
  }

  /** The answers to the lists with which an audience's watches of pods and objects begin: what is there now. */
  list(audience: Audience): void {
    const { objects } = this.#state;
    const kinds = new Map(this.#ofKinds.map((one) => [one.index, one]));
    this.#objects.of(audience, (view, index) => {
      const several = kinds.get(index);
      const rows = several === undefined ? objects.ofKind(view.kind) : objects.all();
      for (const row of rows) {
        const object = objects.get(row);
        if (object === undefined || several?.wants(object.kind) === false) continue;
        const what = isDeleting(object) ? Change.Created | Change.Deleting : Change.Created;
        if (several?.all !== false || concernsOwnership(object, what)) view.take(row, object, objects.owner[row], what);
      }
    });
    this.#pods.of(audience, (view) => view.list());
  }

  /** Every watch has delivered what there is. */
  get settled(): boolean {
    return [this.#pods, this.#nodes, this.#objects].every((seats) => seats.settled);
  }

  podChanged(): void {
    this.#pods.send(this.#deliveryUs);
  }

  /** A pod is gone: its row is given back once no view can still speak of it. */
  podRemoved(pod: PodRow, entry: number): void {
    this.#graves.push({ pod, entry });
    this.#reclaim();
  }

  nodeChanged(): void {
    this.#nodes.send(this.#deliveryUs);
  }

  objectChanged(row: ObjectRow, object: KubeObject, what: number): void {
    for (const index of this.#byKind.get(object.kind) ?? []) this.#sendObject(index, row, object, what);
    for (const { index, wants, all } of this.#ofKinds) {
      if (wants(object.kind) && (all || concernsOwnership(object, what))) this.#sendObject(index, row, object, what);
    }
  }

  #sendObject(index: number, row: ObjectRow, object: KubeObject, what: number): void {
    this.#objects.views[index].send(row, object, this.#state.objects.owner[row], what);
    this.#objects.sendTo(index, this.#deliveryUs());
  }

  /** Gives back the rows of removed pods that no view can still speak of, and cuts the log. */
  #reclaim(): void {
    const behind = this.#cut(this.#state.podLog, this.#pods);
    while (this.#graves.length > 0 && this.#graves[0].entry < behind) {
      const grave = this.#graves.shift();
      if (grave !== undefined) this.#state.pods.release(grave.pod);
    }
  }

  #cut(log: ChangeLog, seats: { slowest(next: number): number }): number {
    const behind = seats.slowest(log.next);
    log.cut(behind);
    return behind;
  }
}

function isDeleting({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function drop<T>(list: T[], leaves: (one: T) => boolean): void {
  for (let i = list.length - 1; i >= 0; i -= 1) if (leaves(list[i])) list.splice(i, 1);
}
