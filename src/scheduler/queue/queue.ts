// Hot dialect: the scheduling queue: pods to try now, pods in back-off, pods that wait for something to change (scheduling_queue.go).
import type { PodSource } from '../framework/interface.ts';
import { assert } from '../../lib/assert.ts';
import type { Calendar } from '../../engine/calendar.ts';
import type { Registry } from '../../model/registry.ts';
import type { SchedulerSettings } from '../../model/settings/scheduler.ts';
import { ClusterEvent, Happening } from '../framework/cluster-events.ts';
import { BackoffQueue } from './backoff-queue.ts';
import { EventTape } from './event-tape.ts';
import { type Before, PodHeap, PodList } from './pod-heap.ts';
import { EXTENDERS } from '../extenders.ts';
import { PodInfo } from '../framework/pod-info.ts';
import { Place, QueuedPods } from '../framework/queued-pods.ts';
import { QueueingHints, Requeue } from './queueing-hints.ts';
import type { Framework } from '../framework/runtime/framework.ts';
import { Code } from '../framework/status.ts';
import type { ClassRow, PodRow } from '../../model/rows.ts';

const FLUSH_PERIOD_US = 30e6;
/** After so long an unschedulable pod is tried again whatever happened. */
const LONGEST_WAIT_US = 300e6;
const NEVER = Number.POSITIVE_INFINITY;

export interface QueueDepths {
  readonly active: number;
  readonly backoff: number;
  readonly unschedulable: number;
  readonly gated: number;
}

export interface Whereabouts {
  readonly place: 'none' | 'active' | 'in flight' | 'backoff' | 'unschedulable' | 'gated';
  readonly untilUs?: number;
}

export class SchedulingQueue {
  readonly pods = new QueuedPods();
  readonly #engine: Calendar;
  readonly #state: Registry;
  /** Pods as the watch has brought them. */
  readonly #seen: Pick<PodSource, 'owner'>;
  readonly #profiles: readonly Framework[];
  /** Called when a pod can be popped. */
  readonly #ready: () => void;
  readonly #hints: QueueingHints;
  readonly #tape = new EventTape();
  readonly #active: PodHeap;
  /** Of a queue sort whose order changes while pods wait. */
  readonly #reordered: (() => boolean) | undefined;
  readonly #backoff: BackoffQueue;
  readonly #unschedulable: PodList;
  readonly #inFlight: PodList;
  readonly #pod: PodInfo;
  readonly #event = new ClusterEvent();
  readonly #flushUnschedulable: number;
  /** When the armed flush is due; one of another time has been overtaken. */
  #unschedulableDue = NEVER;
  #gated = 0;
  /** By pod in flight that has changed since it was taken: in which ways (bits of `Happening`). */
  readonly #changedInFlight = new Map<PodRow, number>();

