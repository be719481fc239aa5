// In which intervals of a run the objectives hold.
import type { Objectives } from '../../model/settings/objectives.ts';
import type { Measure } from '../measure.ts';

/** Kinds whose pods are meant to be there all the time. */
const LASTING = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'] as const;

/** By interval: 1 where every objective holds. An interval in which no request ended breaks none about requests. */
export function heldIntervals(objectives: Objectives, hasTraffic: boolean, measure: Measure): Uint8Array {
  const { series, durations } = measure;
  const { availability, latency, ready = hasTraffic ? 0 : 1 } = objectives;
  const held = new Uint8Array(series.length).fill(1);
  const most = 1 - availability;
  for (const [at, { requests_failed: failed, requests_completed: completed }] of series.entries()) {
    // A share that is exactly what is allowed is allowed, whatever its last bit.
    if (failed > most * (failed + completed) * (1 + 1e-12)) held[at] = 0;
    if (held[at] === 0 || latency.length === 0 || completed === 0) continue;
    const histogram = durations.merged(at, at + 1);
    if (latency.some(({ quantile, atMostUs }) => histogram.quantile(quantile) > atMostUs)) held[at] = 0;
  }
  if (ready > 0) {
    const wanted = measure.workloads.total(LASTING, 'desired');
    const there = measure.workloads.total(LASTING, 'ready');
    for (const [at, pods] of wanted.entries()) if (there[at] < ready * pods) held[at] = 0;
  }
  return held;
}
