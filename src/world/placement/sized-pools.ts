// What `wavetank plan` sizes: node pools, and Node objects that are alike, each with any number of nodes.
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { nodeSorts, withNodes, zoneOf } from './node-sorts.ts';

export interface SizedPool {
  readonly name: string;
  readonly now: number;
  readonly zones: readonly string[];
  /** Per node and hour; 0 without a price. */
  readonly hourlyCost: number;
  /** Within which a node autoscaler would keep it. */
  readonly limits?: { readonly min: number; readonly max: number };
  /** The scenario with so many nodes of the pool, but without those that are in the zone `lost`. */
  with(count: number, lost?: string): LoadedScenario;
}

export function sizedPools(loaded: LoadedScenario): SizedPool[] {
  const { scenario } = loaded;
  const { cluster } = scenario;
  const pools = cluster.nodePools.map((pool): SizedPool => {
    const { name, count: now, zones, hourlyCost, autoscaling } = pool;
    return {
      name,
      now,
      zones,
      hourlyCost,
      ...(autoscaling === undefined ? {} : { limits: { min: autoscaling.min, max: autoscaling.max } }),
      with(count, lost) {
        const inZone = lost === undefined ? 0 : Math.ceil((count - zones.indexOf(lost)) / zones.length);
        const changed = { ...pool, count: count - inZone, zones: zones.filter((zone) => zone !== lost) };
        const nodePools = cluster.nodePools.map((one) => (one === pool ? changed : one));
        return { ...loaded, scenario: { ...scenario, cluster: { ...cluster, nodePools } } };
      },
    };
  });
  const sorts = nodeSorts(loaded.nodes).map((sort): SizedPool => {
    const zones = [...new Set(sort.nodes.flatMap((node) => zoneOf(node) ?? []))].sort();
    const prices = sort.nodes.map(({ object }) => Number(object.metadata.annotations?.['wavetank/hourly-cost'] ?? 0));
    return {
      name: sort.name,
      now: sort.nodes.length,
      zones,
      hourlyCost: Math.max(0, ...prices.filter(Number.isFinite)),
      with: (count, lost) => withNodes(loaded, sort, count, lost),
    };
  });
  return [...pools, ...sorts];
}
