// Hot dialect: how much of a node's idle GPU a typical pod could not use (Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 4).
import type { GpuDevices } from './devices.ts';
import type { TypicalPods } from './typical-pods.ts';
import type { NodeRow } from '../../model/rows.ts';

/** Buckets of the paper's quadrants, in the order in which the published program adds them up; satisfied pods leave nothing. */
const LACKS_BOTH = 0;
const LACKS_GPU = 1;
const LACKS_CPU = 2;
const CPU_POD = 3;
const CPU_POD_LACKS_CPU = 4;
const NO_ACCESS = 5;

export class GpuFragmentation {
  readonly #typical: TypicalPods;
  /** By what typical pods want of a device: devices that have it, and what is left on those that have less. */
  readonly #fit: Int32Array;
  readonly #small: Int32Array;
  readonly #buckets = new Float64Array(NO_ACCESS + 1);

  constructor(typical: TypicalPods) {
    this.#typical = typical;
    this.#fit = new Int32Array(typical.millis.length);
    this.#small = new Int32Array(typical.millis.length);
  }

  /**
   * Idle thousandths of the devices `from … from + count - 1` of `left` that a typical pod cannot use, on average, when the node has
   * `cpuMilli` left and devices of this make. All that is idle is lost to a pod that the node cannot take or that needs no GPU; to a pod
   * that it can take, what is left on devices with less than it wants.
   */
  of(cpuMilli: number, left: Int32Array, from: number, count: number, model: number): number {
    let idle = 0;
    for (let device = from; device < from + count; device += 1) idle += left[device];
    if (idle === 0) return 0;
    const typical = this.#typical;
    const fit = this.#fit;
    const small = this.#small;
    for (let slot = 0; slot < fit.length; slot += 1) {
      const milli = typical.millis[slot];
      let enough = 0;
      let less = 0;
      for (let device = from; device < from + count; device += 1) {
        if (left[device] >= milli) enough += 1;
        else less += left[device];
      }
      fit[slot] = enough;
      small[slot] = less;
    }
    const buckets = this.#buckets;
    buckets.fill(0);
    for (let t = 0; t < typical.length; t += 1) {
      const weight = typical.weight[t];
      const hasCpu = cpuMilli >= typical.cpuMilli[t];
      const devices = typical.count[t];
      if (devices === 0) {
        buckets[hasCpu ? CPU_POD : CPU_POD_LACKS_CPU] += weight * idle;
        continue;
      }
      const models = typical.models[t];
      const slot = typical.slot[t];
      if (models !== 0 && (models & model) === 0) buckets[NO_ACCESS] += weight * idle;
      else if (fit[slot] < devices) buckets[hasCpu ? LACKS_GPU : LACKS_BOTH] += weight * idle;
      else if (hasCpu) buckets[LACKS_GPU] += weight * small[slot];
      else buckets[LACKS_CPU] += weight * idle;
    }
    // Added up bucket by bucket, as published: one running sum rounds differently and decides differently.
    return (
      buckets[LACKS_BOTH] +
      buckets[LACKS_GPU] +
      buckets[LACKS_CPU] +
      buckets[CPU_POD] +
      buckets[CPU_POD_LACKS_CPU] +
      buckets[NO_ACCESS]
    );
  }

  /** Of a node as it is. */
  ofNode(devices: GpuDevices, cpuMilli: number, node: NodeRow): number {
    return this.of(cpuMilli, devices.left, devices.first[node], devices.count[node], devices.model[node]);
  }
}
