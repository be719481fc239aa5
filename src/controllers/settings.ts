// The settings of the controller manager, as the scenario gives them.
import type { ClientLimits } from '../api/settings.ts';
import type { DistributionSpec } from '../lib/distribution.ts';

/** Times in integer microseconds, rates per second. */
export interface ControllerSettings {
  /** The token bucket that each controller has for itself: 20/s, burst 30 by default; qps 0 is no limit. */
  readonly clients: ClientLimits;
  /** Processor time of one sync. */
  readonly syncWorkUs: number;
  /**
   * Processor time of an EndpointSlice sync for each endpoint of the Service: it compares them all. Fitted to how the rate of
   * slice writes falls with the size of a Service in recordings of 50, 500 and 2,000 pods.
   */
  readonly endpointWorkUs: number;
  /** Workers by the names of `settings/concurrent-syncs.ts`, which has the defaults. */
  readonly concurrentSyncs: Readonly<Record<string, number>>;
  readonly nodeMonitorPeriodUs: number;
  readonly nodeMonitorGracePeriodUs: number;
  /** Nodes per second and zone that get a NoExecute taint. */
  readonly nodeEvictionRate: number;
  readonly secondaryNodeEvictionRate: number;
  /** Share of nodes that are not Ready from which a zone is in partial disruption. */
  readonly unhealthyZoneThreshold: number;
  /** Zones with more nodes than this get the secondary rate in partial disruption, smaller ones none. */
  readonly largeClusterSizeThreshold: number;
  readonly storage: StorageSettings;
}

/** What storage drivers take for their work. */
export interface StorageSettings {
  /** Making a volume for a claim, or deleting a released one. */
  readonly provision: DistributionSpec;
  /** Attaching a volume to a node, and detaching it. */
  readonly attach: DistributionSpec;
  readonly detach: DistributionSpec;
  /** How many of each a driver does at once. */
  readonly provisionWorkers: number;
  readonly attachWorkers: number;
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
  endpointWorkUs: 200,
  concurrentSyncs: {},
  nodeMonitorPeriodUs: 5e6,
  nodeMonitorGracePeriodUs: 50e6,
  nodeEvictionRate: 0.1,
  secondaryNodeEvictionRate: 0.01,
  unhealthyZoneThreshold: 0.55,
  largeClusterSizeThreshold: 50,
  storage: { provision: AT_ONCE, attach: AT_ONCE, detach: AT_ONCE, provisionWorkers: 100, attachWorkers: 10 },
};
