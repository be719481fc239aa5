// The node pools over time, for nodepools.csv: what the autoscaler asked for, what is there, and what that costs.
import type { Row } from '../metrics/catalogue.ts';
import { NodeReady } from '../model/nodes.ts';
import type { MachineGroup } from '../cloud/machine-group.ts';
import type { NodeRow } from '../model/rows.ts';
import type { NodePool } from '../model/settings/cluster.ts';
import type { ClusterState } from '../model/state.ts';

interface Count {
  nodes: number;
  ready: number;
  hourlyCost: number;
}

export class NodePoolHistory {
  readonly rows: Row<'nodepools'>[] = [];
  /** Living nodes at the end of each interval. */
  readonly nodeCounts: number[] = [];
  /** Machines taken back up to then. */
  readonly reclaims: number[] = [];
  readonly #state: ClusterState;
  readonly #pools: ReadonlyMap<string, NodePool>;
  readonly #groups: readonly MachineGroup[];
  /** By name of a node: that of its pool. */
  readonly #poolOf = new Map<string, string>();

  /** Without groups there are no rows. */
  constructor(state: ClusterState, pools: readonly NodePool[], groups: readonly MachineGroup[]) {
    this.#state = state;
    this.#pools = new Map(pools.map((pool) => [pool.name, pool]));
    this.#groups = groups;
  }

  sample(time_seconds: number): void {
    const { nodes } = this.#state;
    const counts = new Map<string, Count>();
    let count = 0;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 0) continue;
      count += 1;
      if (this.#groups.length > 0) this.#count(node, counts);
    }
    this.nodeCounts.push(count);
    this.reclaims.push(this.#groups.reduce((sum, group) => sum + group.reclaims, 0));
    if (this.#groups.length === 0) return;
    for (const pool of this.#pools.keys()) {
      const { nodes: there, ready, hourlyCost } = counts.get(pool) ?? { nodes: 0, ready: 0, hourlyCost: 0 };
      const group = this.#groups.find(({ id }) => id === pool);
      const desired = group?.target ?? there;
      const reclaimed = group?.reclaims ?? 0;
      this.rows.push({ time_seconds, pool, desired, nodes: there, ready, hourly_cost: hourlyCost, reclaimed });
    }
  }

  /** A node belongs to the pool that its name begins with: `<pool>-<number>`. */
  #count(node: NodeRow, counts: Map<string, Count>): void {
    const { spec, ready } = this.#state.nodes;
    const { name, hourlyCost } = spec[node];
    let pool = this.#poolOf.get(name);
    if (pool === undefined) this.#poolOf.set(name, (pool = /^(.*)-\d+$/.exec(name)?.[1] ?? ''));
    if (!this.#pools.has(pool)) return;
    const count = counts.get(pool) ?? { nodes: 0, ready: 0, hourlyCost: 0 };
    count.nodes += 1;
    count.ready += ready[node] === NodeReady.True ? 1 : 0;
    count.hourlyCost += hourlyCost;
    counts.set(pool, count);
  }
}
