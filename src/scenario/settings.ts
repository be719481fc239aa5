// The parsed settings of the simulated machinery: cluster, control plane, scheduler, kubelet, network.
// Times are integer microseconds unless said otherwise, rates per second, CPU in thousandths of a core, sizes in bytes.
import type { DistributionSpec } from '../lib/distribution.ts';
import type { FamilyUse } from './scenario.ts';

export interface Resources {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  readonly pods: number;
  /** Whole units of everything else: `nvidia.com/gpu`, `hugepages-2Mi`. */
  readonly extended: Readonly<Record<string, number>>;
}

interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Nodes of one make, named `<name>-0`, `<name>-1`, …; node i is in zone i modulo the number of zones. */
export interface NodePool {
  readonly name: string;
  readonly count: number;
  readonly zones: readonly string[];
  readonly region: string;
  readonly capacity: Resources;
  /** Capacity less system reserve and hard eviction thresholds. */
  readonly allocatable: Resources;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Currency units per node and hour. */
  readonly hourlyCost: number;
}

export interface ClusterSettings {
  /** Of Kubernetes: `1.36`. */
  readonly version: string;
  readonly nodePools: readonly NodePool[];
}

/** A client-go token bucket. `qps` 0 is a client without a limit. */
interface ClientLimit {
  readonly qps: number;
  readonly burst: number;
}

export interface ControlPlane {
  readonly apiServer: {
    /** A mutating request's own work, without etcd. */
    readonly mutating: DistributionSpec;
    readonly read: DistributionSpec;
    /** 0: no limit, as the flag of kube-apiserver has it. */
    readonly maxMutatingInflight: number;
  };
  readonly etcd: { readonly commit: DistributionSpec };
  readonly watch: { readonly delivery: DistributionSpec };
  readonly clients: {
    /** Of each controller by itself. */
    readonly controllers: ClientLimit;
    readonly scheduler: ClientLimit;
    /** Of each kubelet; heartbeats are not throttled. */
    readonly kubelet: ClientLimit;
  };
  readonly controllers: {
    readonly syncWorkUs: number;
    /** Of a sync of a Service, for each of its endpoints. */
    readonly endpointWorkUs: number;
    /** Workers of each controller by its name: `deployment`, `replicaSet`, `endpointSlice`… */
    readonly concurrentSyncs: Readonly<Record<string, number>>;
    readonly nodeMonitorPeriodUs: number;
    readonly nodeMonitorGracePeriodUs: number;
    /** Nodes per second and zone. */
    readonly nodeEvictionRate: number;
    readonly secondaryNodeEvictionRate: number;
    readonly unhealthyZoneThreshold: number;
    readonly largeClusterSizeThreshold: number;
  };
}

export interface SchedulerSettings {
  /** Microseconds with a fraction: a cycle takes `fixedUs + perNodeFilteredUs·filtered + perNodeScoredUs·scored`. */
  readonly cycle: { readonly fixedUs: number; readonly perNodeFilteredUs: number; readonly perNodeScoredUs: number };
  /** 0: adaptive, as Kubernetes does by default. */
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffUs: number;
  readonly podMaxBackoffUs: number;
  /**
   * `heap`: the rule of Kubernetes 1.35 and newer; `random`: uniformly among the best, the rule before; `first`: the first examined;
   * `ranked`: the first in an order drawn once.
   */
  readonly tieBreak: 'heap' | 'random' | 'first' | 'ranked';
  /** `default`, or the plugin that decides alone. */
  readonly policy?: string | undefined;
  /** Without them there is one, with the default plugins. */
  readonly profiles?: readonly SchedulerProfile[];
}

interface PluginSet {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number | undefined }[] | undefined;
  readonly disabled?: readonly { readonly name: string }[] | undefined;
}

/** A profile as a KubeSchedulerConfiguration has it. */
export interface SchedulerProfile {
  readonly schedulerName: string;
  readonly percentageOfNodesToScore?: number | undefined;
  /** By extension point. */
  readonly plugins?: Readonly<Record<string, PluginSet | undefined>> | undefined;
  readonly pluginConfig?: readonly { readonly name: string; readonly args: unknown }[] | undefined;
}

export interface Kubelet {
  /** From seeing a new pod until its sandbox and network are ready. */
  readonly sandbox: DistributionSpec;
  /** Creating and starting a container whose image is present. */
  readonly containerStart: DistributionSpec;
  readonly imagePull: {
    /** Bytes per second and node; Infinity: at once. */
    readonly bandwidth: number;
    readonly roundTripUs: number;
    /** Of an image whose behaviour names no size. */
    readonly imageSizeBytes: number;
    /** One pull at a time on a node. */
    readonly serialize: boolean;
  };
  /** Images that every node has at the start; `*` is all of them. */
  readonly cachedImages: readonly string[];
  readonly leaseRenewIntervalUs: number;
  readonly relistPeriodUs: number;
  readonly crashLoopBackOff: { readonly initialUs: number; readonly maxUs: number };
}

export interface Storage {
  /** Making a volume for a claim, or deleting a released one. */
  readonly provision: DistributionSpec;
  /** Attaching a volume to a node, and detaching it. */
  readonly attach: DistributionSpec;
  readonly detach: DistributionSpec;
  /** How many of these a driver does at once: volumes made or deleted, and attached or detached. */
  readonly provisionWorkers: number;
  readonly attachWorkers: number;
  /** Mounting all volumes of a pod, once they are attached. */
  readonly mount: DistributionSpec;
}

export interface Network {
  /** One way. */
  readonly links: {
    readonly sameNode: DistributionSpec;
    readonly sameZone: DistributionSpec;
    readonly otherZone: DistributionSpec;
    readonly otherRegion: DistributionSpec;
    /** From a client outside to the edge of the cluster. */
    readonly client: DistributionSpec;
  };
  readonly kubeProxy: {
    readonly mode: 'iptables';
    readonly minSyncPeriodUs: number;
    readonly syncFixedUs: number;
    /** Microseconds with a fraction. */
    readonly syncPerEndpointUs: number;
  };
  /** Of Services without an entry in `balancers`. */
  readonly balancer: FamilyUse;
  readonly balancers: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly balancer: FamilyUse;
  }[];
  /** What a caller without a timeout waits for a silent destination. */
  readonly timeoutWithoutLimitUs: number;
}
