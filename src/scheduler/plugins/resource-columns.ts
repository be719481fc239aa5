// The configured resources of a scorer as columns of the cache, with what a shape requests of each.
import { z } from 'zod';
import type { PodClass, SchedulingShape } from '../../model/pod-class.ts';
import { type PodSpecWithResources, podRequestsNonZero } from '../../model/resources.ts';
import type { SchedulerCache } from '../cache/cache.ts';

/** 0 stands for "not given". */
const weight = z
  .number()
  .int()
  .min(0)
  .max(100)
  .transform((given) => given || 1)
  .default(1);

export const scoredResources = z.array(z.strictObject({ name: z.string().min(1), weight })).default([
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
]);

export interface ScoredResource {
  readonly name: string;
  readonly weight: number;
  readonly request: number;
}

export interface NonZeroRequest {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/**
 * What the Fit scorer takes as the pod's non-zero request: pod-level resources do not count there, although the filter and a
 * node's usage honour them (1.36.3 does not hand the scorer the feature's flag).
 */
function scoringRequest({ spec, shape }: PodClass): NonZeroRequest {
  const { resources, ...without } = spec as PodSpecWithResources;
  if (resources === undefined) return { cpuMilli: shape.nonZeroCpuMilli, memoryBytes: shape.nonZeroMemoryBytes };
  const { cpu = 0, memory = 0 } = podRequestsNonZero(without);
  return { cpuMilli: cpu, memoryBytes: memory };
}

/** Allocatable of a node. */
export function capacityColumn(cache: SchedulerCache, name: string): Float64Array {
  if (name === 'cpu') return cache.cpuMilli;
  if (name === 'memory') return cache.memoryBytes;
  if (name === 'ephemeral-storage') return cache.ephemeralBytes;
  return cache.extendedColumn(name).allocatable;
}

/** Requested by the pods on a node; `nonZero` counts the scoring defaults of cpu and memory. */
export function usedColumn(cache: SchedulerCache, name: string, nonZero: boolean): Float64Array {
  if (name === 'cpu') return nonZero ? cache.nonZeroCpuMilli : cache.usedCpuMilli;
  if (name === 'memory') return nonZero ? cache.nonZeroMemoryBytes : cache.usedMemoryBytes;
  if (name === 'ephemeral-storage') return cache.usedEphemeralBytes;
  return cache.extendedColumn(name).used;
}

/** What a pod of the shape requests, as the filter counts it. */
export function requestOf(shape: SchedulingShape, name: string): number {
  if (name === 'cpu') return shape.cpuMilli;
  if (name === 'memory') return shape.memoryBytes;
  if (name === 'ephemeral-storage') return shape.ephemeralBytes;
  return shape.extended[name] ?? 0;
}

/** The resources that count for a pod: a resource beyond the plain ones only when the pod requests it. */
export function resourcesOf(
  configured: readonly { readonly name: string; readonly weight: number }[],
  podClass: PodClass,
  nonZero: boolean,
): ScoredResource[] {
  const { shape } = podClass;
  const scoring = nonZero ? scoringRequest(podClass) : shape;
  const plain: Readonly<Record<string, number>> = {
    cpu: scoring.cpuMilli,
    memory: scoring.memoryBytes,
    'ephemeral-storage': shape.ephemeralBytes,
  };
  return configured
    .map(({ name, weight }) => ({ name, weight, request: plain[name] ?? shape.extended[name] ?? 0 }))
    .filter(({ name, request }) => Object.hasOwn(plain, name) || request > 0);
}
