// Hot dialect: the GPUs of the nodes, what is left of each in thousandths, and which of them every pod holds.
import { assert } from '../../lib/assert.ts';
import { InputError } from '../../lib/errors.ts';
import { grown, nextCapacity } from '../../model/columns.ts';
import { DEVICE_MILLI, GPU_MODEL, gpuCount, type GpuRequest, MOST_DEVICES } from '../../model/parse/gpu-request.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import type { PodDevices } from '../cache/pod-devices.ts';
import { GpuWorkload } from './workload.ts';
import { type NodeRow, type PodRow, rowColumn } from '../../model/rows.ts';

/** Kinds of pods that a node hosts: 0 shares a device, n holds n whole ones. */
const KINDS = MOST_DEVICES + 1;
/** Makes of devices are bits of one int. */
const MOST_MODELS = 31;

/** A request as the filters and scores read it. */
export interface DeviceRequest {
  /** Devices, thousandths of each, and of all. 0 for a pod without GPU. */
  readonly count: number;
  readonly milli: number;
  readonly total: number;
  /** Bits of the makes that will do; 0 for any. */
  readonly models: number;
  readonly kind: number;
}

const NO_GPU: DeviceRequest = { count: 0, milli: 0, total: 0, models: 0, kind: 0 };

/** The cache has one as soon as a plugin asks for it; a scheduler without such plugins has none. */
export class GpuDevices implements PodDevices {
  /** The pods that the scheduler has seen, for what the next ones may be like. */
  readonly workload: GpuWorkload;
  /** Devices of all nodes, and thousandths of them that no pod holds. */
  devices = 0;
  idleTotal = 0;
  /** By node: where its devices begin in `left`, how many they are, their thousandths that are left, the bit of their make. */
  first = new Int32Array(0);
  count = new Int32Array(0);
  idle = new Int32Array(0);
  model = new Int32Array(0);
  /** By device: thousandths that no pod holds. */
  left = new Int32Array(0);
  /** Pods by node and kind. */
  #hosted = new Int32Array(0);
  /** By pod: bits of the devices that it holds on `#node`. */
  #held = new Int32Array(0);
  #node = rowColumn<NodeRow>();
  #slots = 0;
  /** In a dry run: pods whose devices are free for a while, and what pods would take that are not there. */
  readonly #lent = new Set<number>();
  readonly #tentative = new Map<number, number>();
  readonly #cache: SchedulerCache;
  readonly #models = new Map<string, number>();
  readonly #requests: (DeviceRequest | undefined)[] = [];

  constructor(cache: SchedulerCache) {
    this.#cache = cache;
    this.workload = new GpuWorkload(this);
    cache.forEachNode((node) => this.setNode(node));
  }

