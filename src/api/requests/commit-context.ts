// What the commit of a request works on: the request, the committed state, and the listener.
import type { LimitRanger } from '../admission-plugins/limit-ranger.ts';
import type { Quotas } from '../admission-plugins/quotas.ts';
import type { FieldManagers } from '../field-managers.ts';
import { Refused } from '../refused.ts';
import type { Refusals } from '../refusals.ts';
import type { ClusterState } from '../../model/state.ts';
import type { ServicePool } from '../../model/objects/create/service.ts';
import type { FeatureGates } from '../../model/objects/feature-gates.ts';
import type { RequestArena } from './arena.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

/** The listener for committed changes. `what` has bits of `Change`. */
export interface ChangeSink {
  podChanged(pod: PodRow, what: number): void;
  nodeChanged(node: NodeRow, what: number): void;
  objectChanged(row: ObjectRow, what: number): void;
  /** By the id of the slice; before one that is removed is gone. */
  sliceChanged(id: number, what: number): void;
}

export interface Commit {
  readonly requests: RequestArena;
  readonly state: ClusterState;
  readonly changes: ChangeSink;
  readonly clock: { readonly now: number };
  readonly limitRanger: LimitRanger;
  readonly quotas: Quotas;
  readonly refusals: Refusals;
  readonly managers: FieldManagers;
  readonly gates: FeatureGates | undefined;
  /** Where Services get addresses and ports that their manifests do not name; undefined where these have them already. */
  services?: ServicePool;
  /** Jobs with the label of a queue begin suspended. */
  queuesJobs?: boolean;
}

/** Whether the row still has the pod that the client means. */
export function hasPod(state: ClusterState, pod: PodRow, epoch: number): boolean {
  return state.pods.alive[pod] === 1 && state.pods.epoch[pod] === epoch;
}

/** NamespaceLifecycle: why nothing new comes into a namespace; 0 for one that is open. */
export function namespaceProblem({ closedNamespaces }: ClusterState, namespace: string | undefined): number {
  if (closedNamespaces.size === 0 || namespace === undefined) return 0;
  const why = closedNamespaces.why(namespace);
  return why === undefined ? 0 : why === 'gone' ? Refused.NotFound : Refused.Terminating;
}
