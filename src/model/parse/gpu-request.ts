// What a pod says of the GPUs it wants and a node of those it has, in the annotations and labels of Alibaba's GPU sharing.
import { InputError } from '../../lib/errors.ts';

/** Thousandths of one device, on a pod: 1000 takes whole devices, less is a share. */
export const GPU_MILLI = 'alibabacloud.com/gpu-milli';
/** Number of devices: an annotation of a pod, a resource of a node. */
export const GPU_COUNT = 'alibabacloud.com/gpu-count';
/** Make of the devices: a label of a node; on a pod those that will do, `A|B`, none for any. */
export const GPU_MODEL = 'alibabacloud.com/gpu-card-model';
/** The devices that the pod holds, `0-1-2`; written with the binding. */
export const GPU_INDEX = 'alibabacloud.com/gpu-index';

/** A whole device. */
export const DEVICE_MILLI = 1000;
/** Devices of a node, as bits of one int. */
export const MOST_DEVICES = 30;

export interface GpuRequest {
  /** Devices, and thousandths of each. */
  readonly count: number;
  readonly milli: number;
  /** Makes that will do, as written: `V100M16|V100M32`; empty for any. */
  readonly model: string;
}

type Strings = Readonly<Record<string, string>>;

/**
 * The request of a pod with these annotations; undefined when it wants no GPU. The notation is that of open-gpu-share and of the
 * simulator that published FGD (hkust-adsl/kubernetes-scheduler-simulator). Throws an InputError whose path is the annotation.
 */
export function gpuRequest(annotations: Strings): GpuRequest | undefined {
  const milliText = annotations[GPU_MILLI];
  const countText = annotations[GPU_COUNT];
  const model = annotations[GPU_MODEL] ?? '';
  if (milliText === undefined && countText === undefined) {
    if (model === '') return undefined;
    throw bad(GPU_MODEL, `needs ${GPU_COUNT}, or ${GPU_MILLI} for a share of one`);
  }
  const milli = whole(GPU_MILLI, milliText ?? String(DEVICE_MILLI), DEVICE_MILLI);
  const count = whole(GPU_COUNT, countText ?? '1', MOST_DEVICES);
  if (count === 0 || milli === 0) {
    if (count === 0 && (milli === 0 || milliText === undefined)) return undefined;
    if (milli === 0 && countText === undefined) return undefined;
    throw bad(GPU_MILLI, `"${milli}" of "${count}" devices: both are 0, for a pod without GPU, or neither is`);
  }
  return { count, milli, model };
}

/** Devices of a node with this allocatable. Throws an InputError for more than 30 and for a fraction. */
export function gpuCount(allocatable: Readonly<Record<string, number>>): number {
  const count = allocatable[GPU_COUNT] ?? 0;
  if (Number.isInteger(count) && count >= 0 && count <= MOST_DEVICES) return count;
  throw bad(GPU_COUNT, `expected a whole number of devices up to ${MOST_DEVICES}, got ${count}`);
}

/** `0-1-2` as bits; -1 when it is no list of devices. */
export function deviceBits(index: string): number {
  let bits = 0;
  for (const part of index.split('-')) {
    const device = Number(part);
    if (!/^\d{1,2}$/.test(part) || device >= MOST_DEVICES) return -1;
    bits |= 1 << device;
  }
  return bits;
}

/** Bits as `0-1-2`. */
export function deviceIndex(bits: number): string {
  const devices: number[] = [];
  for (let device = 0; device < MOST_DEVICES; device += 1) if ((bits & (1 << device)) !== 0) devices.push(device);
  return devices.join('-');
}

function whole(annotation: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  const advice =
    annotation === GPU_MILLI && /^\d+$/.test(text)
      ? `; for several devices say ${GPU_MILLI}: "1000" and their number as ${GPU_COUNT}`
      : '';
  throw bad(annotation, `expected a whole number up to ${most}, got ${JSON.stringify(text)}${advice}`);
}

function bad(annotation: string, message: string): InputError {
  return new InputError({ path: annotation, message });
}
