// How many endpoints each zone should have, by its share of the CPU of the nodes that take part (topologycache.go).

/** A zone may have this much more load on each endpoint than the mean. */
const OVERLOAD = 0.2;

export interface ZonedNode {
  /** -1 where the node's label names none. */
  readonly zone: number;
  readonly cpuMilli: number;
  readonly ready: boolean;
  readonly controlPlane: boolean;
}

/** Zone → its share of the CPU. Undefined where that says nothing: a node without zone or CPU, or fewer than two zones. */
export function zoneShares(nodes: Iterable<ZonedNode>): ReadonlyMap<number, number> | undefined {
  const cpus = new Map<number, number>();
  let total = 0;
  for (const { zone, cpuMilli, ready, controlPlane } of nodes) {
    if (controlPlane || !ready) continue;
    if (zone < 0 || cpuMilli === 0) return undefined;
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpuMilli);
    total += cpuMilli;
  }
  return cpus.size < 2 ? undefined : new Map([...cpus].map(([zone, cpu]) => [zone, cpu / total]));
}

export interface Allocation {
  readonly most: number;
  readonly desired: number;
}

/** By zone; or the sentence that says why not. */
export function allocate(
  shares: ReadonlyMap<number, number> | undefined,
  endpoints: number,
): ReadonlyMap<number, Allocation> | string {
  if (shares === undefined) {
    return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';
  }
  const counts = `(${endpoints} endpoints, ${shares.size} zones)`;
  if (shares.size > endpoints) return `Insufficient number of endpoints ${counts}`;
  const least = new Map([...shares].map(([zone, share]) => [zone, leastOf(share * endpoints)]));
  const spare = endpoints - [...least.values()].reduce((sum, one) => sum + one, 0);
  if (spare < 0) {
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`;
  }
  return new Map(
    [...shares].map(([zone, share]) => {
      const minimum = least.get(zone) ?? 0;
      return [zone, { most: minimum + spare, desired: Math.max(share * endpoints, minimum) }];
    }),
  );
}

function leastOf(desired: number): number {
  return Math.ceil(desired * (1 / (1 + OVERLOAD)));
}

/** Whether a zone has too few of the endpoints by now, for the shares that the zones have come to. */
export function overloaded(
  byZone: ReadonlyMap<number, number>,
  shares: ReadonlyMap<number, number> | undefined,
): boolean {
  if (byZone.size === 0) return false;
  if (shares === undefined) return true;
  const total = [...byZone.values()].reduce((sum, one) => sum + one, 0);
  return [...shares].some(([zone, share]) => (byZone.get(zone) ?? -1) < leastOf(total * share));
}
