// Ports: the metrics that autoscalers read.
import type { LabelSelector } from '../parse/label-selector.ts';
import type { PodRow } from '../rows.ts';

/** A figure of a pod in thousandths: cpu in millicores, memory in thousandths of a byte. */
export interface MetricSample {
  readonly value: bigint;
  /** When it was taken, and over how long, µs. */
  readonly atUs: number;
  readonly windowUs: number;
}

/** metrics.k8s.io, as metrics-server answers. The metrics-apis part implements it. */
export interface ResourceMetrics {
  /** Of one container by its name, or of all that run. Undefined where it has no usage of the pod yet. */
  read(
    pod: PodRow,
    epoch: number,
    resource: 'cpu' | 'memory',
    container: string | undefined,
  ): MetricSample | undefined | 'container not found';
  /** The value of cpu of all containers that run, in millicores; -1 where it has no usage of the pod yet. */
  cpuMilli(pod: PodRow, epoch: number): number;
}

/**
 * custom.metrics.k8s.io and external.metrics.k8s.io: what the scenario says that there is, of the series that the selector matches.
 * Those of a pod or an object are summed up; undefined where there are none. The metrics-apis part implements it.
 */
export interface CustomMetrics {
  ofPod(metric: string, selector: LabelSelector, pod: PodRow, epoch: number): MetricSample | undefined;
  ofObject(metric: string, selector: LabelSelector, kind: string, namespace: string, name: string): bigint | undefined;
  /** Each series by itself. */
  external(metric: string, selector: LabelSelector): readonly bigint[];
}
