// Hot dialect: the manager's view of pods, indexed: by owner, node and class, with counts per owner kept as pods change.
import type { PodView } from '../../api/pod-view.ts';
import { grown, nextCapacity } from '../../model/columns.ts';
import { isActive, isTerminal, PodBit } from '../../model/pods.ts';
import { PodLists } from './pod-lists.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

const Counted = { Active: 1, Ready: 2, Terminating: 4 } as const;

/** Subscribe it to the view before anybody who reads it. Owners are rows of objects. */
export class PodIndex {
  readonly view: PodView;
  readonly byOwner = new PodLists<ObjectRow>();
  readonly byNode = new PodLists<NodeRow>();
  readonly byClass = new PodLists<ClassRow>();
  /** By owner: pods neither ended nor being deleted; those of them that are Ready; pods being deleted that have not ended. */
  active = new Int32Array(0);
  ready = new Int32Array(0);
  terminating = new Int32Array(0);
  /** By class: pods that nobody controls. */
  orphans = new Int32Array(0);
  #orphanCount = 0;
  /** The previous owner of the pod that is being reported: a row, or -1. */
  formerOwner: ObjectRow = -1;
  /** By pod: how it is counted for its owner, and its owner plus one (0 for none, and for a pod that is not there). */
  #counted = new Uint8Array(0);
  #owner = new Int32Array(0);
  /** By pod: 1 when it is counted among the orphans of its class. */
  #orphan = new Uint8Array(0);

  constructor(view: PodView) {
    this.view = view;
    view.subscribe((pod) => this.#changed(pod));
  }

  /** Makes room for an owner: its counts may be read before it has pods. */
  ensureOwner(owner: ObjectRow): void {
    let capacity = this.active.length;
    if (owner < capacity) return;
    while (capacity <= owner) capacity = nextCapacity(capacity);
    this.active = grown(this.active, capacity);
    this.ready = grown(this.ready, capacity);
    this.terminating = grown(this.terminating, capacity);
  }

  /** There is a pod that nobody controls. */
  get anyOrphan(): boolean {
    return this.#orphanCount > 0;
  }

  orphansOf(podClass: ClassRow): number {
    return podClass < this.orphans.length ? this.orphans[podClass] : 0;
  }

  #changed(pod: PodRow): void {
    const { view } = this;
    if (pod >= this.#counted.length) {
      this.#counted = grown(this.#counted, view.alive.length);
      this.#owner = grown(this.#owner, view.alive.length);
      this.#orphan = grown(this.#orphan, view.alive.length);
    }
    const alive = view.alive[pod] === 1;
    const podClass = view.podClass[pod];
    const owner = alive ? view.owner[pod] : -1;
    this.byOwner.move(pod, owner);
    this.byNode.move(pod, alive ? view.node[pod] : -1);
    this.byClass.move(pod, alive ? podClass : -1);
    const orphan = alive && owner === -1 ? 1 : 0;
    if (view.formerClass >= 0 && this.#orphan[pod] === 1) this.#countOrphan(pod, view.formerClass, 0);
    if (orphan !== this.#orphan[pod]) this.#countOrphan(pod, podClass, orphan);
    const former = (this.#owner[pod] - 1) as ObjectRow;
    this.formerOwner = former;
    if (owner !== former) {
      if (former >= 0) this.#count(pod, former, 0);
      this.#owner[pod] = owner + 1;
    }
    if (owner < 0) return;
    this.ensureOwner(owner);
    this.#count(pod, owner, countedAs(view.state[pod]));
  }

  #count(pod: PodRow, owner: ObjectRow, after: number): void {
    const before = this.#counted[pod];
    if (before === after) return;
    this.#counted[pod] = after;
    this.active[owner] += (after & Counted.Active) - (before & Counted.Active);
    this.ready[owner] += ((after & Counted.Ready) - (before & Counted.Ready)) >> 1;
    this.terminating[owner] += ((after & Counted.Terminating) - (before & Counted.Terminating)) >> 2;
  }

  #countOrphan(pod: PodRow, podClass: ClassRow, orphan: number): void {
    if (podClass >= this.orphans.length) {
      let capacity = this.orphans.length;
      while (capacity <= podClass) capacity = nextCapacity(capacity);
      this.orphans = grown(this.orphans, capacity);
    }
    this.orphans[podClass] += orphan - this.#orphan[pod];
    this.#orphanCount += orphan - this.#orphan[pod];
    this.#orphan[pod] = orphan;
  }
}

function countedAs(state: number): number {
  if (isActive(state)) return (state & PodBit.Ready) === 0 ? Counted.Active : Counted.Active | Counted.Ready;
  return isTerminal(state) ? 0 : Counted.Terminating;
}
