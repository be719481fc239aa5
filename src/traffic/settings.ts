// The settings of the traffic part: what images do with requests, and who sends requests from outside.
import type { ConnectionsSpec } from '../model/settings/connections.ts';
import type { DnsSpec } from '../model/settings/dns.ts';
import type { SamplingSettings } from './sampled/sampling-parts.ts';
import type { Tracing } from '../model/settings/tracing.ts';
import type { NodeRow } from '../model/rows.ts';
import type { MessageQueueSpec } from '../model/settings/message-queues.ts';
import type { BehaviorSpec, RoutePolicies, SourceSpec } from '../model/settings/traffic.ts';

/** Requests that are simulated until figures are known to an error. */
export interface SampledSettings extends SamplingSettings {
  /** While nothing is simulated, CPU use is drawn anew so often. */
  readonly beatUs: number;
  /** How connections to a Service are led: its balancer and its rules. */
  readonly leads: (namespace: string, service: string) => string;
  /** Whether it matters to connections from outside in which zones its endpoints are. */
  readonly looksAtZones: (namespace: string, service: string) => boolean;
}

export interface TrafficSettings {
  readonly behaviors: readonly BehaviorSpec[];
  /** What an image does for which `behaviors` has no entry. */
  readonly defaultBehavior: BehaviorSpec;
  readonly traffic: readonly SourceSpec[];
  /** Of everybody who calls a Service. */
  readonly routePolicies: readonly RoutePolicies[];
  /** What a caller without a timeout waits for a destination that is silent. */
  readonly timeoutWithoutLimitUs: number;
  /** Whether a request holds memory while a pod holds it: the process hears of each one. */
  readonly requestsHoldMemory: boolean;
  /** Whether routes may send copies of requests. */
  readonly mirrors?: boolean;
  /** Whether requests may come that no source sends. */
  readonly requestsByHand?: boolean | undefined;
  /** Absent where every request is simulated. */
  readonly sampled?: SampledSettings | undefined;
  /** The date and time at which the run begins, seconds since 1970. */
  readonly startSeconds?: number;
  /** How names are looked up; absent where they are known. */
  readonly dns?: DnsSpec | undefined;
  /** What is traced of calls; absent where nobody looks. */
  readonly tracing?: Tracing | undefined;
  /** Whether a machine is that of a system outside; absent: none is. */
  readonly isOutside?: (node: NodeRow) => boolean;
  /** How connections are kept; absent where each request opens one at no cost. */
  readonly connections?: ConnectionsSpec | undefined;
  /** Queues of a broker; absent where there are none. */
  readonly messageQueues?: readonly MessageQueueSpec[] | undefined;
}
