// What the descheduler is told: a DeschedulerPolicy (descheduler/v1alpha2), and how often it looks.

/** Per cent by resource: `cpu`, `memory`, `pods`, extended ones. */
export type Thresholds = Readonly<Record<string, number>>;

/** Not both. */
export interface Namespaces {
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?:
    | readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | undefined }[]
    | undefined;
}

/** Arguments of DefaultEvictor: which pods nobody may evict. */
export interface EvictorArgs {
  readonly nodeFit: boolean;
  readonly minReplicas: number;
  readonly minPodAgeUs: number;
  readonly evictLocalStoragePods: boolean;
  readonly evictDaemonSetPods: boolean;
  readonly evictSystemCriticalPods: boolean;
  readonly ignorePvcPods: boolean;
  readonly evictFailedBarePods: boolean;
  readonly labelSelector?: Selector | undefined;
  readonly nodeSelector?: string | undefined;
  readonly priorityThreshold?: { readonly value?: number | undefined } | undefined;
}

interface OfPods {
  readonly namespaces?: Namespaces | undefined;
  readonly labelSelector?: Selector | undefined;
}

interface UtilizationArgs {
  readonly thresholds: Thresholds;
  readonly numberOfNodes: number;
  readonly evictableNamespaces?: Pick<Namespaces, 'exclude'> | undefined;
}

/** By the name of the strategy. */
export interface StrategyArgs {
  LowNodeUtilization: UtilizationArgs & {
    readonly targetThresholds: Thresholds;
    readonly useDeviationThresholds: boolean;
    /** `node`: no more of one node in a look. */
    readonly evictionLimits?: Readonly<Partial<Record<'node', number | undefined>>> | undefined;
  };
  HighNodeUtilization: UtilizationArgs;
  RemoveDuplicates: Pick<OfPods, 'namespaces'> & { readonly excludeOwnerKinds: readonly string[] };
  RemovePodsViolatingTopologySpreadConstraint: OfPods & {
    readonly constraints: readonly string[];
    readonly topologyBalanceNodeFit: boolean;
  };
  RemovePodsViolatingNodeAffinity: OfPods & { readonly nodeAffinityType: readonly string[] };
  RemovePodsViolatingNodeTaints: OfPods & {
    readonly includePreferNoSchedule: boolean;
    readonly excludedTaints: readonly string[];
    readonly includedTaints: readonly string[];
  };
  RemovePodsViolatingInterPodAntiAffinity: OfPods;
  RemovePodsHavingTooManyRestarts: OfPods & { readonly podRestartThreshold: number };
  PodLifeTime: OfPods & { readonly maxPodLifeTimeUs: number; readonly states: readonly string[] };
}

export type StrategyName = keyof StrategyArgs;

/** A strategy with its arguments. */
export type StrategyUse = {
  [Name in StrategyName]: { readonly name: Name; readonly args: StrategyArgs[Name] };
}[StrategyName];

export interface DeschedulerProfile {
  readonly name: string;
  readonly evictor: EvictorArgs;
  readonly deschedule: readonly StrategyUse[];
  readonly balance: readonly StrategyUse[];
}

export interface DeschedulerSettings {
  /** From the beginning of one look at the cluster to that of the next; 0: one look. */
  readonly intervalUs: number;
  /** When the first one is. */
  readonly startUs: number;
  readonly nodeSelector?: string | undefined;
  /** Evictions in one look; Infinity for any number. */
  readonly mostPerNode: number;
  readonly mostPerNamespace: number;
  readonly mostInTotal: number;
  readonly profiles: readonly DeschedulerProfile[];
}
