// Who sends requests, what a pod does with them, and which calls they make. Times in integer microseconds.
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { RequestTraits } from '../request-traits.ts';
import type { CacheSpec } from './cache.ts';
import type { CallerConnections, MessageSizes, ServerConnections } from './connections.ts';
import type { DatabaseSpec } from './database.ts';
import type { FamilyUse } from './family-use.ts';
import type { GatewaySpec } from './gateway.ts';
import type { MeshSpec } from './mesh.ts';
import type { KeysSpec, RequestClass } from './request-classes.ts';
import type { PublishSpec } from './message-queues.ts';
import type { UsersSpec } from './users.ts';

/** Exponential back-off: the n-th retry waits `backoffUs`·2^(n-1), times a factor drawn from 1 ± `jitter`. Any failure is retried. */
export interface Retries {
  /** Attempts after the first one; 0 is none. */
  readonly max: number;
  readonly backoffUs: number;
  readonly jitter: number;
}

/** Who of those that wait in a pod is next; a preemptive one does not wait where it may interrupt a less important one. */
export const orderNames = ['firstComeFirstServed', 'lastComeFirstServed', 'priority', 'preemptivePriority'] as const;
export type OrderName = (typeof orderNames)[number];

/** How work is put on processors: each request has one to itself, or all of a pod's in service share those of the pod. */
export const computeNames = ['dedicated', 'podShared', 'nodeShared'] as const;
export type ComputeName = (typeof computeNames)[number];

/** Whether a worker is held while a request waits, or one event loop works on all requests in turn. */
export const concurrencyModels = ['threads', 'eventLoop'] as const;
export type ConcurrencyModel = (typeof concurrencyModels)[number];

/** The work of a request, and what it waits for beside it: `turns` times a part of the work, then of the wait. */
export interface ServiceTime {
  readonly service: DistributionSpec;
  readonly wait: { readonly length: DistributionSpec; readonly turns: number } | undefined;
}

/** The most threads that collect garbage in one process. */
export const MOST_GC_THREADS = 64;

/** Collections of garbage: so long after the last one all bursts rest until some threads have done their work. */
export interface GarbageCollection {
  readonly every: DistributionSpec;
  readonly work: DistributionSpec;
  readonly threads: number;
}

/** A Service, and one of its ports by name or number; without one it is the first. */
interface Destination<Namespace> {
  readonly namespace: Namespace;
  readonly name: string;
  readonly port?: string | undefined;
}

/** Calls to another Service made by each request while it is served. It fails when one of them fails after its retries. */
export interface CallSpec {
  /** Without a namespace: in that of the calling pod, as cluster DNS resolves a short name. */
  readonly service: Destination<string | undefined>;
  readonly count: number;
  /** The chance that a request makes these calls at all, 0 to 1. */
  readonly probability: number;
  /**
   * False: its calls go out one after the other, after everything before it in the list.
   * True: all of its calls go out at once, together with those of its parallel neighbours in the list.
   */
  readonly parallel: boolean;
  /** Of each attempt; 0 is none. */
  readonly timeoutUs: number;
  readonly retries: Retries;
  /** More important calls have larger numbers. Only pods that serve by priority look at it. */
  readonly priority: number;
  /** Members of the family of policies, the first one outermost. */
  readonly policies: readonly FamilyUse[];
  /** What each of them is about; without it the same as the request for which it is made. */
  readonly keys?: KeysSpec | undefined;
  /** What is there already is not called for. */
  readonly cache?: CacheSpec | undefined;
  /** Made for requests of these classes only. */
  readonly classes?: readonly string[] | undefined;
  /** Without: as all callers do. */
  readonly connections?: CallerConnections | undefined;
  /** They change data: databases take them at their primary only. */
  readonly write?: boolean;
}

/** What callers of a Service do, beside what each call says. */
export interface RoutePolicies {
  readonly namespace: string;
  readonly name: string;
  readonly policies: readonly FamilyUse[];
}

/** What an image does with requests. */
export interface BehaviorSpec {
  /** `shop/web:v1`, or `shop/web` for every tag without an entry of its own, or `*` for every image without one. */
  readonly image: string;
  readonly requests: {
    /** The work of one request in this container, without the calls that it makes. */
    readonly service: DistributionSpec;
    /** Requests served at a time by one container. */
    readonly concurrency: number;
    /** Requests that wait for a slot; one more is rejected (503). */
    readonly queue: number;
    readonly order: OrderName;
    readonly compute: ComputeName;
    /** With `podShared`: how many processors those in service share, each of them one at most. */
    readonly processors: number;
    /** CPU time that a request takes; undefined: its whole service time. */
    readonly cpuUs: number | undefined;
    /** The chance that a served request ends in an error, 0 to 1. */
    readonly errorRate: number;
    readonly wait?: ServiceTime['wait'];
    /** Without: threads. */
    readonly model?: ConcurrencyModel | undefined;
    /** Without: so small that they do not matter. */
    readonly size?: MessageSizes | undefined;
  };
  /** Of a process that has just started: its work takes `factor` times as long, falling evenly to 1. */
  readonly warmup?: { readonly forUs: number; readonly factor: number } | undefined;
  readonly gc?: GarbageCollection | undefined;
  /** It is a proxy that routes requests, instead of an end of them. */
  readonly gateway?: GatewaySpec | undefined;
  /** It is a proxy of a service mesh. */
  readonly mesh?: MeshSpec | undefined;
  /** Its processes keep data. */
  readonly database?: DatabaseSpec | undefined;
  readonly calls: readonly CallSpec[];
  /** Messages that each request publishes once it is answered. */
  readonly publishes?: readonly PublishSpec[] | undefined;
  /** Members of the family of policies that look after a server. */
  readonly policies: readonly FamilyUse[];
  /** Without: as all servers do. */
  readonly connections?: ServerConnections | undefined;
}

/** Where the requests of a source go: those of all its classes, where it has any. */
export function targetsOf({ to, classes = [] }: Pick<SourceSpec, 'to' | 'classes'>): readonly Destination<string>[] {
  return classes.length === 0 ? [to] : classes.map((one) => one.to);
}

/** Requests from outside the cluster to a Service. */
export interface SourceSpec {
  readonly name: string;
  readonly to: Destination<string>;
  /** A member of the family of arrival processes; undefined where so many users are there at a time. */
  readonly arrivals?: FamilyUse | undefined;
  /** Who send the requests; without it nobody waits for an answer before the next one. */
  readonly users?: UsersSpec | undefined;
  /** Kinds of its requests; without any all are alike. */
  readonly classes?: readonly RequestClass[] | undefined;
  /** What its requests are about. */
  readonly keys?: KeysSpec | undefined;
  /** Of each attempt; 0 is none. */
  readonly timeoutUs: number;
  readonly retries: Retries;
  readonly priority: number;
  readonly policies: readonly FamilyUse[];
  /** How many client addresses the requests come from: what session affinity goes by. Each user has one of them. */
  readonly clients: number;
  /** What routes may look at. */
  readonly request: RequestTraits;
  /** Without: as all callers do. */
  readonly connections?: CallerConnections | undefined;
  /** They change data, but for those of a class that says otherwise. */
  readonly write?: boolean;
  /** How fast a client sends and takes messages; undefined: as fast as they come. */
  readonly bytesPerSecond?: number | undefined;
  /** They go by `kubectl port-forward`. */
  readonly portForward: boolean;
  readonly startUs: number;
  /** At most the scenario's duration. */
  readonly stopUs: number;
}
