// A stored HorizontalPodAutoscaler of either version, as the controller reads it: autoscaling/v2.
import type { HorizontalPodAutoscaler as Version1 } from 'kubernetes-types/autoscaling/v1.js';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  MetricSpec,
} from 'kubernetes-types/autoscaling/v2.js';
import type { KubeObject } from '../../model/object-store.ts';

export interface AutoscalerObject extends KubeObject {
  readonly spec?: NonNullable<HorizontalPodAutoscaler['spec']>;
  readonly status?: NonNullable<HorizontalPodAutoscaler['status']>;
}

/** What autoscaling/v1 says by one number, and what is the metric where nothing is said. */
function cpuMetric(averageUtilization: number): MetricSpec {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

const USUAL_UTILIZATION = 80;

export function autoscalerSpec(object: AutoscalerObject): HorizontalPodAutoscalerSpec | undefined {
  if (object.apiVersion !== 'autoscaling/v1') return object.spec;
  const { spec } = object as unknown as Version1;
  if (spec === undefined) return undefined;
  const { targetCPUUtilizationPercentage: utilization = USUAL_UTILIZATION, ...rest } = spec;
  return { ...rest, metrics: [cpuMetric(utilization)] };
}
