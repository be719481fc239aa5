// Hot dialect: the kubelet's status manager. At most one status write of a pod is on its way; a change meanwhile sends another after it.
import type { ApiServer } from '../api/server.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import { Refused, Verb } from '../api/writes.ts';
import { grown } from '../model/columns.ts';
import { PodBit } from '../model/pods.ts';

/** The bits of a pod's status that belong to the kubelet. */
const KUBELET_BITS = PodBit.PhaseMask | PodBit.Initialized | PodBit.ContainersReady | PodBit.Ready | PodBit.HasIp;

/** What the kubelet would write of a pod now. */
export interface PodTruth {
  statusBits(pod: number): number;
  restartsOf(pod: number): number;
  reasonOf(pod: number): string;
}

export class StatusWriter {
  readonly #api: ApiServer;
  readonly #truth: PodTruth;
  readonly #silent: (node: number) => boolean;
  readonly #limits: ClientLimits;
  readonly #statusReply: number;
  readonly #removeReply: number;
  /** By pod row: the epoch whose write is on its way (0: none), and whether another must follow. */
  #onTheWay = new Int32Array(0);
  #dirty = new Uint8Array(0);
  /** By node: its client's bucket + 1. */
  #buckets = new Int32Array(0);

  /** `silent` tells whether a node's kubelet is stopped: it writes nothing, until `reconcile`. */
  constructor(api: ApiServer, truth: PodTruth, limits: ClientLimits, silent: (node: number) => boolean) {
    this.#api = api;
    this.#truth = truth;
    this.#silent = silent;
    this.#limits = limits;
    this.#statusReply = api.reply((pod, result) => {
      const epoch = this.#onTheWay[pod];
      this.#onTheWay[pod] = 0;
      if (this.#dirty[pod] === 0) return;
      this.#dirty[pod] = 0;
      const { pods } = api.state;
      if (result !== Refused.NotFound && pods.epoch[pod] === epoch && pods.alive[pod] === 1)
        this.write(pod, pods.node[pod]);
    });
    this.#removeReply = api.reply(() => undefined);
  }

  /** The bucket of a node's kubelet. */
  bucket(node: number): number {
    if (node >= this.#buckets.length) this.#buckets = grown(this.#buckets, this.#api.state.nodes.capacity);
    if (this.#buckets[node] === 0) this.#buckets[node] = this.#api.limits(this.#limits) + 1;
    return this.#buckets[node] - 1;
  }

  /** Writes the status of a pod where the API server has another. */
  reconcile(pod: number, node: number): void {
    if ((this.#api.state.pods.state[pod] & KUBELET_BITS) !== this.#truth.statusBits(pod)) this.write(pod, node);
  }

  /** The pod's status changed: write it, after the write that is on its way. */
  write(pod: number, node: number): void {
    if (this.#silent(node)) return;
    const { pods } = this.#api.state;
    if (pod >= this.#onTheWay.length) {
      this.#onTheWay = grown(this.#onTheWay, pods.capacity);
      this.#dirty = grown(this.#dirty, pods.capacity);
    }
    const epoch = pods.epoch[pod];
    if (this.#onTheWay[pod] === epoch) {
      this.#dirty[pod] = 1;
      return;
    }
    this.#onTheWay[pod] = epoch;
    this.#dirty[pod] = 0;
    const { writes } = this.#api;
    const write = writes.allocate(Verb.PodStatus, pod, epoch, this.#statusReply, pod);
    writes.a[write] = KUBELET_BITS;
    writes.b[write] = this.#truth.statusBits(pod);
    writes.c[write] = this.#truth.restartsOf(pod);
    writes.time[write] = this.#api.engine.now;
    const reason = this.#truth.reasonOf(pod);
    if (reason !== '') writes.body[write] = { reason };
    this.#api.submit(this.bucket(node), write);
  }

  /** The pod's containers are gone: delete the object with grace 0. */
  remove(pod: number, node: number): void {
    const { writes, state } = this.#api;
    const write = writes.allocate(Verb.RemovePod, pod, state.pods.epoch[pod], this.#removeReply, 0);
    this.#api.submit(this.bucket(node), write);
  }

  /** The node's machine stopped: nothing more comes from it. */
  forget(pod: number): void {
    if (pod < this.#dirty.length) this.#dirty[pod] = 0;
  }
}
