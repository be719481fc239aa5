// What the GPU score plugins share: the largest node of their formulas, and a score of one node made into one of a list.
import { z } from 'zod';
import { DEVICE_MILLI } from '../../model/parse/gpu-request.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import { MAX_NODE_SCORE, type Handle, type Plugin } from '../framework/interface.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { type DeviceRequest, type GpuDevices, gpuDevices } from './devices.ts';
import { sharing } from './sharing.ts';
import type { NodeRow } from '../../model/rows.ts';

/** By default the largest node of the trace openb, as in the published simulator. */
export const scaleArgs = z.strictObject({
  largestNode: z
    .strictObject({
      cpu: z.number().positive().default(128).describe('cores'),
      gpus: z.int().positive().default(8).describe('devices'),
    })
    .default({ cpu: 128, gpus: 8 })
    .describe('what scores are shares of: cores and GPUs'),
});

export interface Scale {
  readonly cpuMilli: number;
  readonly gpuMilli: number;
}

export function scaleOf({ largestNode }: z.output<typeof scaleArgs>): Scale {
  return { cpuMilli: largestNode.cpu * 1000, gpuMilli: largestNode.gpus * DEVICE_MILLI };
}

/** A score below 0 or above 100, as a node beyond the scale has, becomes 0 or 100; fractions are cut off. */
export function clamped(score: number): number {
  return Math.trunc(Math.min(MAX_NODE_SCORE, Math.max(0, score)));
}

/** CPU of a node that no pod requests. */
export function cpuLeft({ cpuMilli, usedCpuMilli }: SchedulerCache, node: NodeRow): number {
  return cpuMilli[node] - usedCpuMilli[node];
}

/** The score of one node for a pod that requests so much of its GPUs. */
export type DeviceScore = (node: NodeRow, request: DeviceRequest, pod: PodInfo, devices: GpuDevices) => number;

/** A plugin that filters as GpuShare and scores by nothing but the node and the pod's class. */
export function gpuScore(handle: Handle, score: DeviceScore): Plugin {
  const devices = gpuDevices(handle.cache);
  return {
    ...sharing(handle),
    score(pod, nodes, scores) {
      const request = devices.requestOf(pod.podClass);
      for (let i = 0; i < nodes.end; i += 1) scores[i] = score(nodes.rows[i], request, pod, devices);
    },
  };
}
