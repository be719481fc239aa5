// What all nodes add up to now.
import { NodeReady, type NodeTable } from '../model/nodes.ts';
import type { NodeRow } from '../model/rows.ts';

export function readyNodes(nodes: NodeTable): number {
  let ready = 0;
  for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
    if (nodes.alive[node] === 1 && nodes.ready[node] === NodeReady.True) ready += 1;
  }
  return ready;
}

/** Nodes with pods. */
export function usedNodes(nodes: NodeTable, pods: ArrayLike<number>): number {
  let used = 0;
  for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
    if (nodes.alive[node] === 1 && (pods[node] ?? 0) > 0) used += 1;
  }
  return used;
}

/** What pods request of what nodes have to give, both by node; null without nodes. */
export function requestedShare(
  nodes: NodeTable,
  requested: Float64Array,
  allocatable: ArrayLike<number>,
): number | null {
  let sum = 0;
  let of = 0;
  for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
    if (nodes.alive[node] === 0) continue;
    sum += requested[node] ?? 0;
    of += allocatable[node];
  }
  return of === 0 ? null : sum / of;
}
