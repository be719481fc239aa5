// Hot dialect: what the committed pods add up to, kept as they change: phases, readiness, requests by node, start-up times.
import { kubeletAheadUs } from '../api/requests/pod-status.ts';
import type { ApiServer } from '../api/server.ts';
import { Histogram } from '../metrics/histogram.ts';
import { Change } from '../model/change-log.ts';
import { grown } from '../model/columns.ts';
import type { PodClass } from '../model/pod-class.ts';
import { isTerminal, PodBit } from '../model/pods.ts';
import type { ClusterState } from '../model/state.ts';
import type { ClassRow, NodeRow, PodRow } from '../model/rows.ts';

export class PodGauges {
  created = 0;
  removed = 0;
  evicted = 0;
  /** Of those deleted, who made room for a more important pod. */
  preempted = 0;
  ready = 0;
  terminating = 0;
  /** By pod class: pods created. */
  readonly createdOf: number[] = [];
  /** By phase; pending and running ones that are terminating count only as terminating. */
  readonly phases = new Int32Array(4);
  /** Created to bound, and created to ready for the first time, in µs. */
  readonly scheduling = new Histogram();
  readonly startup = new Histogram();
  /** By node: pods bound and their requests, as the API server has them. */
  pods = new Int32Array(0);
  cpuMilli = new Float64Array(0);
  memoryBytes = new Float64Array(0);
  /** First time ready, by pod row. */
  firstReadyAt = new Float64Array(0);
  readonly #state: ClusterState;
  /** By pod row: the state that the gauges have counted (-1: none), and whether its requests are counted on its node. */
  #counted = new Int32Array(0);
  #holds = new Uint8Array(0);
  /** Of pods that were changed: their class when they last were. */
  readonly #reclassed = new Map<PodRow, ClassRow>();
  readonly #finished: number[] = [];

  constructor(api: ApiServer) {
    this.#state = api.state;
    api.podCommits.push((pod, _epoch, what) => this.#changed(pod, what));
  }

  /** By row of the history of removed pods: when they were first ready, -1 for never. */
  get removedFirstReadyAt(): readonly number[] {
    return this.#finished;
  }

  #changed(pod: PodRow, what: number): void {
    const { pods } = this.#state;
    if (pod >= this.#counted.length) {
      this.#counted = grown(this.#counted, pods.capacity);
      this.#holds = grown(this.#holds, pods.capacity);
      this.firstReadyAt = grown(this.firstReadyAt, pods.capacity);
    }
    const state = pods.state[pod];
    const found = (what & Change.Found) !== 0;
    if ((what & Change.Created) !== 0) {
      if (!found) this.created += 1;
      this.createdOf[pods.podClass[pod]] = (this.createdOf[pods.podClass[pod]] ?? 0) + 1;
      this.firstReadyAt[pod] = -1;
    } else {
      this.#count(this.#counted[pod], -1);
    }
    if ((what & Change.Class) !== 0) this.#reclass(pod);
    if ((what & Change.Bound) !== 0) {
      if (!found) this.scheduling.record(pods.scheduledAt[pod] - pods.createdAt[pod]);
      this.#hold(pod, 1);
    }
    if ((state & PodBit.Ready) !== 0 && this.firstReadyAt[pod] < 0) {
      const readyUs = pods.readyAt[pod] - kubeletAheadUs(this.#state, pod);
      this.firstReadyAt[pod] = readyUs;
      if (!found) this.startup.record(readyUs - pods.createdAt[pod]);
    }
    const removed = (what & Change.Removed) !== 0;
    if (removed) {
      if (this.#reclassed.size > 0) this.#reclassed.delete(pod);
      this.removed += 1;
      this.#finished.push(this.firstReadyAt[pod]);
    } else {
      this.#counted[pod] = state;
      this.#count(state, 1);
    }
    const evicted = (state & (PodBit.Disrupted | PodBit.Preempted)) === PodBit.Disrupted;
    if ((what & Change.Deleting) !== 0 && evicted) this.evicted += 1;
    // Without a grace it is removed at once.
    const leaves = (what & Change.Deleting) !== 0 || (removed && (state & PodBit.Deleting) === 0);
    if (leaves && (state & PodBit.Preempted) !== 0) this.preempted += 1;
    if (removed || isTerminal(state)) this.#hold(pod, -1);
  }

  #count(state: number, sign: 1 | -1): void {
    const phase = state & PodBit.PhaseMask;
    const deleting = (state & PodBit.Deleting) !== 0;
    if (deleting) this.terminating += sign;
    if (!deleting || isTerminal(state)) this.phases[phase] += sign;
    if ((state & PodBit.Ready) !== 0) this.ready += sign;
  }

  #hold(pod: PodRow, sign: 1 | -1): void {
    const { pods, classes, nodes } = this.#state;
    const node = pods.node[pod];
    if (node < 0 || (this.#holds[pod] === 1) === (sign === 1)) return;
    this.#holds[pod] = sign === 1 ? 1 : 0;
    if (node >= this.pods.length) {
      this.pods = grown(this.pods, nodes.capacity);
      this.cpuMilli = grown(this.cpuMilli, nodes.capacity);
      this.memoryBytes = grown(this.memoryBytes, nodes.capacity);
    }
    this.pods[node] += sign;
    this.#charge(node, classes.get(pods.podClass[pod]), sign);
  }

  #charge(node: NodeRow, { shape }: PodClass, sign: 1 | -1): void {
    this.cpuMilli[node] += sign * shape.cpuMilli;
    this.memoryBytes[node] += sign * shape.memoryBytes;
  }

  /** The pod is of another class, which may request more or less. */
  #reclass(pod: PodRow): void {
    const { pods, classes } = this.#state;
    const before = this.#reclassed.get(pod) ?? pods.firstClass.get(pod);
    if (this.#holds[pod] === 1 && before !== undefined) {
      this.#charge(pods.node[pod], classes.get(before), -1);
      this.#charge(pods.node[pod], classes.get(pods.podClass[pod]), 1);
    }
    this.#reclassed.set(pod, pods.podClass[pod]);
  }
}
