// The delays and limits of API server, etcd, watches and controllers. Times in integer microseconds, rates per second.
import type { NodeSelectorConfig } from '../objects/admission/node-selector.ts';
import type { FeatureGates } from '../objects/feature-gates.ts';
import type { LeaderElection } from './leader-election.ts';
import type { DistributionSpec } from '../../lib/distribution.ts';

/** A client-go token bucket. `qps` 0 or Infinity is a client without a limit. */
export interface ClientLimits {
  readonly qps: number;
  readonly burst: number;
}

/**
 * What an API server does with more requests than it serves at once. `None`: writes wait in order, as long as it takes.
 * `MaxInflight`: more than the limits are answered with 429 (`--enable-priority-and-fairness=false`).
 * `PriorityAndFairness`: levels share the two limits' sum of seats.
 */
export const flowControls = ['None', 'MaxInflight', 'PriorityAndFairness'] as const;

export interface ApiServerSettings {
  /** From the start of its process until it is ready, where it may die. */
  readonly start?: DistributionSpec;
  /** A mutating request's own work without etcd, and a read of one object from the cache. */
  readonly mutating: DistributionSpec;
  readonly read: DistributionSpec;
  /** Processors of each server: the work of requests waits for one that is free. 0: as many as there are requests. */
  readonly processors?: number;
  /** Mutating requests served at once; the rest wait in order. 0: no limit, as the flag of kube-apiserver has it. */
  readonly maxMutatingInflight: number;
  readonly flowControl?: (typeof flowControls)[number];
  /** Reads served at once under flow control. 0: no limit. */
  readonly maxRequestsInflight?: number;
  /** What admission webhooks take to answer, without the way: by name, and of the others. */
  readonly webhooks?: Readonly<Record<string, DistributionSpec>>;
  readonly webhookLatency?: DistributionSpec;
  /** Of a list for each object that it goes through, under flow control. */
  readonly listObjectUs?: number;
  /** Selectors of the plugin PodNodeSelector; without them it is off. */
  readonly podNodeSelector?: NodeSelectorConfig | undefined;
}

export interface ControllerManagerSettings {
  /** Processor time of one sync. */
  readonly syncWorkUs: number;
  /**
   * Processor time of an EndpointSlice sync for each endpoint of the Service: it compares them all. Fitted to how the rate of
   * slice writes falls with the size of a Service in recordings of 50, 500 and 2,000 pods.
   */
  readonly endpointWorkUs: number;
  /** Workers by the names of `concurrent-syncs.ts`, which has the defaults. */
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
}

/** Processes of the control plane: where they run and how they are started again. */
export interface ProcessSettings {
  /** From the start of a process until its program runs. */
  readonly start: DistributionSpec;
  /** From the lease until the controllers of a controller manager have their lists and work. */
  readonly controllersStart: DistributionSpec;
  /** From the end of a process until its supervisor starts it again; -1: as a kubelet backs off. */
  readonly restartUs: number;
}

/** The control plane's own pods, as kubeadm makes them. */
export interface ControlPlanePods {
  readonly nodes: readonly string[];
  readonly apiServerPort: number;
}

export interface ControlPlane {
  readonly featureGates: FeatureGates;
  readonly apiServer: ApiServerSettings;
  readonly etcd: {
    /** From the proposal to the quorum's fsync, where nothing may fail. */
    readonly commit: DistributionSpec;
    /** Where members may fail: one save of a member's log, and how many members there are (undefined: one on each machine). */
    readonly save: DistributionSpec;
    readonly members?: number | undefined;
    /** Where members may fail: how large the database may become, and how often API servers have old versions removed (0: never). */
    readonly quotaBytes?: number;
    readonly compactionUs?: number;
  };
  /** From the commit to each watcher. */
  readonly watch: { readonly delivery: DistributionSpec };
  readonly clients: {
    /** Of each controller by itself. */
    readonly controllers: ClientLimits;
    readonly scheduler: ClientLimits;
    /** Of each kubelet; heartbeats are not throttled. */
    readonly kubelet: ClientLimits;
  };
  readonly controllers: ControllerManagerSettings;
  /** Machines of the control plane, each with a scheduler and a controller manager. */
  readonly replicas: number;
  /** Zones of the machines, in turn; none where that does not matter. */
  readonly zones: readonly string[];
  readonly leaderElection: LeaderElection;
  readonly processes: ProcessSettings;
  /** Absent where they are not shown. */
  readonly pods?: ControlPlanePods;
}
