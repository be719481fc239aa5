// Hot dialect: FGD, fragmentation gradient descent, puts a pod where it makes the least more of the idle GPUs useless for typical pods.
import { z } from 'zod';
import { exp } from '../../../engine/elementary.ts';
import { member } from '../../../lib/family.ts';
import { DEVICE_MILLI, MOST_DEVICES } from '../../../model/parse/gpu-request.ts';
import { cpuMilli } from '../../../model/parse/quantity.ts';
import { grown } from '../../../model/columns.ts';
import type { SchedulerCache } from '../../cache/cache.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { GpuFragmentation } from '../../gpu/fragmentation.ts';
import { type DeviceRequest, type GpuDevices, gpuDevices } from '../../gpu/devices.ts';
import { cpuLeft } from '../../gpu/scoring.ts';
import { sharing } from '../../gpu/sharing.ts';
import { TypicalPods } from '../../gpu/typical-pods.ts';
import { success } from '../../framework/status.ts';
import type { NodeRow } from '../../../model/rows.ts';

const typicalPod = z.strictObject({
  cpu: z.union([z.string(), z.number()]).transform(String).default('0'),
  gpuCount: z.int().min(0).max(MOST_DEVICES).default(0),
  gpuMilli: z.int().min(0).max(DEVICE_MILLI).default(0),
  gpuModel: z.string().default(''),
  /** How many there are of it. */
  pods: z.number().positive().default(1),
});
const fgdArgs = z.strictObject({
  typicalPods: z
    .array(typicalPod)
    .min(1)
    .optional()
    .describe('the workload: `{ cpu, gpuCount, gpuMilli, gpuModel, pods }`; without it the pods seen so far'),
});

/**
 * Weng, Yang, Yu, Wang, Tang, Yang, Zhang: "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent",
 * USENIX ATC 2023, algorithm 1, with the rounding of its published program (hkust-adsl/kubernetes-scheduler-simulator).
 */
export const fgd = member({
  name: 'FGD',
  summary:
    'Fragmentation gradient descent: prefers the node and GPU where idle GPUs lose least of their use for typical pods. Filters as GpuShare.',
  args: fgdArgs,
  create({ typicalPods }, handle: Handle): Plugin {
    const { cache } = handle;
    const devices = gpuDevices(cache);
    const given =
      typicalPods === undefined
        ? undefined
        : new TypicalPods(
            typicalPods.map(({ cpu, gpuCount, gpuMilli, gpuModel, pods }) => ({
              cpuMilli: cpuMilli(cpu),
              count: gpuCount,
              milli: gpuMilli,
              model: gpuModel,
              pods,
            })),
            (request) => devices.compile(request),
          );
    let descent = given === undefined ? undefined : new Descent(cache, devices, given);
    const refreshed = (): Descent => {
      const typical = given ?? devices.workload.typical(() => devices.touchAll());
      if (descent?.typical !== typical) descent = new Descent(cache, devices, typical);
      return descent;
    };
    const shared = sharing(handle, (pod, node, request) => {
      if (request.count !== 1) return -1;
      // The pod's own cpu is charged already.
      const cpu = pod.podClass.shape.cpuMilli;
      const current = refreshed();
      current.score(node, cpuLeft(cache, node) + cpu, cpu, request);
      return current.device < 0 ? -1 : 1 << current.device;
    });
    return {
      ...shared,
      preScore() {
        refreshed();
        return success;
      },
      score(pod, nodes, scores) {
        const { shape } = pod.podClass;
        const request = devices.requestOf(pod.podClass);
        const current = refreshed();
        for (let i = 0; i < nodes.end; i += 1) {
          const node = nodes.rows[i];
          scores[i] = current.score(node, cpuLeft(cache, node), shape.cpuMilli, request);
        }
      },
    };
  },
});

/** The gradient for one set of typical pods. */
class Descent {
  readonly typical: TypicalPods;
  /** After `score` of a share: the device that it would take, -1 for none. */
  device = -1;
  readonly #cache: SchedulerCache;
  readonly #devices: GpuDevices;
  readonly #fragmentation: GpuFragmentation;
  /** By node: its fragmentation, and the generation that this is of. */
  #before = new Float64Array(0);
  #generation = new Int32Array(0);
  readonly #trial = new Int32Array(MOST_DEVICES);

  constructor(cache: SchedulerCache, devices: GpuDevices, typical: TypicalPods) {
    this.typical = typical;
    this.#cache = cache;
    this.#devices = devices;
    this.#fragmentation = new GpuFragmentation(typical);
  }

  /** 0 to 100 for a pod that wants `cpu` where so much is free: above 50 when the idle GPUs become more useful than they were. */
  score(node: NodeRow, free: number, cpu: number, request: DeviceRequest): number {
    const { first, count, left } = this.#devices;
    const from = first[node];
    const size = count[node];
    const before = this.#fragmentationOf(node, free);
    const trial = this.#trial;
    for (let k = 0; k < size; k += 1) trial[k] = left[from + k];
    this.device = -1;
    if (request.count !== 1 || request.kind > 0) {
      const bits = request.count === 0 ? 0 : this.#devices.bestFit(request, node);
      for (let k = 0; k < size; k += 1) if ((bits & (1 << k)) !== 0) trial[k] -= request.milli;
      return this.#gain(node, before, free - cpu);
    }
    let best = 0;
    for (let k = 0; k < size; k += 1) {
      const has = trial[k];
      if (has < request.milli || this.#seen(has, k)) continue;
      trial[k] = has - request.milli;
      const gain = this.#gain(node, before, free - cpu);
      trial[k] = has;
      if (gain > best || this.device < 0) {
        best = gain;
        this.device = k;
      }
    }
    return best;
  }

  /** A device before `k` has as much left: the outcome is the same. */
  #seen(has: number, k: number): boolean {
    for (let other = 0; other < k; other += 1) if (this.#trial[other] === has) return true;
    return false;
  }

  #gain(node: NodeRow, before: number, free: number): number {
    const { count, model } = this.#devices;
    const after = this.#fragmentation.of(free, this.#trial, 0, count[node], model[node]);
    return Math.trunc(100 / (1 + exp(-(before - after) / DEVICE_MILLI)));
  }

  #fragmentationOf(node: NodeRow, free: number): number {
    const { generation, nodeCapacity } = this.#cache;
    if (this.#before.length < nodeCapacity) {
      this.#before = grown(this.#before, nodeCapacity);
      this.#generation = grown(this.#generation, nodeCapacity);
    }
    // While devices are being reserved the pod's own cpu is charged already: that instant is not kept.
    if (free !== cpuLeft(this.#cache, node)) return this.#fragmentation.ofNode(this.#devices, free, node);
    if (this.#generation[node] !== generation[node]) {
      this.#generation[node] = generation[node];
      this.#before[node] = this.#fragmentation.ofNode(this.#devices, free, node);
    }
    return this.#before[node];
  }
}
