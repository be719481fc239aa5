// What a scenario file means once it is read: plain data, every unit resolved, every default filled in.
// Times are integer microseconds (`...Us`), rates are per second, sizes are bytes. It survives a structured clone.
import type { MessageQueueSpec } from '../model/settings/message-queues.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { Place, Problem } from '../lib/errors.ts';
import type { ApiClientSpec } from '../model/settings/api-clients.ts';
import type { Autoscaling } from '../model/settings/autoscaling.ts';
import type { Behavior } from '../model/settings/behavior.ts';
import type { ClusterSettings } from '../model/settings/cluster.ts';
import type { ControlPlane } from '../model/settings/control-plane.ts';
import type { ConnectionsSpec } from '../model/settings/connections.ts';
import type { DeschedulerSettings } from '../model/settings/descheduler.ts';
import type { DnsSpec } from '../model/settings/dns.ts';
import type { Tracing } from '../model/settings/tracing.ts';
import type { ExternalSystem } from '../model/settings/external.ts';
import type { ReadinessGateSetting } from '../model/settings/readiness-gate.ts';
import type { FamilyUse } from '../model/settings/family-use.ts';
import type { Kubelet } from '../model/settings/kubelet.ts';
import type { NetworkSpec } from '../model/settings/network.ts';
import type { Objectives } from '../model/settings/objectives.ts';
import type { SchedulerSettings } from '../model/settings/scheduler.ts';
import type { Storage } from '../model/settings/storage.ts';
import type { SourceSpec } from '../model/settings/traffic.ts';
import type { Chaos } from './chaos/chaos.ts';
import type { Expectation } from './expect.ts';

/** Requests from outside the cluster to a Service. */
export interface TrafficSource extends SourceSpec {
  readonly place: Place;
}

/** A taint to set or, with `remove`, to take away: of one effect, or without `effect` of all. */
export interface TaintChange {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | undefined;
  readonly remove: boolean;
}

/** kubectl drain's flags. */
export interface DrainOptions {
  readonly force: boolean;
  readonly ignoreDaemonsets: boolean;
  readonly deleteEmptydirData: boolean;
  readonly disableEviction: boolean;
  /** 0 is for ever. */
  readonly timeoutUs: number;
  /** Seconds; less than 0 is the pod's own. */
  readonly gracePeriod: number;
  /** Empty for all pods. */
  readonly podSelector: string;
}

/** `namespace` is undefined for a kind without namespaces. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** A command of `kubectl argo rollouts`. `full` is of promote; `toRevision` of undo, 0 for the one before. */
export interface ArgoRolloutsCommand {
  readonly command: 'promote' | 'abort' | 'retry' | 'pause' | 'undo' | 'restart' | 'terminate';
  readonly full: boolean;
  readonly toRevision: number;
}

export type TimelineAction =
  | {
      readonly type: 'setImage';
      readonly object: ObjectName;
      readonly container: string;
      readonly image: string;
    }
  | { readonly type: 'scale'; readonly object: ObjectName; readonly replicas: number }
  /** A strategic merge patch. */
  | {
      readonly type: 'patch';
      readonly object: ObjectName;
      readonly patch: Readonly<Record<string, unknown>>;
      readonly subresource?: 'resize' | 'status';
    }
  | MarkAction
  | { readonly type: 'rolloutRestart'; readonly object: ObjectName }
  | { readonly type: 'rolloutPause' | 'rolloutResume'; readonly object: ObjectName }
  /** `revision` 0 is the last one, `timeoutUs` 0 no limit. */
  | {
      readonly type: 'rolloutStatus';
      readonly object: ObjectName;
      readonly revision: number;
      readonly timeoutUs: number;
    }
  /** `revision` 0 is all of them. */
  | { readonly type: 'rolloutHistory'; readonly object: ObjectName; readonly revision: number }
  /** `toRevision` 0 is the one before. */
  | { readonly type: 'rolloutUndo'; readonly object: ObjectName; readonly toRevision: number }
  | ({ readonly type: 'argoRollouts'; readonly object: ObjectName } & ArgoRolloutsCommand)
  | { readonly type: 'cordon' | 'uncordon'; readonly node: string }
  | { readonly type: 'drain'; readonly nodes: readonly string[]; readonly options: DrainOptions }
  | { readonly type: 'taint'; readonly node: string; readonly taints: readonly TaintChange[] }
  | ({ readonly type: 'delete'; readonly cascade: Cascade } & ObjectName)
  /** With a command the objects are created: what is there already is refused. */
  | {
      readonly type: 'apply';
      readonly objects: readonly ScenarioObject[];
      readonly command?: string;
      readonly serverSide?: ServerSideApply;
    }
  | { readonly type: 'staticPods'; readonly pods: readonly StaticPod[] }
  | { readonly type: 'snapshotSave'; readonly name: string }
  | { readonly type: 'snapshotRestore'; readonly name: string; readonly bumpRevision: number }
  | { readonly type: 'defragment' | 'alarmDisarm' }
  | { readonly type: 'fault'; readonly fault: FamilyUse; readonly label: string }
  | { readonly type: 'recover'; readonly label: string };

