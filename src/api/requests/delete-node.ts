// DELETE of a node. Pods that are bound to it stay: PodGC looks after them.
import { Change } from '../../model/change-log.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';

export function deleteNode(requests: RequestArena, node: number): number {
  return requests.allocate(Verb.DeleteNode, node);
}

export function commitDeleteNode({ requests, state, changes, clock }: Commit, request: number): number {
  const node = requests.target[request];
  if (state.nodes.alive[node] === 0) return Refused.NotFound;
  state.nodes.remove(node, clock.now);
  changes.nodeChanged(node, Change.Removed);
  return node;
}
