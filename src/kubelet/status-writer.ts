// Hot dialect: the kubelet's status manager. At most one status write of a pod is on its way; a change meanwhile sends another after it.
import { nodeUser } from '../api/flow-control/users.ts';
import type { ApiServer } from '../api/server.ts';
import { removePod } from '../api/requests/delete-pod.ts';
import { patchPodStatus } from '../api/requests/pod-status.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import { Refused } from '../api/refused.ts';
import { grown } from '../model/columns.ts';
import { PodBit } from '../model/pods.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** The bits of a pod's status that belong to the kubelet. */
const KUBELET_BITS =
  PodBit.PhaseMask |
  PodBit.Initialized |
  PodBit.ContainersReady |
  PodBit.Ready |
  PodBit.HasIp |
  PodBit.SandboxStopped |
  PodBit.EndsWell |
  PodBit.EndsBadly;
/** Those that it sets and never takes back. */
const DISRUPTION_BITS = PodBit.Disrupted | PodBit.ByKubelet;

/** What the kubelet would write of a pod now. */
export interface PodTruth {
  statusBits(pod: PodRow): number;
  restartsOf(pod: PodRow): number;
  reasonOf(pod: PodRow): string;
  messageOf(pod: PodRow): string;
}

export class StatusWriter {
  readonly #api: ApiServer;
  readonly #truth: PodTruth;
  readonly #silent: (node: NodeRow) => boolean;
  readonly #limits: ClientLimits;
  readonly #statusReply: number;
  /** The patch that is being sent; one object for all. */
  readonly #patch = { pod: -1 as PodRow, epoch: 0, mask: KUBELET_BITS, bits: 0, restarts: 0, reason: '', message: '' };
  /** By pod row: the epoch whose write is on its way (0: none), and whether another must follow. */
  #onTheWay = new Int32Array(0);
  #dirty = new Uint8Array(0);
  /** By write that is on its way, the token of its answer: its pod and that one's epoch. The row may have another pod when the answer comes. */
  readonly #written: { pod: PodRow; epoch: number }[] = [];
  readonly #free: number[] = [];
  /** Pods of silent nodes whose status has changed: their epoch. */
  readonly #unsaid = new Map<PodRow, number>();
  /** By node: its client's bucket + 1. */
  #buckets = new Int32Array(0);

  /** `silent` says whether a node's kubelet is stopped: it writes nothing, until `reconcile`. */
  constructor(api: ApiServer, truth: PodTruth, limits: ClientLimits, silent: (node: NodeRow) => boolean) {
    this.#api = api;
    this.#truth = truth;
    this.#silent = silent;
    this.#limits = limits;
    this.#statusReply = api.reply((token, result) => {
      const { pod, epoch } = this.#written[token];
      this.#free.push(token);
      if (this.#onTheWay[pod] !== epoch) return;
      this.#onTheWay[pod] = 0;
      // One that came too late for its version is made again.
      if (this.#dirty[pod] === 0 && result !== Refused.Conflict) return;
      this.#dirty[pod] = 0;
      const { pods } = api.state;
      if (result !== Refused.NotFound && pods.epoch[pod] === epoch && pods.alive[pod] === 1)
        this.write(pod, pods.node[pod]);
    });
  }

  /** The bucket of a node's kubelet. */
  bucket(node: NodeRow): number {
    if (node >= this.#buckets.length) this.#buckets = grown(this.#buckets, this.#api.state.nodes.capacity);
    if (this.#buckets[node] === 0) {
      // Its status manager repeats whatever was refused.
      const login = { user: nodeUser(this.#api.state.nodes.spec[node].name), retries: Infinity };
      this.#buckets[node] = this.#api.limits(this.#limits, '', login) + 1;
    }
    return this.#buckets[node] - 1;
  }

  /** Writes the status of a pod where the API server has another. */
  reconcile(pod: PodRow, node: NodeRow): void {
    const { epoch } = this.#api.state.pods;
    const isUnsaid = this.#unsaid.size > 0 && this.#unsaid.get(pod) === epoch[pod];
    if (isUnsaid) this.#unsaid.delete(pod);
    if (isUnsaid || (this.#api.state.pods.state[pod] & KUBELET_BITS) !== this.#truth.statusBits(pod))
      this.write(pod, node);
  }

  /** The pod's status changed: write it, after the write that is on its way. */
  write(pod: PodRow, node: NodeRow): void {
    if (this.#silent(node)) {
      this.#unsaid.set(pod, this.#api.state.pods.epoch[pod]);
      return;
    }
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
    const patch = this.#patch;
    patch.pod = pod;
    patch.epoch = epoch;
    patch.bits = this.#truth.statusBits(pod);
    patch.restarts = this.#truth.restartsOf(pod);
    patch.mask = KUBELET_BITS | (patch.bits & DISRUPTION_BITS);
    patch.reason = this.#truth.reasonOf(pod);
    patch.message = this.#truth.messageOf(pod);
    const request = patchPodStatus(this.#api.requests, patch);
    this.#api.submit(this.bucket(node), request, this.#statusReply, this.#tokenOf(pod, epoch));
  }

  #tokenOf(pod: PodRow, epoch: number): number {
    const token = this.#free.pop() ?? this.#written.length;
    if (token === this.#written.length) this.#written.push({ pod, epoch });
    const written = this.#written[token];
    written.pod = pod;
    written.epoch = epoch;
    return token;
  }

  /** The pod's containers are gone: delete the object with grace 0. */
  remove(pod: PodRow, node: NodeRow): void {
    if (this.#silent(node)) return;
    const { requests, state } = this.#api;
    this.#api.submit(this.bucket(node), removePod(requests, pod, state.pods.epoch[pod]));
  }

  /** The node's machine stopped: nothing more comes from it. */
  forget(pod: PodRow): void {
    if (this.#unsaid.size > 0) this.#unsaid.delete(pod);
    if (pod < this.#dirty.length) this.#dirty[pod] = 0;
  }
}
