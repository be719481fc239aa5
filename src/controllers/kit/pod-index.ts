// Hot dialect: the manager's view of pods, indexed: by owner, node and class, with counts per owner kept as pods change.
import type { PodView } from '../../api/pod-view.ts';
import { grown, nextCapacity } from '../../model/columns.ts';
import { isActive, isTerminal, PodBit } from '../../model/pods.ts';
import { PodLists } from './pod-lists.ts';

const Counted = { Active: 1, Ready: 2, Terminating: 4 } as const;

/** Subscribe it to the view before anybody who reads it. Owners are rows of objects. */
export class PodIndex {
  readonly view: PodView;
  readonly byOwner = new PodLists();
  readonly byNode = new PodLists();
  readonly byClass = new PodLists();
  /** By owner: pods neither ended nor being deleted; those of them that are Ready; pods being deleted that have not ended. */
  active = new Int32Array(0);
  ready = new Int32Array(0);
  terminating = new Int32Array(0);
  /** By pod: how it is counted for its owner. */
  #counted = new Uint8Array(0);

  constructor(view: PodView) {
    this.view = view;
    view.subscribe((pod) => this.#changed(pod));
  }

  /** Makes room for an owner: its counts may be read before it has pods. */
  ensureOwner(owner: number): void {
    let capacity = this.active.length;
    if (owner < capacity) return;
    while (capacity <= owner) capacity = nextCapacity(capacity);
    this.active = grown(this.active, capacity);
    this.ready = grown(this.ready, capacity);
    this.terminating = grown(this.terminating, capacity);
  }

  #changed(pod: number): void {
    const { view } = this;
    const { table } = view;
    if (pod >= this.#counted.length) this.#counted = grown(this.#counted, view.alive.length);
    const alive = view.alive[pod] === 1;
    const owner = table.owner[pod];
    this.byOwner.move(pod, alive ? owner : -1);
    this.byNode.move(pod, alive ? view.node[pod] : -1);
    this.byClass.move(pod, alive ? table.podClass[pod] : -1);
    if (owner < 0) return;
    this.ensureOwner(owner);
    const before = this.#counted[pod];
    const after = alive ? countedAs(view.state[pod]) : 0;
    if (before === after) return;
    this.#counted[pod] = after;
    this.active[owner] += (after & Counted.Active) - (before & Counted.Active);
    this.ready[owner] += ((after & Counted.Ready) - (before & Counted.Ready)) >> 1;
    this.terminating[owner] += ((after & Counted.Terminating) - (before & Counted.Terminating)) >> 2;
  }
}

function countedAs(state: number): number {
  if (isActive(state)) return (state & PodBit.Ready) === 0 ? Counted.Active : Counted.Active | Counted.Ready;
  return isTerminal(state) ? 0 : Counted.Terminating;
}
