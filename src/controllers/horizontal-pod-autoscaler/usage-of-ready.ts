// A shorter way to what pods use together: where each of them is ready and has a sample, only sums matter.
import { PodBit, PodPhase } from '../../model/pods.ts';
import type { ResourceMetrics } from '../../model/ports/metrics-apis.ts';
import type { Registry } from '../../model/registry.ts';
import type { ClassRow, PodRow } from '../../model/rows.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { MetricError, type MetricsApis, type ReadinessRules } from './metrics-apis.ts';
import { requestMilli } from './requests.ts';
import { wholeSecond } from './viewed-pods.ts';

export type AllReady = NonNullable<MetricsApis['allReady']>;

/** Of cpu and whole pods. Undefined as soon as one pod has to be looked at more closely (`groupPods`). */
export function usageOfReady(
  views: SharedViews,
  registry: Registry,
  classes: readonly ClassRow[],
  resources: ResourceMetrics,
): AllReady {
  const { byClass, view } = views.pods;
  const isReady = (pod: PodRow, { cpuInitializationPeriodUs }: ReadinessRules, nowUs: number): boolean => {
    const state = view.state[pod];
    if (
      (state & PodBit.PhaseMask) !== PodPhase.Running ||
      (state & PodBit.Deleting) !== 0 ||
      (state & PodBit.Ready) === 0
    )
      return false;
    const startedUs = view.startedAt(pod);
    if (startedUs < 0) return false;
    if (wholeSecond(startedUs) + cpuInitializationPeriodUs <= nowUs) return true;
    const sample = resources.read(pod, view.epoch[pod], 'cpu', undefined);
    if (sample === undefined || sample === 'container not found') return false;
    return sample.atUs >= wholeSecond(view.readyAt[pod]) + sample.windowUs;
  };
  return (resource, container, rules, nowUs) => {
    if (resource !== 'cpu' || container !== undefined) return undefined;
    let pods = 0;
    let total = 0;
    let requested = 0n;
    for (const podClass of classes) {
      let ofClass = 0;
      let first = -1 as PodRow;
      for (let pod = byClass.first(podClass); pod >= 0; pod = byClass.next(pod)) {
        const milli = resources.cpuMilli(pod, view.epoch[pod]);
        if (milli < 0 || !isReady(pod, rules, nowUs)) return undefined;
        total += milli;
        ofClass += 1;
        first = pod;
      }
      if (ofClass === 0) continue;
      const request = requestOfClass(registry, podClass, first);
      if (request === undefined) return undefined;
      requested += BigInt(ofClass) * request;
      pods += ofClass;
    }
    if (pods === 0 || requested === 0n) return undefined;
    return { pods, total: BigInt(total), requested };
  };
}

/** Undefined where a container requests nothing. */
function requestOfClass(registry: Registry, podClass: ClassRow, pod: PodRow): bigint | undefined {
  try {
    return requestMilli(registry.classes.get(podClass).spec, registry.podName(pod), 'cpu', undefined);
  } catch (error) {
    if (error instanceof MetricError) return undefined;
    throw error;
  }
}
