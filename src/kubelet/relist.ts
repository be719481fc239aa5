// Hot dialect: what a kubelet sees of its containers, and when: it asks its runtime once a period, and about one pod after a sync that did something (PLEG).
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { PodRuntimes } from './pod-runtimes.ts';

export class Relist {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #periodUs: number;
  readonly #onRelist: number;
  /** By pod: since when something really is other than what was seen; -1: nothing. And whether the next look is booked. */
  #changedAt = new Float64Array(0);
  #isBooked = new Uint8Array(0);

  /** `periodUs` 0: everything is seen at once. `noticed` is called when a look at all pods finds that one has changed. */
  constructor(
    engine: Engine,
    state: ClusterState,
    runtimes: PodRuntimes,
    periodUs: number,
    noticed: (pod: PodRow) => void,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#runtimes = runtimes;
    this.#periodUs = periodUs;
    this.#onRelist = runtimes.podKind('kubelet.relist', (pod) => {
      if (this.#isBooked[pod] === 0) return;
      this.#isBooked[pod] = 0;
      if (this.look(pod)) noticed(pod);
    });
  }

  reset(pod: PodRow): void {
    const { capacity } = this.#state.pods;
    if (capacity > this.#changedAt.length) {
      this.#changedAt = grown(this.#changedAt, capacity);
      this.#isBooked = grown(this.#isBooked, capacity);
    }
    this.#changedAt[pod] = -1;
    this.#isBooked[pod] = 0;
  }

  /** The last look at all pods of the node that was over before now, or is at this instant. */
  lastUs(pod: PodRow): number {
    if (this.#periodUs === 0) return this.#engine.now;
    const phase = this.#phaseUs(pod);
    return phase + Math.floor((this.#engine.now - phase) / this.#periodUs) * this.#periodUs;
  }

  /** The first one that comes after now. */
  nextUs(pod: PodRow): number {
    return this.#periodUs === 0 ? this.#engine.now : this.lastUs(pod) + this.#periodUs;
  }

  /** The first moment at or after a time at which the kubelet's main loop takes up what is due. */
  tickUs(pod: PodRow, timeUs: number): number {
    if (this.#periodUs === 0) return Math.ceil(timeUs);
    const phase = this.#phaseUs(pod);
    return phase + Math.ceil((timeUs - phase) / this.#periodUs) * this.#periodUs;
  }

  /** Something about the pod's containers is other than it was, and the kubelet will see it. */
  changed(pod: PodRow): void {
    if (this.#changedAt[pod] < 0) this.#changedAt[pod] = this.#engine.now;
  }

  /** Has the change seen at the next look, if that comes within `withinUs`, unless the pod is looked at before. */
  book(pod: PodRow, withinUs = Infinity): void {
    if (this.#changedAt[pod] < 0 || this.#isBooked[pod] === 1) return;
    const next = this.nextUs(pod);
    if (next > this.#engine.now + withinUs) return;
    this.#isBooked[pod] = 1;
    this.#engine.at(next, this.#onRelist, pod, this.#runtimes.step[pod]);
  }

  /** Whether a look is due at this very instant that finds something and has not been taken yet. */
  isDue(pod: PodRow): boolean {
    return this.#periodUs > 0 && this.#isBooked[pod] === 1 && this.lastUs(pod) === this.#engine.now;
  }

  /** A look that is due at this very instant and has not been taken yet. */
  catchUp(pod: PodRow): boolean {
    const at = this.#changedAt[pod];
    return at >= 0 && at < this.lastUs(pod) && this.look(pod);
  }

  /** The kubelet sees the pod as it is; true when a container or the sandbox is not as it was seen before. */
  look(pod: PodRow): boolean {
    if (this.#changedAt[pod] < 0) return false;
    this.#changedAt[pod] = -1;
    const { runs, seen, seenRunning, seenSandbox, sandbox } = this.#runtimes;
    const first = this.#state.pods.firstContainer[pod];
    const end = first + this.#runtimes.planOf(pod).containers.length;
    let differs = seenSandbox[pod] !== sandbox[pod];
    seenSandbox[pod] = sandbox[pod];
    for (let row = first; row < end; row += 1) {
      const run = runs[row];
      const running = run?.running === true ? 1 : 0;
      if (run === seen[row] && running === seenRunning[row]) continue;
      seen[row] = run;
      seenRunning[row] = running;
      differs = true;
    }
    return differs;
  }

  /** One of the node's looks. */
  #phaseUs(pod: PodRow): number {
    const { nodes, pods } = this.#state;
    return nodes.renewPhaseUs[pods.node[pod]];
  }
}
