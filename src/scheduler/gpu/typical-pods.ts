// The typical pods of a workload: its most popular shapes with their shares, by which FGD judges what is a fragment.
import type { GpuRequest } from '../../model/parse/gpu-request.ts';
import type { DeviceRequest } from './devices.ts';

/** A shape of pods and how many there are. `milli` and `count` are 0 for pods without GPU. */
export interface PodShape extends GpuRequest {
  readonly cpuMilli: number;
  readonly pods: number;
}

/** Typical pods are the most popular shapes that make up this share of all pods (artifact of the paper: 95 %). */
const POPULARITY = 0.95;

/** Turns a request into bits: makes are numbered by the devices. */
export type Compile = (request: GpuRequest) => DeviceRequest;

/** Columns by typical pod, the most popular first. */
export class TypicalPods {
  readonly length: number;
  readonly cpuMilli: Float64Array;
  readonly count: Int32Array;
  readonly models: Int32Array;
  /** Share of the pods that are typical. */
  readonly weight: Float64Array;
  /** Number of what it wants of a device, in `millis`. */
  readonly slot: Int32Array;
  /** The different thousandths that typical pods want of a device. */
  readonly millis: Int32Array;

  constructor(shapes: readonly PodShape[], compile: Compile) {
    const { chosen, share, all } = mostPopular(shapes);
    const requests = chosen.map(compile);
    const millis = [...new Set(chosen.map((shape) => shape.milli))];
    this.length = chosen.length;
    this.cpuMilli = Float64Array.from(chosen, (shape) => shape.cpuMilli);
    this.count = Int32Array.from(chosen, (shape) => shape.count);
    this.models = Int32Array.from(requests, (request) => request.models);
    this.weight = Float64Array.from(chosen, (shape) => shape.pods / all / share);
    this.slot = Int32Array.from(chosen, (shape) => millis.indexOf(shape.milli));
    this.millis = Int32Array.from(millis);
  }
}

/**
 * Shapes by falling number of pods, ties by cpu, thousandths, devices and make, all falling; the shortest such list that is at least
 * 95 % of the pods, with its share.
 */
function mostPopular(shapes: readonly PodShape[]): { chosen: PodShape[]; share: number; all: number } {
  let all = 0;
  for (const { pods } of shapes) all += pods;
  const sorted = [...shapes].sort(
    (a, b) =>
      b.pods - a.pods ||
      b.cpuMilli - a.cpuMilli ||
      b.milli - a.milli ||
      b.count - a.count ||
      (a.model < b.model ? 1 : a.model > b.model ? -1 : 0),
  );
  let counted = 0;
  let length = 0;
  while (length < sorted.length && counted < POPULARITY * all) {
    counted += sorted[length].pods;
    length += 1;
  }
  return { chosen: sorted.slice(0, length), share: counted / all, all };
}
