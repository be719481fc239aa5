// The pods of a target as the controller's view has them, and what the metrics APIs say of them.
import { PodBit, podPhaseNames } from '../../model/pods.ts';
import type { CustomMetrics, MetricSample, ResourceMetrics } from '../../model/ports/metrics-apis.ts';
import type { Registry } from '../../model/registry.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { MetricError, type MetricsApis, type Samples, type ScaledPod } from './metrics-apis.ts';
import { requestMilli } from './requests.ts';
import type { FoundPods } from './target-pods.ts';
import type { ClassRow, PodRow } from '../../model/rows.ts';

export interface ViewedPod extends ScaledPod {
  readonly pod: PodRow;
  readonly epoch: number;
}

/** Pods of some classes. */
export function viewedPods(views: SharedViews, registry: Registry, classes: Iterable<ClassRow>): ViewedPod[] {
  const { byClass, view } = views.pods;
  const found: ViewedPod[] = [];
  for (const podClass of classes) {
    const request = requestOf(registry, podClass);
    for (let pod = byClass.first(podClass); pod >= 0; pod = byClass.next(pod)) {
      const state = view.state[pod];
      const startedUs = view.startedAt(pod);
      const row = pod;
      found.push({
        pod,
        epoch: view.epoch[pod],
        get name() {
          return registry.podName(row);
        },
        phase: podPhaseNames[state & PodBit.PhaseMask],
        deleting: (state & PodBit.Deleting) !== 0,
        startedAtUs: startedUs < 0 ? undefined : wholeSecond(startedUs),
        ready:
          startedUs < 0 ? undefined : { status: (state & PodBit.Ready) !== 0, sinceUs: wholeSecond(view.readyAt[pod]) },
        requestMilli: (resource, container) => request(row, resource, container),
      });
    }
  }
  return found;
}

/** What pods of one class request is the same; it is worked out once. */
function requestOf(registry: Registry, podClass: ClassRow) {
  const known = new Map<string, bigint>();
  return (pod: PodRow, resource: string, container: string | undefined): bigint => {
    const key = `${resource}/${container ?? ''}`;
    let request = known.get(key);
    if (request === undefined) {
      request = requestMilli(registry.classes.get(podClass).spec, registry.podName(pod), resource, container);
      known.set(key, request);
    }
    return request;
  };
}

/** What the metrics APIs answer about these pods. */
export function metricsOf(
  { pods, usage }: Pick<FoundPods, 'pods' | 'usage'>,
  namespace: string,
  resources: ResourceMetrics,
  custom: CustomMetrics,
): MetricsApis {
  const samples = (api: string, read: (pod: ViewedPod) => MetricSample | undefined): Samples => {
    const found: Samples = new Map();
    for (const pod of pods()) {
      const sample = read(pod);
      if (sample !== undefined) found.set(pod, sample);
    }
    if (found.size === 0) throw new MetricError(`no metrics returned from ${api} metrics API`);
    return found;
  };
  return {
    usage,
    resource: (resource, container) =>
      samples('resource', (pod) => {
        if (resource !== 'cpu' && resource !== 'memory') return undefined;
        const sample = resources.read(pod.pod, pod.epoch, resource, container);
        if (sample !== 'container not found') return sample;
        throw new MetricError(`container ${container} not present in metrics for pod ${namespace}/${pod.name}`);
      }),
    pods: ({ name }, selector) => samples('custom', (pod) => custom.ofPod(name, selector, pod.pod, pod.epoch)),
    object: (_namespace, { kind, name: object }, { name }, selector) => {
      const value = custom.ofObject(name, selector, kind, namespace, object);
      if (value !== undefined) return value;
      const missing = 'the server could not find the metric';
      throw new MetricError(
        `unable to fetch metrics from custom metrics API: ${missing} ${name} for ${kind} ${object}`,
      );
    },
    external: (_namespace, { name }, selector) => {
      const values = custom.external(name, selector);
      if (values.length === 0) throw new MetricError('no metrics returned from external metrics API');
      return values;
    },
  };
}

/** API times are whole seconds. */
export function wholeSecond(us: number): number {
  return us < 0 ? us : Math.floor(us / 1e6) * 1e6;
}
