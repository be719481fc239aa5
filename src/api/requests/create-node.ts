// POST of a node: its machine's kubelet has registered.
import type { Taint } from 'kubernetes-types/core/v1.js';
import { Change } from '../../model/change-log.ts';
import { type NodeSpec, NodeReady } from '../../model/nodes.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';

/** TaintNodesByCondition: nothing is scheduled there before the node has been Ready. */
const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

export function createNode(requests: RequestArena, spec: NodeSpec): number {
  const request = requests.allocate(Verb.CreateNode, -1);
  requests.body[request] = spec;
  return request;
}

export function commitCreateNode({ requests, state, changes, clock }: Commit, request: number): number {
  const { nodes } = state;
  const spec = requests.body[request] as NodeSpec;
  if (state.findNode(spec.name) >= 0) return Refused.AlreadyExists;
  const taints = [...spec.taints.filter(({ key }) => key !== NOT_READY.key), NOT_READY];
  const node = state.addNode({ ...spec, taints }, clock.now);
  nodes.ready[node] = NodeReady.False;
  changes.nodeChanged(node, Change.Created);
  return node;
}
