// Clients of the API server that a scenario adds: who they are, what they ask for, and how often.
import type { KubeObject } from '../object-store.ts';
import type { ClientLimits } from './control-plane.ts';

/** Names an object, or with an empty name all of a kind. */
export interface ApiTarget {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export type ApiCall =
  | { readonly verb: 'get' | 'delete'; readonly target: ApiTarget }
  | { readonly verb: 'list'; readonly target: ApiTarget; readonly labelSelector?: string }
  | { readonly verb: 'create'; readonly object: KubeObject; readonly dryRun: boolean }
  | { readonly verb: 'patch'; readonly target: ApiTarget; readonly patch: object };

export interface ApiClientSpec {
  readonly name: string;
  readonly user: string;
  readonly groups: readonly string[];
  /** Requests at a time, each sent when the one before is answered (for each pod, where pods are the clients); 0: at a rate. */
  readonly workers: number;
  /** Requests a second, whatever becomes of them; 0: by workers. */
  readonly ratePerSecond: number;
  readonly limits: ClientLimits;
  /** How often a request is sent again after 429. */
  readonly retries: number;
  /** What a worker waits after an answer 429 that it does not repeat. */
  readonly pauseUs: number;
  readonly fromUs: number;
  /** Infinity: to the end. */
  readonly untilUs: number;
  /** Sent in turn. */
  readonly requests: readonly ApiCall[];
  /** Ready pods with these labels are the clients, each by itself; absent: one process outside. */
  readonly pods?: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
}
