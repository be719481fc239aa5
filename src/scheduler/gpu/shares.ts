// How much of the cluster's GPUs is held, and how much of the rest is of no use to typical pods.
import { DEVICE_MILLI } from '../../model/parse/gpu-request.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import { GpuDevices } from './devices.ts';
import { GpuFragmentation } from './fragmentation.ts';
import { cpuLeft } from './scoring.ts';
import type { NodeRow } from '../../model/rows.ts';

/** Shares of all GPUs and of the idle ones, null when there is none; undefined when no plugin looks after GPUs. */
export function gpuShares(
  cache: SchedulerCache,
): { readonly allocated: number | null; readonly fragmented: number | null } | undefined {
  const gpus = cache.devices;
  if (!(gpus instanceof GpuDevices)) return undefined;
  const all = gpus.devices * DEVICE_MILLI;
  const idle = gpus.idleTotal;
  const allocated = all === 0 ? null : (all - idle) / all;
  if (idle === 0 || gpus.workload.seen === 0) return { allocated, fragmented: null };
  const fragmentation = new GpuFragmentation(gpus.workload.typicalNow());
  let fragmented = 0;
  for (let node = 0 as NodeRow; node < gpus.count.length; node = (node + 1) as NodeRow) {
    if (gpus.idle[node] > 0) fragmented += fragmentation.ofNode(gpus, cpuLeft(cache, node), node);
  }
  return { allocated, fragmented: fragmented / idle };
}