  constructor(
    engine: Calendar,
    state: Registry,
    seen: Pick<PodSource, 'owner'>,
    profiles: readonly Framework[],
    settings: Pick<SchedulerSettings, 'podInitialBackoffUs' | 'podMaxBackoffUs' | 'extenders'>,
    ready: () => void,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#seen = seen;
    this.#profiles = profiles;
    this.#ready = ready;
    const { pods } = this;
    const sort = profiles[0].queueSort[0].plugin;
    const before: Before = (a, b) => {
      if (sort.less!(a, b, pods)) return true;
      return !sort.less!(b, a, pods) && pods.sequence[a] < pods.sequence[b];
    };
    this.#active = new PodHeap(pods, before);
    this.#reordered = sort.reordered?.bind(sort);
    this.#unschedulable = new PodList(pods);
    this.#inFlight = new PodList(pods);
    const registrations = profiles.map((profile) => profile.registrations);
    this.#hints = new QueueingHints(
      registrations,
      pods,
      state.pods,
      seen,
      state.classes,
      settings.extenders === undefined ? 0 : 1 << EXTENDERS,
    );
    this.#pod = new PodInfo();
    this.#backoff = new BackoffQueue(
      engine,
      pods,
      before,
      settings,
      (row) => this.#enterActive(row),
      () => {
        if (this.#active.size > 0) this.#ready();
      },
    );
    this.#flushUnschedulable = engine.kind('scheduler.flush-unschedulable', () => {
      if (engine.now !== this.#unschedulableDue) return;
      this.#unschedulableDue = NEVER;
      this.#endWaits();
    });
  }

  get depths(): QueueDepths {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size,
      unschedulable: this.#unschedulable.size - this.#gated,
      gated: this.#gated,
    };
  }

  /** A new pod for a profile. */
  add(row: PodRow, podClass: ClassRow, profile: number): void {
    const { pods } = this;
    const table = this.#state.pods;
    pods.ensure(row);
    assert(pods.place[row] === Place.None, () => `pod ${row} is in the queue already`);
    pods.epoch[row] = table.epoch[row];
    pods.podClass[row] = podClass;
    pods.profile[row] = profile;
    pods.priority[row] = this.#state.classes.get(podClass).priority;
    pods.timestamp[row] = this.#engine.now;
    pods.attempts[row] = 0;
    pods.unschedulable[row] = 0;
    pods.errors[row] = 0;
    pods.rejectedBy[row] = 0;
    pods.pendingOn[row] = 0;
    pods.gatedBy[row] = -1;
    this.#activate(row);
  }

  /** True when `pop` would give a pod. */
  get poppable(): boolean {
    return this.#active.size > 0 || this.#backoff.early >= 0;
  }

  /** The next pod to schedule, now in flight; -1 when there is none. An empty active queue takes from the back-off queue early. */
  pop(): PodRow {
    const { pods } = this;
    if (this.#reordered?.() === true) this.#active.reorder();
    const row = this.#active.size > 0 ? this.#active.head : this.#backoff.early;
    if (row < 0) return -1;
    if (pods.place[row] === Place.Active) this.#active.remove(row);
    else this.#backoff.remove(row);
    pods.place[row] = Place.InFlight;
    pods.attempts[row] += 1;
    pods.rejectedBy[row] = 0;
    pods.pendingOn[row] = 0;
    pods.eventCursor[row] = this.#tape.next;
    this.#inFlight.push(row);
    return row;
  }

  /**
   * A popped pod comes back: rejected by the plugins of the bits, or waiting for those of `pendingOn`; neither means an error.
   * What happened meanwhile is replayed.
   */
  fail(row: PodRow, rejectedBy: number, pendingOn: number): void {
    const { pods } = this;
    pods.rejectedBy[row] = rejectedBy;
    pods.pendingOn[row] = pendingOn;
    pods.timestamp[row] = this.#engine.now;
    if ((rejectedBy | pendingOn) === 0) {
      pods.errors[row] += 1;
    } else {
      pods.unschedulable[row] += 1;
      pods.errors[row] = 0;
    }
    const worth = pods.place[row] === Place.InFlight ? this.#replay(row) : Requeue.AfterBackoff;
    const changed = this.#changedInFlight.size === 0 ? undefined : this.#changedInFlight.get(row);
    this.done(row);
    this.#requeue(row, worth);
    if (changed !== undefined) this.update(row, pods.podClass[row], changed);
  }

  /** The pod needs no more events: it is being bound. `fail` may still bring it back. */
  done(row: PodRow): void {
    const { pods } = this;
    if (pods.place[row] !== Place.InFlight) return;
    pods.place[row] = Place.None;
    if (this.#changedInFlight.size > 0) this.#changedInFlight.delete(row);
    this.#inFlight.remove(row);
    const oldest = this.#inFlight.head;
    this.#tape.cut(oldest < 0 ? this.#tape.next : pods.eventCursor[oldest]);
  }

  /** The pod is gone, or somebody else bound it. */
  delete(row: PodRow): void {
    if (row >= this.pods.capacity) return;
    switch (this.pods.place[row]) {
      case Place.Active:
        this.#active.remove(row);
        break;
      case Place.Backoff:
      case Place.ErrorBackoff:
        this.#backoff.remove(row);
        break;
      case Place.Unschedulable:
        this.#leaveUnschedulable(row);
        break;
      case Place.InFlight:
        this.done(row);
        break;
      default:
        return;
    }
    this.pods.place[row] = Place.None;
  }

  /** The pod itself changed, and is of another class; in ways that a plugin may wait for (bits of `Happening`), or in none. */
  update(row: PodRow, podClass: ClassRow, kinds: number): void {
    const { pods } = this;
    if (row >= pods.capacity) return;
    pods.podClass[row] = podClass;
    if (pods.place[row] === Place.InFlight) {
      this.#changedInFlight.set(row, (this.#changedInFlight.get(row) ?? 0) | kinds);
      return;
    }
    for (let left = kinds; left !== 0; left &= left - 1) {
      if (pods.place[row] !== Place.Unschedulable) return;
      const event = this.#event;
      event.kind = left & -left;
      this.#hints.begin();
      const worth = this.#hints.worth(row, event);
      if (worth !== Requeue.Skip) this.#leaveAndRequeue(row, worth);
    }
  }

  /**
   * Something happened in the cluster: pods that it may help, of a priority up to `ceiling`, leave the unschedulable ones.
   */
  happened(event: ClusterEvent, ceiling: number = Number.POSITIVE_INFINITY): void {
    if ((event.kind & this.#hints.interest) === 0) return;
    if (this.#inFlight.size > 0) this.#tape.record(event);
    this.#hints.begin();
    const { next, gatedBy, priority } = this.pods;
    // A pod that is gated again goes to the end of the list: only those who wait now are asked.
    let left = this.#unschedulable.size;
    for (let row = this.#unschedulable.head; left > 0; left -= 1) {
      const following = next[row];
      if (priority[row] <= ceiling && (gatedBy[row] < 0 || this.#hints.opensGate(row, event))) {
        const worth = this.#hints.worth(row, event);
        if (worth !== Requeue.Skip) this.#leaveAndRequeue(row, worth);
      }
      row = following;
    }
  }

  /** A pod in back-off or among the unschedulable ones goes to the active queue (Activate). Others stay where they are. */
  force(row: PodRow): void {
    const { pods } = this;
    const place = row < pods.capacity ? pods.place[row] : Place.None;
    if (place === Place.Unschedulable) this.#leaveUnschedulable(row);
    else if (place === Place.Backoff || place === Place.ErrorBackoff) this.#backoff.remove(row);
    else return;
    pods.place[row] = Place.None;
    this.#activate(row);
  }

  /** Where a pod waits, and when it is tried again at the latest, for people. */
  whereIs(row: PodRow): Whereabouts {
    const { pods } = this;
    const place = row < pods.capacity ? pods.place[row] : Place.None;
    if (place === Place.Active) return { place: 'active' };
    if (place === Place.InFlight) return { place: 'in flight' };
    if (place === Place.Backoff || place === Place.ErrorBackoff) {
      return { place: 'backoff', untilUs: this.#backoff.endsAt(row) };
    }
    if (place !== Place.Unschedulable) return { place: 'none' };
    if (pods.gatedBy[row] >= 0) return { place: 'gated' };
    const until = Math.ceil((pods.timestamp[row] + LONGEST_WAIT_US) / FLUSH_PERIOD_US) * FLUSH_PERIOD_US;
    return { place: 'unschedulable', untilUs: until };
  }

  /** Rows by place, for people and tests. */
  contents(): { active: number[]; backoff: number[]; unschedulable: number[]; gated: number[] } {
    const { next, gatedBy } = this.pods;
    const unschedulable: number[] = [];
    const gated: number[] = [];
    for (let row = this.#unschedulable.head; row >= 0; row = next[row]) {
      (gatedBy[row] < 0 ? unschedulable : gated).push(row);
    }
    return { active: [...this.#active.rows()], backoff: [...this.#backoff.rows()], unschedulable, gated };
  }

  #replay(row: PodRow): number {
    if ((this.pods.rejectedBy[row] | this.pods.pendingOn[row]) === 0) return Requeue.AfterBackoff;
    let worth: number = Requeue.Skip;
    for (let number = this.pods.eventCursor[row]; number < this.#tape.next; number += 1) {
      this.#hints.begin();
      worth = Math.max(worth, this.#hints.worth(row, this.#tape.get(number)));
      if (worth === Requeue.Immediately) break;
    }
    return worth;
  }

  #requeue(row: PodRow, worth: number): void {
    if (worth === Requeue.Skip) this.#wait(row);
    else if (worth === Requeue.AfterBackoff && this.#backoff.backsOff(row)) this.#holdBack(row);
    else this.#activate(row);
  }

  #leaveAndRequeue(row: PodRow, worth: number): void {
    this.#leaveUnschedulable(row);
    this.#requeue(row, worth);
  }

  #leaveUnschedulable(row: PodRow): void {
    this.#unschedulable.remove(row);
    if (this.pods.gatedBy[row] >= 0) this.#gated -= 1;
    this.pods.place[row] = Place.None;
  }

  #point(row: PodRow): PodInfo {
    const { pods, classes } = this.#state;
    return this.#pod.point(pods, classes.get(this.pods.podClass[row]), row, this.#seen.owner[row]);
  }

  /** To the active queue, if PreEnqueue lets the pod in. */
  #activate(row: PodRow): void {
    if (this.#gate(row)) return;
    this.#enterActive(row);
    this.#ready();
  }

  #holdBack(row: PodRow): void {
    if (this.#gate(row)) return;
    this.#backoff.push(row);
    if (this.pods.place[row] === Place.Backoff) this.#ready();
  }

  #enterActive(row: PodRow): void {
    this.pods.enter(row, Place.Active);
    this.#active.push(row);
  }

  #wait(row: PodRow): void {
    const { pods } = this;
    pods.place[row] = Place.Unschedulable;
    this.#unschedulable.push(row);
    if (pods.gatedBy[row] >= 0) this.#gated += 1;
    this.#armUnschedulable(pods.timestamp[row]);
  }

  /** Runs PreEnqueue; a gated pod waits among the unschedulable ones. */
  #gate(row: PodRow): boolean {
    const { pods } = this;
    const profile = this.#profiles[pods.profile[row]];
    const { status, plugin } = profile.runPreEnqueue(this.#point(row));
    if (status.code === Code.Success) {
      pods.gatedBy[row] = -1;
      return false;
    }
    pods.gatedBy[row] = plugin;
    pods.rejectedBy[row] |= 1 << plugin;
    this.#wait(row);
    return true;
  }

  #endWaits(): void {
    const { next, timestamp, gatedBy } = this.pods;
    let moved = false;
    let oldest = NEVER;
    let left = this.#unschedulable.size;
    for (let row = this.#unschedulable.head; left > 0; left -= 1) {
      const following = next[row];
      if (this.#engine.now - timestamp[row] > LONGEST_WAIT_US) {
        // A gated pod stays, and yet those in flight hear of the flush.
        moved = true;
        if (gatedBy[row] < 0) this.#leaveAndRequeue(row, Requeue.AfterBackoff);
        else oldest = Math.min(oldest, timestamp[row]);
      } else {
        oldest = Math.min(oldest, timestamp[row]);
      }
      row = following;
    }
    if (moved && this.#inFlight.size > 0) {
      this.#event.kind = Happening.Wildcard;
      this.#tape.record(this.#event);
    }
    if (oldest < NEVER) this.#armUnschedulable(oldest);
  }

  #armUnschedulable(since: number): void {
    const overdue = Math.max(since + LONGEST_WAIT_US, this.#engine.now);
    const due = (Math.floor(overdue / FLUSH_PERIOD_US) + 1) * FLUSH_PERIOD_US;
    if (due >= this.#unschedulableDue) return;
    this.#unschedulableDue = due;
    this.#engine.at(due, this.#flushUnschedulable, 0, 0);
  }
}