/** `kubectl apply --server-side`. */
export interface ServerSideApply {
  readonly manager: string;
  readonly force: boolean;
}

/** Labels or annotations of one object, or of those that a selector finds; null removes. */
export interface MarkAction {
  readonly type: 'label' | 'annotate';
  readonly objects: ObjectName | SelectedObjects;
  readonly values: Readonly<Record<string, string | null>>;
  readonly overwrite: boolean;
}

export interface SelectedObjects {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly selector: string;
  /** The oldest so many; Infinity for all. */
  readonly first: number;
}

/** What becomes of the dependents of an object that is deleted. */
export type Cascade = 'background' | 'foreground' | 'orphan';

export interface TimelineEntry {
  readonly atUs: number;
  /** In place of that time: the first time, or each time, that it becomes true from then on. */
  readonly when?: { readonly condition: Expectation; readonly again: boolean } | undefined;
  readonly action: TimelineAction;
  readonly place: Place;
}

/** A fault at random times: the first one `every` after `fromUs`, each next one `every` after the one before. */
export interface RandomFault {
  readonly fault: FamilyUse & { readonly label: string };
  readonly every: DistributionSpec;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly per?: 'node' | 'zone' | undefined;
  readonly place: Place;
}

/** A Kubernetes object with defaults filled in, as a manifest says it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export interface ScenarioObject {
  readonly object: KubernetesObject;
  /** As its author wrote it, without defaults; absent for something the loader added itself. */
  readonly manifest?: KubernetesObject;
  /** Where it was written; for something the loader added itself, without a file. */
  readonly place: Place;
  /** It is there when the run begins, as its manifest says, status and owners included; else it is applied then. */
  readonly found?: boolean;
}

/** Pods that come one after the other: `<name>-0`, `<name>-1`, … */
export interface PodStream {
  readonly name: string;
  readonly namespace: string;
  /** A pod for each template. */
  readonly pods: readonly ScenarioObject[];
  /** By pod, in the order of time: when it is created, its template, and how long after that it is deleted (-1: never). */
  readonly atUs: readonly number[];
  readonly template: readonly number[];
  readonly lifetimeUs: readonly number[];
}

/** A pod that kubelets run of a manifest of their own: on some nodes, on all nodes of some pools, or, where neither is said, on all. */
export interface StaticPod {
  readonly pod: ScenarioObject;
  readonly nodes: readonly string[] | undefined;
  readonly nodePools: readonly string[] | undefined;
  /** Its name has that of its node already, as in a dump. */
  readonly named: boolean;
  /** Its file is removed in the run. */
  readonly removed?: boolean;
}

/** One axis of a sweep: a path in the scenario or in an object, and the values that it takes. */
export interface SweepAxis {
  readonly path: string;
  /** What people call it, as in `where` of an expectation: `rate`, `web.maxSurge`. */
  readonly label: string;
  readonly values: readonly unknown[];
  /** Where each value was written: in the scenario, or `--vary …`. */
  readonly places: readonly Place[];
}

/** One of the variants that a bench compares: a name, and the fields that it sets. */
export interface Variant {
  readonly name: string;
  readonly set: readonly { readonly path: string; readonly value: unknown; readonly place: Place }[];
  readonly place: Place;
}

export interface Scenario {
  readonly name: string;
  readonly durationUs: number;
  /** Of a run that nobody has set an end to: for how long tables are laid out. */
  readonly plannedUs?: number;
  /** Of a run that people talk to: whether requests may come that no source sends. */
  readonly requestsByHand?: boolean;
  /** The summary's figures leave out what happened before. */
  readonly warmupUs: number;
  /** The width of a row of series.csv and services.csv. */
  readonly intervalUs: number;
  readonly seed: number;
  readonly seeds: number;
  /** What virtual time 0 is on the calendar, in seconds since 1970. */
  readonly startSeconds: number;
  readonly preset: 'default' | 'ideal';
  readonly cluster: ClusterSettings;
  /** Absent when nobody changes the number of nodes. */
  readonly nodeAutoscaler?: FamilyUse;
  /** Absent when nobody evicts pods for a better place. */
  readonly descheduler?: DeschedulerSettings;
  /** Absent when nobody looks at queues of Jobs. */
  readonly jobQueue?: FamilyUse;
  readonly controlPlane: ControlPlane;
  readonly scheduler: SchedulerSettings;
  /** Of Deployments that do not follow their own strategy. */
  readonly rollouts: readonly { readonly namespace: string; readonly name: string; readonly rollout: FamilyUse }[];
  readonly kubelet: Kubelet;
  /** Undefined when the input has nothing to do with storage. */
  readonly storage?: Storage | undefined;
  /** Undefined when the input has no autoscaler. */
  readonly autoscaling?: Autoscaling | undefined;
  readonly network: NetworkSpec;
  /** Absent where names cost nothing. */
  readonly dns?: DnsSpec;
  /** Absent where nothing is asked to be traced. */
  readonly tracing?: Tracing;
  /** Absent where each request opens a connection at no cost. */
  readonly connections?: ConnectionsSpec;
  readonly behaviors: readonly Behavior[];
  /** What an image does for which `behaviors` has no entry. */
  readonly defaultBehavior: Behavior;
  /** Systems outside the cluster; absent when there are none. */
  readonly external?: readonly ExternalSystem[];
  /** Absent when there are none. */
  readonly readinessGates?: readonly ReadinessGateSetting[];
  /** To how much of themselves figures of requests are to be known; absent where every request is simulated. */
  readonly trafficError?: number;
  readonly traffic: readonly TrafficSource[];
  /** Absent when there are none. */
  readonly messageQueues?: readonly MessageQueueSpec[];
  /** In the order of time; entries at one time in the order of the file. */
  readonly timeline: readonly TimelineEntry[];
  /** Absent when there are none. */
  readonly apiClients?: readonly ApiClientSpec[];
  readonly podArrivals?: readonly PodStream[];
  /** Absent when there are none. */
  readonly staticPods?: readonly StaticPod[];
  readonly faults: readonly RandomFault[];
  readonly sweep: readonly SweepAxis[];
  /** What `wavetank bench` compares; empty where the scenario says nothing. */
  readonly bench: readonly Variant[];
  readonly objectives: Objectives;
  /** What `wavetank chaos` does; absent where the scenario says nothing. */
  readonly chaos?: Chaos;
  readonly expect: readonly Expectation[];
}

