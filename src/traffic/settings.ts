// What the traffic part is told: what images do with requests, and who sends requests from outside. Times in microseconds.
import type { DistributionSpec } from '../lib/distribution.ts';

/** Exponential back-off: the n-th retry waits `backoffUs`·2^(n-1), times a factor drawn from 1 ± `jitter`. Any failure is retried. */
export interface Retries {
  /** Attempts after the first one; 0 is none. */
  readonly max: number;
  readonly backoffUs: number;
  readonly jitter: number;
}

/** Who of those that wait in a pod is next; `fifo` is the default. */
export type DisciplineName = 'fifo' | 'lifo' | 'priority' | 'preemptivePriority' | 'processorSharing';

/** Calls to another Service made by each request while it is served. It fails when one of them fails after its retries. */
export interface CallSpec {
  /** Without a namespace: in that of the calling pod. */
  readonly service: { readonly namespace: string | undefined; readonly name: string };
  readonly count: number;
  /** The chance that a request makes these calls at all, 0 to 1. */
  readonly probability: number;
  /** True: all at once, together with its parallel neighbours in the list. False: one after the other. */
  readonly parallel: boolean;
  /** Of each attempt; 0 is none. */
  readonly timeoutUs: number;
  readonly retries: Retries;
  /** More important calls have larger numbers. Only pods that serve by priority look at it. */
  readonly priority: number;
}

/** What an image does when it runs. */
export interface BehaviorSpec {
  /** `shop/web:v1`, or `shop/web` for every tag without an entry of its own, or `*` for every image without one. */
  readonly image: string;
  readonly requests: {
    /** The work of one request, without its calls. */
    readonly service: DistributionSpec;
    /** Requests served at a time. */
    readonly concurrency: number;
    /** Requests that wait; one more is turned away (503). */
    readonly queue: number;
    readonly discipline: DisciplineName;
    /** With `processorSharing`: how many processors those in service share, each of them one at most. */
    readonly processors: number;
    /** CPU time of a request; undefined: its whole service time. */
    readonly cpuUs: number | undefined;
    /** The chance that a served request ends in an error, 0 to 1. */
    readonly errorRate: number;
  };
  readonly calls: readonly CallSpec[];
}

/** Requests from outside the cluster to a Service. */
export interface SourceSpec {
  readonly name: string;
  readonly to: { readonly namespace: string; readonly name: string };
  /** A member of the family of arrivals with its arguments as written. */
  readonly arrivals: { readonly name: string; readonly args: unknown };
  /** Of each attempt; 0 is none. */
  readonly timeoutUs: number;
  readonly retries: Retries;
  readonly priority: number;
  readonly startUs: number;
  readonly stopUs: number;
}

export interface TrafficSettings {
  readonly behaviors: readonly BehaviorSpec[];
  /** What an image does for which `behaviors` has no entry. */
  readonly defaultBehavior: BehaviorSpec;
  readonly traffic: readonly SourceSpec[];
  /** What a caller without a timeout waits for a destination that is silent. */
  readonly timeoutWithoutLimitUs: number;
}
