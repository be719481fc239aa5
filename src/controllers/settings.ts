// The settings of the controller manager, as the scenario gives them.
import { CALENDAR_START_SECONDS } from '../lib/timestamp.ts';
import type { ClientLimits, ControllerManagerSettings } from '../model/settings/control-plane.ts';
import type { AutoscalerSettings } from '../model/settings/autoscaling.ts';
import type { DriverSettings } from '../model/settings/storage.ts';

/** Which labels of single pods something in the input asks for: those of a StatefulSet's ordinals, of a Job's indexes, of the Jobs of a CronJob. */
export interface OwnLabels {
  readonly ordinals: boolean;
  readonly indexes: boolean;
  readonly jobs: boolean;
}

export interface ControllerSettings extends ControllerManagerSettings {
  /** The token bucket that each controller has for itself: 20/s, burst 30 by default; qps 0 is no limit. */
  readonly clients: ClientLimits;
  readonly storage: DriverSettings;
  /** Whether the provider of volumes refuses calls now. */
  readonly cloudRefuses?: () => boolean;
  /** What virtual time 0 is on the calendar by which CronJobs are scheduled, in seconds since 1970. */
  readonly startSeconds: number;
  /** How far the clock of the controllers' machine is ahead of the true time, µs. */
  readonly clockAheadUs: () => number;
  readonly ownLabels: OwnLabels;
  /** The feature gate MaxUnavailableStatefulSet. */
  readonly statefulSetMaxUnavailable: boolean;
  readonly horizontalPodAutoscaler: AutoscalerSettings;
}

/** Of the programs that a driver runs beside it: `--kube-api-qps`, `--kube-api-burst`; none where controllers have none. */
export function sidecarLimits({ clients }: ControllerSettings): ClientLimits {
  return clients.qps === 0 || clients.qps === Infinity ? clients : { qps: 5, burst: 10 };
}

const AT_ONCE = { type: 'constant', value: 0 } as const;

/** kube-controller-manager's defaults (behaviour B.0, B.9). */
export const defaultControllerSettings: ControllerSettings = {
  clients: { qps: 20, burst: 30 },
  syncWorkUs: 200,
  startSeconds: CALENDAR_START_SECONDS,
  endpointWorkUs: 200,
  concurrentSyncs: {},
  nodeMonitorPeriodUs: 5e6,
  nodeMonitorGracePeriodUs: 50e6,
  nodeEvictionRate: 0.1,
  secondaryNodeEvictionRate: 0.01,
  unhealthyZoneThreshold: 0.55,
  largeClusterSizeThreshold: 50,
  horizontalPodAutoscaler: {
    syncPeriodUs: 15e6,
    tolerance: 0.1,
    downscaleStabilizationUs: 300e6,
    cpuInitializationPeriodUs: 300e6,
    initialReadinessDelayUs: 30e6,
  },
  storage: { provision: AT_ONCE, attach: AT_ONCE, detach: AT_ONCE, provisionWorkers: 100, attachWorkers: 10 },
  clockAheadUs: () => 0,
  ownLabels: { ordinals: false, indexes: false, jobs: false },
  statefulSetMaxUnavailable: false,
};
