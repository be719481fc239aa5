// The tariff of each node: that of the pool which its name begins with.
import { type ClusterState, ZONE_LABEL } from '../../model/state.ts';
import type { NodeTariffs } from '../../model/ports/node-tariffs.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { CostSettings } from './cost-settings.ts';
import { PoolTariff } from './pool-tariff.ts';
import { wattsAt } from './power-curve.ts';

export class Tariffs {
  readonly pools: readonly PoolTariff[];
  /** Of nodes of no pool. */
  readonly other: PoolTariff;
  readonly #state: ClusterState;
  readonly #byNode: PoolTariff[] = [];

  constructor(state: ClusterState, settings: CostSettings) {
    this.#state = state;
    this.pools = settings.cluster.nodePools.map((pool) => new PoolTariff(pool, settings));
    this.other = new PoolTariff(undefined, settings);
  }

  /** A node belongs to the pool that its name begins with: `<pool>-<number>`. */
  of(node: NodeRow): PoolTariff {
    const known = this.#byNode[node];
    if (known !== undefined) return known;
    const pool = /^(.*)-\d+$/.exec(this.#state.nodes.spec[node].name)?.[1];
    return (this.#byNode[node] = this.pools.find((tariff) => tariff.pool === pool) ?? this.other);
  }

  /** As they are at the time that `now` tells, µs. */
  present(now: () => number): NodeTariffs {
    const { spec } = this.#state.nodes;
    return {
      hourlyCost: (node) => {
        const { labels, hourlyCost } = spec[node];
        return this.of(node).price(labels[ZONE_LABEL] ?? '', hourlyCost, now(), now());
      },
      watts: (node, utilisation) => {
        const { power } = this.of(node);
        return power === undefined ? undefined : wattsAt(power, utilisation);
      },
      carbonIntensity: (node) => this.of(node).carbon?.at(now()),
    };
  }
}