/** Where a default value comes from: a published measurement, Kubernetes' own default, a recording, an assumption. */
export type Provenance = 'P' | 'K' | 'R' | 'A';

/** A field that the scenario left to its default, for run.json. */
export interface Assumption {
  readonly field: string;
  /** As a person would write it in the scenario. */
  readonly value: string;
  readonly mark: Provenance;
}

/** A valid field (or a whole kind) that does not influence the simulation. */
export interface Ignored {
  /** `Deployment/shop/web` */
  readonly object: string;
  readonly path: string;
  readonly place: Place;
}

/** A file that was read, by the name used in messages and by the path relative to the scenario's folder. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** What the command line changed; replaying a run needs it, and every cell of a sweep adds to `set`. */
export interface Overrides {
  readonly set: readonly string[];
  readonly seed?: number;
  readonly duration?: string;
  readonly nodes?: number;
  /** Requests are sampled, to this error. */
  readonly error?: string;
  /** So many requests are kept from end to end. */
  readonly traces?: number;
  readonly strict?: boolean;
  /** Custom objects without a definition are left out instead of refused. */
  readonly skipUnknown?: boolean;
  /** Figures that are measured beside those of the expectations, by the option that asks for each. */
  readonly measure?: readonly { readonly figure: string; readonly by: string }[];
  /** Axes given on the command line, `path=value,value`, instead of or beside those of the scenario. */
  readonly vary?: readonly string[];
  /** Variants given on the command line, as in `spec.bench`, instead of those of the scenario. */
  readonly bench?: readonly unknown[];
  /** Fields of `spec.chaos` given on the command line, instead of those of the scenario. */
  readonly chaos?: Readonly<Record<string, unknown>>;
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** Every object of the input but Nodes, in the order of the files, with the Namespaces they need before them. */
  readonly objects: readonly ScenarioObject[];
  /** Node objects of the input: they are part of the cluster beside the node pools. */
  readonly nodes: readonly ScenarioObject[];
  readonly assumptions: readonly Assumption[];
  readonly ignored: readonly Ignored[];
  /** What must be known before figures are read: objects that were left out, objects and fields that are not simulated. */
  readonly caveats: readonly string[];
  /** What is read otherwise than it may have been meant, such as a key twice in a manifest. */
  readonly warnings: readonly Problem[];
  /** Things worth noting that are not errors: one sentence each. */
  readonly notes: readonly string[];
  /** SHA-256 in hex over the content that decides what happens, whatever the layout, comments and order of keys. */
  readonly hash: string;
  /** Every text that was read: the inputs first, then what they name. Enough to load the scenario again. */
  readonly inputs: readonly SourceText[];
  readonly files: readonly SourceText[];
  readonly overrides: Overrides;
}

/** One simulation to run. */
export interface Job {
  /** `seed-1`, `cell-3f2a91c0/seed-1` in a sweep, `variant-Tetris/seed-1` in a bench, `zone-a-at-3m/seed-1` in chaos: a folder below the scenario's results. */
  readonly id: string;
  readonly seed: number;
  /** The cell of the sweep: one value for each axis; empty without a sweep. */
  readonly axes: readonly { readonly path: string; readonly label: string; readonly value: unknown }[];
  /** What the cell changes in the scenario, as `--set` takes it. */
  readonly set: readonly string[];
  /** The scenario with the cell's values set. Jobs of one cell share it. */
  readonly loaded: LoadedScenario;
}