  /** What pods of a class want. */
  requestOf(podClass: PodClass): DeviceRequest {
    const known = this.#requests[podClass.id];
    if (known !== undefined) return known;
    const made = podClass.gpu === undefined ? NO_GPU : this.compile(podClass.gpu);
    for (let id = this.#requests.length; id < podClass.id; id += 1) this.#requests[id] = undefined;
    this.#requests[podClass.id] = made;
    return made;
  }

  compile({ count, milli, model }: GpuRequest): DeviceRequest {
    let models = 0;
    for (const name of model.split('|')) if (name !== '') models |= this.modelBit(name);
    return { count, milli, total: count * milli, models, kind: milli < DEVICE_MILLI ? 0 : count };
  }

  /** The bit of a make. Throws an InputError for the 32nd. */
  modelBit(name: string): number {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const number = this.#models.size;
    if (number === MOST_MODELS) throw new InputError(`more than ${MOST_MODELS} different ${GPU_MODEL}`);
    this.#models.set(name, 1 << number);
    return 1 << number;
  }

  /** Whether a node's devices are of a make that will do. */
  suits(request: DeviceRequest, node: NodeRow): boolean {
    return request.models === 0 || (request.models & this.model[node]) !== 0;
  }

  /** Devices of the node that have as much left as the request wants of each. */
  fitting(request: DeviceRequest, node: NodeRow): number {
    const { left } = this;
    const from = this.first[node];
    const to = from + this.count[node];
    let fit = 0;
    for (let device = from; device < to; device += 1) if (left[device] >= request.milli) fit += 1;
    return fit;
  }

  /** The devices with the least left that is enough, the first ones of those: bits, or -1 when too few will do. */
  bestFit(request: DeviceRequest, node: NodeRow): number {
    const { left } = this;
    const from = this.first[node];
    const count = this.count[node];
    let bits = 0;
    for (let taken = 0; taken < request.count; taken += 1) {
      let best = -1;
      for (let k = 0; k < count; k += 1) {
        if ((bits & (1 << k)) !== 0 || left[from + k] < request.milli) continue;
        if (best < 0 || left[from + k] < left[from + best]) best = k;
      }
      if (best < 0) return -1;
      bits |= 1 << best;
    }
    return bits;
  }

  /** The pod holds these devices of the node from now on. */
  take(pod: PodRow, podClass: PodClass, node: NodeRow, bits: number): void {
    const request = this.requestOf(podClass);
    this.#ensurePod(pod);
    assert(this.#held[pod] === 0, () => `pod ${pod} holds devices already`);
    this.#held[pod] = bits;
    this.#node[pod] = node;
    this.#hosted[node * KINDS + request.kind] += 1;
    this.#charge(node, bits, -request.milli);
    this.#cache.touch(node);
  }

  /** The pod, if it holds devices, gives them back. */
  release(pod: PodRow, podClass: PodClass): void {
    if (pod >= this.#held.length || this.#held[pod] === 0) return;
    const request = this.requestOf(podClass);
    const bits = this.#held[pod];
    const node = this.#node[pod];
    this.#held[pod] = 0;
    this.#hosted[node * KINDS + request.kind] -= 1;
    this.#charge(node, bits, request.milli);
    this.#cache.touch(node);
  }

  /** In a dry run a pod comes to the node, back or for the first time. What is remembered of the node stays valid. */
  addTentatively(pod: PodRow, podClass: PodClass, node: NodeRow): void {
    const request = this.requestOf(podClass);
    if (request.count === 0 || this.#tentative.has(pod)) return;
    if (this.#lent.delete(pod)) {
      this.#charge(node, this.#held[pod], -request.milli);
      return;
    }
    const bits = this.heldBy(pod) === 0 ? this.bestFit(request, node) : -1;
    if (bits < 0) return;
    this.#tentative.set(pod, bits);
    this.#charge(node, bits, -request.milli);
  }

  /** In a dry run a pod leaves the node. */
  removeTentatively(pod: PodRow, podClass: PodClass, node: NodeRow): void {
    const { milli } = this.requestOf(podClass);
    const bits = this.#tentative.get(pod);
    if (bits !== undefined) {
      this.#tentative.delete(pod);
      this.#charge(node, bits, milli);
    } else if (this.heldBy(pod) !== 0 && !this.#lent.has(pod)) {
      this.#lent.add(pod);
      this.#charge(node, this.#held[pod], milli);
    }
  }

  /** Bits of the devices that the pod holds; 0 for none. */
  heldBy(pod: PodRow): number {
    return pod < this.#held.length ? this.#held[pod] : 0;
  }

  /** Pods of a kind on the node. */
  hosted(node: NodeRow, kind: number): number {
    return this.#hosted[node * KINDS + kind];
  }

  /** Kinds of GPU pods on the node. */
  kinds(node: NodeRow): number {
    let kinds = 0;
    for (let kind = 0; kind < KINDS; kind += 1) if (this.#hosted[node * KINDS + kind] > 0) kinds += 1;
    return kinds;
  }

  /**
   * A pod was put on the node by somebody who said nothing of devices here: it gets `bits` if they fit, else the best fit. One that
   * does not fit holds none.
   */
  adopt(pod: PodRow, podClass: PodClass, node: NodeRow, bits: number): void {
    const request = this.requestOf(podClass);
    if (request.count === 0 || this.heldBy(pod) !== 0) return;
    const chosen = this.#fits(request, node, bits) ? bits : this.bestFit(request, node);
    if (chosen > 0) this.take(pod, podClass, node, chosen);
  }

  /** Whatever was computed from the nodes with devices is stale. */
  touchAll(): void {
    for (let node = 0 as NodeRow; node < this.count.length; node = (node + 1) as NodeRow)
      if (this.count[node] > 0) this.#cache.touch(node);
  }

  /** Takes over the devices of a node that is new or has changed. Pods keep theirs as far as there are so many. */
  setNode(node: NodeRow): void {
    this.#ensureNode(node);
    const cache = this.#cache;
    const { labelSets } = cache.state.classes;
    const count = gpuCount(cache.allocatableSets.get(cache.allocatable[node]));
    const model = labelSets.get(cache.labels[node])[GPU_MODEL];
    this.model[node] = model === undefined ? 0 : this.modelBit(model);
    if (count !== this.count[node]) this.#resize(node, count);
  }

  /** The node is gone; pods that still count on it hold nothing. */
  removeNode(node: NodeRow): void {
    if (node < this.count.length && this.count[node] > 0) this.#resize(node, 0);
  }

  #resize(node: NodeRow, count: number): void {
    const { firstPod, nextPod, podClass } = this.#cache;
    const { classes } = this.#cache.state;
    const pods: PodRow[] = [];
    const held: number[] = [];
    for (let pod = firstPod[node]; pod >= 0; pod = nextPod[pod]) {
      if (this.heldBy(pod) === 0) continue;
      pods.push(pod);
      held.push(this.#held[pod]);
      this.release(pod, classes.get(podClass[pod]));
    }
    this.idleTotal -= this.idle[node];
    this.devices += count - this.count[node];
    if (count > this.count[node]) {
      this.first[node] = this.#slots;
      this.#slots += count;
      while (this.left.length < this.#slots) this.left = grown(this.left, nextCapacity(this.left.length));
    }
    this.count[node] = count;
    this.left.fill(DEVICE_MILLI, this.first[node], this.first[node] + count);
    this.idle[node] = count * DEVICE_MILLI;
    this.idleTotal += this.idle[node];
    // First those whose devices are still there, then the others, as far as there is room.
    for (let i = 0; i < pods.length; i += 1) {
      const other = classes.get(podClass[pods[i]]);
      if (this.#fits(this.requestOf(other), node, held[i])) this.take(pods[i], other, node, held[i]);
    }
    for (let i = 0; i < pods.length; i += 1) this.adopt(pods[i], classes.get(podClass[pods[i]]), node, 0);
  }

  #fits(request: DeviceRequest, node: NodeRow, bits: number): boolean {
    let devices = 0;
    for (let k = 0; k < MOST_DEVICES; k += 1) {
      if ((bits & (1 << k)) === 0) continue;
      if (k >= this.count[node] || this.left[this.first[node] + k] < request.milli) return false;
      devices += 1;
    }
    return devices === request.count;
  }

  #charge(node: NodeRow, bits: number, milli: number): void {
    const from = this.first[node];
    for (let k = 0; k < this.count[node]; k += 1) {
      if ((bits & (1 << k)) === 0) continue;
      this.left[from + k] += milli;
      this.idle[node] += milli;
      this.idleTotal += milli;
      assert(
        this.left[from + k] >= 0 && this.left[from + k] <= DEVICE_MILLI,
        () => `device ${k} of node ${node} has ${this.left[from + k]} thousandths left`,
      );
    }
  }

  #ensureNode(node: NodeRow): void {
    while (node >= this.count.length) {
      const capacity = nextCapacity(this.count.length);
      this.first = grown(this.first, capacity);
      this.count = grown(this.count, capacity);
      this.idle = grown(this.idle, capacity);
      this.model = grown(this.model, capacity);
      this.#hosted = grown(this.#hosted, capacity * KINDS);
    }
  }

  #ensurePod(pod: PodRow): void {
    while (pod >= this.#held.length) {
      const capacity = nextCapacity(this.#held.length);
      this.#held = grown(this.#held, capacity);
      this.#node = grown(this.#node, capacity);
    }
  }
}

/** The devices of a cache's nodes, from now on kept up to date. */
export function gpuDevices(cache: SchedulerCache): GpuDevices {
  const { devices } = cache;
  if (devices instanceof GpuDevices) return devices;
  const made = new GpuDevices(cache);
  cache.devices = made;
  return made;
}
