// Metrics APIs that know nothing, for clusters in which nobody asks.
import type { MetricsSources } from '../../src/controllers/horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller.ts';

export const noMetrics: MetricsSources = {
  resources: { read: () => undefined, cpuMilli: () => -1 },
  custom: { ofPod: () => undefined, ofObject: () => undefined, external: () => [] },
};
