// Hot dialect: how busy the containers that serve are, each by itself: slots taken and requests waiting over time, and what they answered.
import type { IdentityRow, NodeRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import { Outcome } from '../calls.ts';
import { SERVER, ServerField, type Servers } from '../servers.ts';

/** Of one process, since the interval began or since it started. */
export class PodLoad {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly behavior: number;
  /** Whose it is, which outlives the pod. */
  readonly identity: IdentityRow;
  readonly node: NodeRow;
  /** ∫ slots taken dt and ∫ requests waiting dt, µs. */
  busyUs = 0.5;
  waitingUs = 0.5;
  mostWaiting = 0;
  /** From when on, and up to when they are added up. */
  fromUs = 0.5;
  untilUs = 0.5;
  requests = 0;
  errors = 0;

  constructor({ pods }: ClusterState, pod: PodRow, epoch: number, behavior: number, node: NodeRow, nowUs: number) {
    this.pod = pod;
    this.epoch = epoch;
    this.behavior = behavior;
    this.identity = pods.identity[pod];
    this.node = node;
    this.begin(nowUs);
  }

  begin(nowUs: number): void {
    this.busyUs = 0;
    this.waitingUs = 0;
    this.mostWaiting = 0;
    this.fromUs = nowUs;
    this.untilUs = nowUs;
    this.requests = 0;
    this.errors = 0;
  }
}

export class PodLoads {
  readonly #state: ClusterState;
  readonly #servers: Servers;
  /** By pod. */
  readonly #loads: (PodLoad | undefined)[] = [];
  /** Those of processes that ended within the interval. */
  #gone: PodLoad[] = [];

  constructor(state: ClusterState, servers: Servers) {
    this.#state = state;
    this.#servers = servers;
  }

  /** Processes that have rows, at most. */
  get length(): number {
    return this.#loads.length + this.#gone.length;
  }

  runs(pod: PodRow, epoch: number): boolean {
    return this.#servers.runs(pod, epoch);
  }

  /** Before slots or the queue of the pod change. */
  advance(pod: PodRow, nowUs: number): void {
    const at = SERVER * pod;
    const { ints } = this.#servers;
    const epoch = ints[at + ServerField.Epoch];
    if (epoch < 0) return;
    let load = this.#loads[pod];
    if (load?.epoch !== epoch) {
      if (load !== undefined) this.#gone.push(load);
      while (this.#loads.length < pod) this.#loads.push(undefined);
      load = new PodLoad(
        this.#state,
        pod,
        epoch,
        ints[at + ServerField.Behavior],
        ints[at + ServerField.Node] as NodeRow,
        nowUs,
      );
      this.#loads[pod] = load;
    }
    const us = nowUs - load.untilUs;
    const waiting = ints[at + ServerField.Waiting];
    load.busyUs += us * ints[at + ServerField.Busy];
    load.waitingUs += us * waiting;
    load.untilUs = nowUs;
    if (waiting > load.mostWaiting) load.mostWaiting = waiting;
  }

  /** A request of the pod has ended; one that nobody accepted was none of its. */
  answered(pod: PodRow, outcome: number): void {
    const load = this.#loads[pod];
    if (load === undefined || outcome === Outcome.Refused) return;
    load.requests += 1;
    if (outcome !== Outcome.Ok) load.errors += 1;
  }

  /** Ends the interval: `each` sees what was added up in it. */
  take(nowUs: number, each: (load: PodLoad) => void): void {
    for (const load of this.#gone) each(load);
    this.#gone = [];
    for (const load of this.#loads) {
      if (load === undefined) continue;
      this.advance(load.pod, nowUs);
      if (this.#loads[load.pod] !== load) continue;
      each(load);
      if (this.#servers.runs(load.pod, load.epoch)) load.begin(nowUs);
      else this.#loads[load.pod] = undefined;
    }
  }
}
