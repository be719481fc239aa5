// What the autoscaler asks the metrics APIs, and what these answer: values in thousandths, of pods or of one thing.
import type { CrossVersionObjectReference, MetricIdentifier } from 'kubernetes-types/autoscaling/v2.js';
import type { AutoscalerSettings } from '../../model/settings/autoscaling.ts';
import type { LabelSelector } from '../../model/parse/label-selector.ts';

/** A pod that the target's selector matches, as the autoscaler's view has it. */
export interface ScaledPod {
  readonly name: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly deleting: boolean;
  /** status.startTime, µs; undefined before the kubelet has seen the pod. */
  readonly startedAtUs: number | undefined;
  /** The condition Ready and its lastTransitionTime, µs; undefined without one. */
  readonly ready: { readonly status: boolean; readonly sinceUs: number } | undefined;
  /** What its containers request together, or the one of that name. Throws a MetricError where one of them requests nothing. */
  requestMilli(resource: string, container: string | undefined): bigint;
}

export interface Sample {
  readonly value: bigint;
  readonly atUs: number;
  readonly windowUs: number;
}

/** Pods that request the same of a resource, thousandths. */
export interface ClassUsage {
  /** Of one pod. */
  readonly request: bigint;
  /** All of them: those that are over count nowhere else. */
  readonly pods: number;
  readonly ready: number;
  readonly unready: number;
  readonly missing: number;
  /** What those that are ready use. */
  readonly total: bigint;
}

/** Which pods count as ready. */
export type ReadinessRules = Pick<AutoscalerSettings, 'cpuInitializationPeriodUs' | 'initialReadinessDelayUs'>;

export type Samples = Map<ScaledPod, Sample>;

/**
 * metrics.k8s.io, custom.metrics.k8s.io and external.metrics.k8s.io, asked about the pods of one target. Each throws a MetricError
 * where it has no answer. The selector is that of the metric, compiled.
 */
export interface MetricsApis {
  /** Of a container, or of all containers of each pod. Pods without a sample are not in the answer. */
  resource(resource: string, container: string | undefined): Samples;
  /** The same summed up by class, where that is known: a shorter way to the same figures. */
  usage?(
    resource: string,
    container: string | undefined,
    rules: ReadinessRules,
    nowUs: number,
  ): readonly ClassUsage[] | undefined;
  pods(metric: MetricIdentifier, selector: LabelSelector): Samples;
  object(
    namespace: string,
    object: CrossVersionObjectReference,
    metric: MetricIdentifier,
    selector: LabelSelector,
  ): bigint;
  external(namespace: string, metric: MetricIdentifier, selector: LabelSelector): readonly bigint[];
}

/** A metric cannot be had, or says nothing. The message is the one of Kubernetes. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
}

/** Runs `attempt`; what a MetricError of it says is put behind the sentence. */
export function explained<T>(sentence: string, attempt: () => T, joint = ': '): T {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof MetricError) throw new MetricError(`${sentence}${joint}${error.message}`);
    throw error;
  }
}
