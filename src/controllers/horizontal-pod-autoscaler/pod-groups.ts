// Which pods count for a metric: those that are ready, those that are not yet, those without a sample, and those that are over.
import type { ReadinessRules, Sample, Samples, ScaledPod } from './metrics-apis.ts';

export interface PodGroups {
  readonly ready: number;
  readonly unready: readonly ScaledPod[];
  readonly missing: readonly ScaledPod[];
  readonly ignored: readonly ScaledPod[];
}

/** `resource` is '' for a custom metric: a pod's readiness counts for cpu only. */
export function groupPods(
  pods: readonly ScaledPod[],
  samples: Samples,
  resource: string,
  rules: ReadinessRules,
  nowUs: number,
): PodGroups {
  const unready: ScaledPod[] = [];
  const missing: ScaledPod[] = [];
  const ignored: ScaledPod[] = [];
  let ready = 0;
  for (const pod of pods) {
    const sample = samples.get(pod);
    if (pod.deleting || pod.phase === 'Failed') ignored.push(pod);
    else if (pod.phase === 'Pending') unready.push(pod);
    else if (sample === undefined) missing.push(pod);
    else if (resource === 'cpu' && isUnready(pod, sample, rules, nowUs)) unready.push(pod);
    else ready += 1;
  }
  return { ready, unready, missing, ignored };
}

function isUnready({ startedAtUs, ready }: ScaledPod, sample: Sample, rules: ReadinessRules, nowUs: number): boolean {
  if (ready === undefined || startedAtUs === undefined) return true;
  // What it uses while it starts says nothing: a whole window must lie behind its last change.
  if (startedAtUs + rules.cpuInitializationPeriodUs > nowUs) {
    return !ready.status || sample.atUs < ready.sinceUs + sample.windowUs;
  }
  // Later only a pod that has never been ready is left out.
  return !ready.status && startedAtUs + rules.initialReadinessDelayUs > ready.sinceUs;
}
