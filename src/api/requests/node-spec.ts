// PATCH of a node's spec: taints and spec.unschedulable.
import { Change } from '../../model/change-log.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';
import type { NodeRow } from '../../model/rows.ts';

export interface NodeSpecPatch {
  readonly node: NodeRow;
  /** The resource version that the client read: another one by now is a conflict. */
  readonly version?: number;
  /** An interned set. */
  readonly taints?: number;
  readonly unschedulable?: boolean;
}

export function updateNodeSpec(requests: RequestArena, patch: NodeSpecPatch): number {
  const request = requests.allocate(Verb.UpdateNodeSpec, patch.node);
  requests.expected[request] = patch.version ?? 0;
  requests.a[request] = patch.taints ?? -1;
  requests.b[request] = patch.unschedulable === undefined ? -1 : Number(patch.unschedulable);
  return request;
}

export function commitUpdateNodeSpec({ requests, state, changes }: Commit, request: number): number {
  const { nodes } = state;
  const node = requests.target[request] as NodeRow;
  if (nodes.alive[node] === 0) return Refused.NotFound;
  const expected = requests.expected[request];
  if (expected !== 0 && expected !== nodes.version[node]) return Refused.Conflict;
  const taints = requests.a[request];
  const unschedulable = requests.b[request];
  if (taints >= 0) nodes.taints[node] = taints;
  if (unschedulable >= 0) nodes.unschedulable[node] = unschedulable;
  changes.nodeChanged(node, Change.Spec);
  return node;
}
