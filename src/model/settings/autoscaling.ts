// How HorizontalPodAutoscalers work, where their metrics come from and how often. Times in integer microseconds.
import type { UsageCurve } from './usage.ts';

/** kube-controller-manager's `--horizontal-pod-autoscaler-…`. */
export interface AutoscalerSettings {
  readonly syncPeriodUs: number;
  /** How far a metric may be from its target, as a ratio, before anything is done. */
  readonly tolerance: number;
  /** The window of autoscalers without a behavior of their own. */
  readonly downscaleStabilizationUs: number;
  readonly cpuInitializationPeriodUs: number;
  readonly initialReadinessDelayUs: number;
}

export interface MetricsServerSettings {
  /** How often metrics-server asks the kubelets (`--metric-resolution`). */
  readonly resolutionUs: number;
  /** How often a kubelet looks at its containers (`--housekeeping-interval`); 0: whenever it is asked. */
  readonly housekeepingUs: number;
}

export const podFigureNames = ['requestsPerSecond', 'requestsInFlight', 'requestsWaiting'] as const;
export type PodFigure = (typeof podFigureNames)[number];

/** What a custom or external metric is measured of: the requests of the simulation, messages that a group has not consumed, or an amount over the time of the run. */
export type MetricOrigin =
  | { readonly type: 'figure'; readonly figure: PodFigure; readonly overUs: number }
  | { readonly type: 'lag'; readonly queue: string; readonly group: string | undefined }
  | { readonly type: 'curve'; readonly curve: UsageCurve };

/** Of each pod, of one object, or of something outside the cluster. */
export type MetricSubject =
  | { readonly type: 'pods' }
  | { readonly type: 'external' }
  | { readonly type: 'object'; readonly kind: string; readonly namespace: string; readonly name: string };

export interface CustomMetricSpec {
  readonly name: string;
  readonly of: MetricSubject;
  /** By which selectors of autoscalers choose among series of one name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly origin: MetricOrigin;
}

export interface Autoscaling {
  readonly autoscalers: AutoscalerSettings;
  readonly metricsServer: MetricsServerSettings;
  readonly customMetrics: readonly CustomMetricSpec[];
}
