// The rolling update of a DaemonSet: how each node stands, and which nodes go on now.
import type { NodeRow } from '../../model/rows.ts';
import type { UpdateLimits } from '../kit/daemon-set-objects.ts';
import { Fit } from './eligible-nodes.ts';
import type { DaemonPod } from './node-plan.ts';

/** How a node stands in the update. */
export const Standing = {
  /** There is nothing to do; an available pod of the new revision, or (surging) whatever the other steps see to. */
  Settled: 0,
  /** Not surging: it counts as unavailable. Surging: it has its new pod beside the old one, or too many, and counts as surge. */
  Underway: 1,
  /** Its old pod is not available, so it is replaced at once. */
  Broken: 2,
  /** Its old pod is available: replaced as the limits allow. */
  Candidate: 3,
  /** Surging: the new pod is available, or the old one of a node that is no longer meant is not: the old one goes. */
  Done: 4,
  /** Surging: no longer meant, with an available old pod: it goes when there are more available pods than nodes. */
  NotMeant: 5,
  /** Surging: with an old pod, but the node itself is gone; nothing goes on until the pod is collected. */
  Lost: 6,
} as const;
export const STANDINGS = 7;

/** The one new and the one old pod of a node, those being deleted left out; undefined when there are more. */
function pair(pods: readonly DaemonPod[]): { newPod?: DaemonPod; oldPod?: DaemonPod } | undefined {
  const found: { newPod?: DaemonPod; oldPod?: DaemonPod } = {};
  for (const one of pods) {
    if (one.deleting) continue;
    const which = one.isNew ? 'newPod' : 'oldPod';
    if (found[which] !== undefined) return undefined;
    found[which] = one;
  }
  return found;
}

/** Of a node that has pods or should have one; `fit` is undefined for one that is gone. */
export function standing(pods: readonly DaemonPod[], fit: number | undefined, surges: boolean): number {
  const found = pair(pods);
  if (found === undefined) return Standing.Underway;
  const { newPod, oldPod } = found;
  if (surges) return surgeStanding(newPod, oldPod, fit);
  if ((newPod === undefined) === (oldPod === undefined)) return Standing.Underway;
  if (newPod !== undefined) return newPod.available ? Standing.Settled : Standing.Underway;
  return oldPod?.available === true ? Standing.Candidate : Standing.Broken;
}

function surgeStanding(newPod: DaemonPod | undefined, oldPod: DaemonPod | undefined, fit: number | undefined): number {
  if (oldPod === undefined) return Standing.Settled;
  if (newPod !== undefined) return newPod.available ? Standing.Done : Standing.Underway;
  if (fit === undefined) return Standing.Lost;
  const isMeant = (fit & Fit.Run) !== 0;
  if (oldPod.available) return isMeant ? Standing.Candidate : Standing.NotMeant;
  return isMeant ? Standing.Broken : Standing.Done;
}

/** Whether a node counts as available while surging: its old pod speaks for it. */
export function isServed(pods: readonly DaemonPod[]): boolean {
  const { newPod, oldPod } = pair(pods) ?? {};
  return (oldPod ?? newPod)?.available === true;
}

/** Nodes by how they stand. */
export interface Standings {
  count(standing: number): number;
  /** In the order in which they are taken. */
  nodes(standing: number): Iterable<NodeRow>;
  /** Nodes that are served, and nodes that should be. */
  readonly served: number;
  readonly desired: number;
}

export interface UpdateStep {
  /** Nodes whose old pod goes. */
  readonly deletes: readonly NodeRow[];
  /** Nodes that get a new pod beside the old one. */
  readonly creates: readonly NodeRow[];
}

/** What the update does next; undefined while it cannot, because a node is lost. */
export function updateStep(nodes: Standings, { surge, unavailable }: UpdateLimits): UpdateStep | undefined {
  if (surge === 0) {
    const already = nodes.count(Standing.Underway) + nodes.count(Standing.Broken);
    const chosen = first(nodes.nodes(Standing.Candidate), unavailable - already);
    return { deletes: [...nodes.nodes(Standing.Broken), ...chosen], creates: [] };
  }
  if (nodes.count(Standing.Lost) > 0) return undefined;
  const spare = first(nodes.nodes(Standing.NotMeant), nodes.served - nodes.desired);
  const chosen = first(nodes.nodes(Standing.Candidate), surge - nodes.count(Standing.Underway));
  return {
    deletes: [...nodes.nodes(Standing.Done), ...spare],
    creates: [...nodes.nodes(Standing.Broken), ...chosen],
  };
}

function first(nodes: Iterable<NodeRow>, most: number): NodeRow[] {
  const taken: NodeRow[] = [];
  if (most <= 0) return taken;
  for (const node of nodes) {
    taken.push(node);
    if (taken.length === most) break;
  }
  return taken;
}
