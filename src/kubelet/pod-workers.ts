// The worker of each pod: it syncs when something has happened and the kubelet has looked at the runtime since its last sync, one sync at a time.
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import type { Relist } from './relist.ts';
import { Tasks } from './tasks.ts';

/** By what a delay is multiplied, from 1 to 1.5, so that not all kubelets come at once. */
export type Jitter = (pod: PodRow, delayUs: number) => number;

/** How often the kubelet syncs a pod that needs nothing (`syncFrequency`). */
export const RESYNC_US = 60e6;

export class PodWorkers {
  readonly tasks: Tasks;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #sync: (pod: PodRow, work: number) => void;
  readonly #restless: (pod: PodRow) => boolean;
  readonly #jitter: Jitter;
  #relist!: Relist;
  readonly #onSnapshot: number;
  readonly #onRetry: number;
  // By pod row.
  /** 1 while the worker syncs, or waits for a look at the runtime to do so. */
  #busy = new Uint8Array(0);
  /** 1: something happened meanwhile. */
  #wanted = new Uint8Array(0);
  /** 1: the pod was looked at after its last sync. */
  #fresh = new Uint8Array(0);
  #syncedAt = new Float64Array(0);
  #retryAt = new Float64Array(0);
  /** What kind of work its sync is of: that which there was when it began, or began to wait for a look. */
  #began = new Uint8Array(0);

  constructor(
    engine: Engine,
    state: ClusterState,
    runtimes: PodRuntimes,
    sync: (pod: PodRow, work: number) => void,
    restless: (pod: PodRow) => boolean,
    jitter: Jitter,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#runtimes = runtimes;
    this.#sync = sync;
    this.#restless = restless;
    this.#jitter = jitter;
    this.tasks = new Tasks(engine, runtimes);
    this.#onSnapshot = runtimes.podKind('kubelet.snapshot', (pod) => this.#run(pod));
    this.#onRetry = runtimes.podKind('kubelet.retry', (pod) => {
      // An earlier one than is booked is void; a later one has waited for its kubelet.
      if (this.#retryAt[pod] < 0 || this.#retryAt[pod] > engine.now) return;
      this.#retryAt[pod] = -1;
      this.trigger(pod);
    });
  }

  join(relist: Relist): void {
    this.#relist = relist;
  }

  /** The worker of a pod that the kubelet begins with. */
  reset(pod: PodRow): void {
    const { capacity } = this.#state.pods;
    if (capacity > this.#busy.length) {
      this.#busy = grown(this.#busy, capacity);
      this.#wanted = grown(this.#wanted, capacity);
      this.#fresh = grown(this.#fresh, capacity);
      this.#syncedAt = grown(this.#syncedAt, capacity);
      this.#retryAt = grown(this.#retryAt, capacity);
      this.#began = grown(this.#began, capacity);
    }
    this.#busy[pod] = 0;
    this.#wanted[pod] = 0;
    this.#fresh[pod] = 1;
    this.#syncedAt[pod] = -1;
    this.#retryAt[pod] = -1;
  }

  /** Something happened that the pod's worker must look at. */
  trigger(pod: PodRow): void {
    const work = this.#runtimes.work[pod];
    if (work === Work.None || work === Work.Ended) return;
    if (this.#busy[pod] === 1) this.#wanted[pod] = 1;
    else this.#take(pod);
  }

  #take(pod: PodRow): void {
    this.#busy[pod] = 1;
    this.#began[pod] = this.#runtimes.work[pod];
    if (this.#fresh[pod] === 1 || this.#relist.lastUs(pod) > this.#syncedAt[pod]) this.#run(pod);
    else this.#engine.at(this.#relist.nextUs(pod), this.#onSnapshot, pod, this.#runtimes.step[pod]);
  }

  #run(pod: PodRow): void {
    if (this.#relist.catchUp(pod)) this.#wanted[pod] = 1;
    this.#sync(pod, this.#began[pod]);
  }

  /** A sync has ended. After one that asked the runtime for something the pod is looked at at once; -1 is no time to try again. */
  synced(pod: PodRow, touched: boolean, retryUs: number): void {
    const { now } = this.#engine;
    const goesOn = this.#runtimes.work[pod] !== this.#began[pod];
    this.#busy[pod] = 0;
    this.#fresh[pod] = 0;
    this.#syncedAt[pod] = now;
    let noticed = false;
    if (touched && retryUs < 0) {
      this.#fresh[pod] = 1;
      noticed = this.#relist.look(pod);
    } else this.#relist.book(pod);
    if (goesOn) {
      this.#wanted[pod] = 1;
      this.#retryAt[pod] = -1;
    } else this.#requeue(pod, retryUs);
    const retryAt = this.#retryAt[pod];
    const step = this.#runtimes.step[pod];
    if (this.#wanted[pod] === 1) {
      this.#wanted[pod] = 0;
      this.trigger(pod);
    }
    if (noticed) this.trigger(pod);
    // Where the next sync has followed at once, it has said again when the one after it comes.
    if (retryAt >= 0 && this.#retryAt[pod] === retryAt) this.#engine.at(retryAt, this.#onRetry, pod, step);
  }

  #requeue(pod: PodRow, retryUs: number): void {
    this.#retryAt[pod] = -1;
    if (retryUs < 0 && !this.#restless(pod)) return;
    const delayUs = retryUs < 0 ? RESYNC_US : retryUs;
    const after = delayUs * this.#jitter(pod, delayUs);
    this.#retryAt[pod] = this.#relist.tickUs(pod, this.#engine.now + after);
  }
}
