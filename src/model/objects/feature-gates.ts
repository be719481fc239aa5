// Feature gates of Kubernetes that a scenario may turn on, by their names there, with what they are in 1.36.

export const FEATURE_GATES = {
  /** A StatefulSet's `rollingUpdate.maxUnavailable` counts. */
  MaxUnavailableStatefulSet: false,
  /** A HorizontalPodAutoscaler may have `minReplicas: 0`, where it reads an Object or External metric. */
  HPAScaleToZero: false,
} as const;

export type FeatureGates = Readonly<Record<keyof typeof FEATURE_GATES, boolean>>;
