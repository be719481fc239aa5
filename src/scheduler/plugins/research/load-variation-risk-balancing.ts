// LoadVariationRiskBalancing prefers nodes whose measured load is low and steady.
import { z } from 'zod';
import { exp, log } from '../../../engine/elementary.ts';
import { member } from '../../../lib/family.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { loadSource, loadWatcher } from './load-watcher.ts';

/** A resource of a node, all in one unit: what it has, what the pod requests, and what has been used. */
export interface ResourceLoad {
  readonly capacity: number;
  readonly request: number;
  readonly mean: number;
  readonly deviation: number;
}

/**
 * 100 · (1 − (μ + margin · σ^(1/sensitivity)) / 2): μ is the mean share with the pod, σ the deviation as a share; each is kept within 0 and 1. A negative
 * sensitivity leaves σ as it is. 0 for a node that has nothing (computeScore of analysis.go).
 */
export function riskScore(
  { capacity, request, mean, deviation }: ResourceLoad,
  margin: number,
  sensitivity: number,
): number {
  if (capacity <= 0) return 0;
  const within = (value: number, most: number): number => Math.max(0, Math.min(value, most));
  const mu = within((within(mean, capacity) + Math.max(0, request)) / capacity, 1);
  const share = within(deviation, capacity) / capacity;
  const sigma = within(margin * (sensitivity >= 0 ? root(share, sensitivity) : share), 1);
  return 100 * (1 - (mu + sigma) / 2);
}

/** share^(1/sensitivity). */
function root(share: number, sensitivity: number): number {
  if (sensitivity === 1 || share === 1) return share;
  return share === 0 || sensitivity === 0 ? 0 : exp(log(share) / sensitivity);
}

const atLeastZero = z.number().min(0).default(1);

/**
 * kubernetes-sigs/scheduler-plugins, pkg/trimaran/loadvariationriskbalancing: the lower of the scores of CPU and memory. Per cent of capacity count as per cent of
 * allocatable there, and here. A node of which nothing is known has 0; from metrics-server there is no deviation.
 */
export const loadVariationRiskBalancing = member({
  name: 'LoadVariationRiskBalancing',
  summary: 'Prefers nodes whose measured load is low and steady: by mean and standard deviation (Trimaran).',
  args: z.strictObject({
    ...loadSource,
    safeVarianceMargin: atLeastZero.describe('what the deviation is multiplied with'),
    safeVarianceSensitivity: atLeastZero.describe('which root of the deviation counts: 2 is the square root'),
  }),
  create({ metricProvider, safeVarianceMargin, safeVarianceSensitivity }, handle: Handle): Plugin {
    const watcher = loadWatcher(handle, metricProvider.type);
    const { cache } = handle;
    const scoreOf = (capacity: number, request: number, percent: number, deviation: number): number =>
      riskScore(
        { capacity, request, mean: (percent * capacity) / 100, deviation: (deviation * capacity) / 100 },
        safeVarianceMargin,
        safeVarianceSensitivity,
      );
    return {
      score({ podClass: { shape } }, { rows, end }, scores) {
        const loads = watcher?.loads;
        for (let i = 0; i < end; i += 1) {
          const node = rows[i];
          scores[i] = 0;
          if (loads === undefined || Number.isNaN(loads.cpu[node] ?? NaN)) continue;
          const { cpu, cpuDeviation, memory, memoryDeviation } = loads;
          const ofCpu = scoreOf(cache.cpuMilli[node], shape.cpuMilli, cpu[node], cpuDeviation[node]);
          const ofMemory = scoreOf(cache.memoryBytes[node], shape.memoryBytes, memory[node], memoryDeviation[node]);
          scores[i] = Math.round(Number.isNaN(ofMemory) ? ofCpu : Math.min(ofCpu, ofMemory));
        }
      },
    };
  },
});
