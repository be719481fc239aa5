// PUT of a node's status: its condition Ready, and those of pressure.
import { Change } from '../../model/change-log.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';
import type { NodeRow } from '../../model/rows.ts';

/** `ready` is one of `NodeReady`, `message` says why not; `pressure` has bits of `NodePressure`, -1 stays as it is. */
export function updateNodeStatus(
  requests: RequestArena,
  node: NodeRow,
  ready: number,
  pressure = -1,
  message = '',
): number {
  const request = requests.allocate(Verb.UpdateNodeStatus, node);
  requests.a[request] = ready;
  requests.b[request] = pressure;
  if (message !== '') requests.body[request] = { message };
  return request;
}

export function commitUpdateNodeStatus({ requests, state, changes }: Commit, request: number): number {
  const { nodes } = state;
  const node = requests.target[request] as NodeRow;
  if (nodes.alive[node] === 0) return Refused.NotFound;
  const ready = requests.a[request];
  if (nodes.ready[node] !== ready) nodes.readyAt[node] = requests.madeAt[request];
  nodes.ready[node] = ready;
  const told: { readonly message?: string } | undefined = requests.body[request];
  if (told?.message !== undefined) nodes.messages.set(node, told.message);
  else if (nodes.messages.size > 0) nodes.messages.delete(node);
  if (requests.b[request] >= 0) nodes.pressure[node] = requests.b[request];
  changes.nodeChanged(node, Change.Status);
  return node;
}
