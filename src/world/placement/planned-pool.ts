// How many nodes of one pool it takes, the others as they are; also when any one zone is lost.
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { Families } from '../families.ts';
import type { PendingPods } from '../pending.ts';
import { type Fewest, fewestNodes, leftPending } from './plan.ts';
import type { SizedPool } from './sized-pools.ts';

export interface PlannedPool extends Fewest {
  readonly pool: string;
  readonly now: number;
  readonly zones: readonly string[];
  /** With a zone less: the fewest with which any one may be lost. */
  readonly spareZone?: Fewest;
  /** Within which the node autoscaler would keep it. */
  readonly limits?: { readonly min: number; readonly max: number };
  /** Per hour, of what is needed; 0 where the pool has no price. */
  readonly hourlyCost: number;
}

/** No more than `most` nodes are tried; `alone`: the cluster has no other pool, and needs a node. */
export function planPool(
  pool: SizedPool,
  alone: boolean,
  spareZone: boolean,
  most: number,
  families: Families,
): PlannedPool {
  const leaves = (loaded: LoadedScenario): readonly PendingPods[] => {
    const { seed } = loaded.scenario;
    return leftPending({ id: `seed-${seed}`, seed, axes: [], set: [], loaded }, families);
  };
  const { name, now, zones, limits } = pool;
  const fewest = fewestNodes((count) => leaves(pool.with(count)), now, alone ? 1 : 0, most);
  const spared =
    spareZone && zones.length > 1 && fewest.nodes !== undefined
      ? fewestNodes(
          (count) => firstLeft(zones, (lost) => leaves(pool.with(count, lost))),
          Math.max(zones.length, fewest.nodes),
          zones.length,
          most,
        )
      : undefined;
  const needed = (spareZone ? spared?.nodes : fewest.nodes) ?? 0;
  return {
    pool: name,
    now,
    zones,
    ...fewest,
    ...(spared === undefined ? {} : { spareZone: spared }),
    ...(limits === undefined ? {} : { limits }),
    hourlyCost: needed * pool.hourlyCost,
  };
}

/** Of the zones the first without which something is left: nodes go round the zones, so that the first ones have one more. */
function firstLeft(zones: readonly string[], leaves: (lost: string) => readonly PendingPods[]): readonly PendingPods[] {
  for (const lost of zones) {
    const left = leaves(lost);
    if (left.length > 0) return left;
  }
  return [];
}
