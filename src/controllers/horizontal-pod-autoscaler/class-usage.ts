// A shorter way to what pods use together: pods of one class request the same, so that sums by class are all that counts.
import { PodBit, PodPhase } from '../../model/pods.ts';
import type { ResourceMetrics } from '../../model/ports/metrics-apis.ts';
import type { Registry } from '../../model/registry.ts';
import type { ClassRow, PodRow } from '../../model/rows.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { type ClassUsage, MetricError, type MetricsApis, type ReadinessRules } from './metrics-apis.ts';
import { requestMilli } from './requests.ts';
import { wholeSecond } from './viewed-pods.ts';

export type ReadUsage = NonNullable<MetricsApis['usage']>;

/** Of cpu, and whole pods; the groups are those of `groupPods`. Undefined where one of the classes requests nothing. */
export function usageByClass(
  { pods: { byClass, view } }: SharedViews,
  registry: Registry,
  classes: readonly ClassRow[],
  resources: ResourceMetrics,
): ReadUsage {
  const isUnready = (pod: PodRow, rules: ReadinessRules, nowUs: number): boolean => {
    const startedUs = view.startedAt(pod);
    if (startedUs < 0) return true;
    const isReady = (view.state[pod] & PodBit.Ready) !== 0;
    const sinceUs = wholeSecond(view.readyAt[pod]);
    const fromUs = wholeSecond(startedUs);
    if (fromUs + rules.cpuInitializationPeriodUs > nowUs) {
      if (!isReady) return true;
      const sample = resources.read(pod, view.epoch[pod], 'cpu', undefined);
      return typeof sample !== 'object' || sample.atUs < sinceUs + sample.windowUs;
    }
    return !isReady && fromUs + rules.initialReadinessDelayUs > sinceUs;
  };
  const ofClass = (podClass: ClassRow, rules: ReadinessRules, nowUs: number): ClassUsage | undefined => {
    const usage = { request: 0n, pods: 0, ready: 0, unready: 0, missing: 0, total: 0n };
    let total = 0;
    for (let pod = byClass.first(podClass); pod >= 0; pod = byClass.next(pod)) {
      if (usage.pods === 0) {
        const request = requestOf(registry, podClass, pod);
        if (request === undefined) return undefined;
        usage.request = request;
      }
      usage.pods += 1;
      const state = view.state[pod];
      const phase = state & PodBit.PhaseMask;
      if ((state & PodBit.Deleting) !== 0 || phase === PodPhase.Failed) continue;
      const milli = resources.cpuMilli(pod, view.epoch[pod]);
      if (phase === PodPhase.Pending) usage.unready += 1;
      else if (milli < 0) usage.missing += 1;
      else if (isUnready(pod, rules, nowUs)) usage.unready += 1;
      else {
        usage.ready += 1;
        total += milli;
      }
    }
    return { ...usage, total: BigInt(total) };
  };
  return (resource, container, rules, nowUs) => {
    if (resource !== 'cpu' || container !== undefined) return undefined;
    const found: ClassUsage[] = [];
    for (const podClass of classes) {
      const usage = ofClass(podClass, rules, nowUs);
      if (usage === undefined) return undefined;
      if (usage.pods > 0) found.push(usage);
    }
    return found;
  };
}

/** Undefined where a container requests nothing. */
function requestOf(registry: Registry, podClass: ClassRow, pod: PodRow): bigint | undefined {
  try {
    return requestMilli(registry.classes.get(podClass).spec, registry.podName(pod), 'cpu', undefined);
  } catch (error) {
    if (error instanceof MetricError) return undefined;
    throw error;
  }
}
