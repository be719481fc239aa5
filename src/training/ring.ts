// The ring all-reduce: how long n members take to sum up what each of them has.
import type { NodeRow } from '../model/rows.ts';
import type { AllReduceSpec } from '../model/settings/training.ts';

/** What the ring knows of the cluster. */
export interface RingPlaces {
  readonly zoneOf: (node: NodeRow) => number;
  /** The latency from node to node, µs; -1: cut off. */
  readonly latencyUs: (from: NodeRow, to: NodeRow) => number;
}

/** Members of a node, and nodes of a zone, are neighbours: so a ring leaves each of them once. */
export function ringOrder(nodes: readonly NodeRow[], { zoneOf }: RingPlaces): NodeRow[] {
  return [...nodes].sort((a, b) => zoneOf(a) - zoneOf(b) || a - b);
}

/**
 * µs for a ring in that order; -1 when two neighbours are cut off from each other. In each of 2(n − 1) rounds every member sends an n-th to the next
 * one (Patarasuk and Yuan, 2009), so that the slowest link sets the pace.
 */
export function ringUs(ring: readonly NodeRow[], spec: AllReduceSpec, places: RingPlaces): number {
  const count = ring.length;
  if (count < 2) return 0;
  const bytes = spec.bytes / count;
  let slowestUs = 0;
  for (const [at, from] of ring.entries()) {
    const to = ring[(at + 1) % count];
    const latencyUs = places.latencyUs(from, to);
    if (latencyUs < 0) return -1;
    slowestUs = Math.max(slowestUs, latencyUs + (bytes * 1e6) / rateOf(from, to, spec, places));
  }
  return 2 * (count - 1) * slowestUs;
}

function rateOf(from: NodeRow, to: NodeRow, spec: AllReduceSpec, { zoneOf }: RingPlaces): number {
  if (from === to) return spec.sameNode;
  return zoneOf(from) === zoneOf(to) ? spec.sameZone : spec.otherZone;
}
