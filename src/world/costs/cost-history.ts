// What nodes cost and draw over time: the rows of costs.csv, and their sums.
import type { ApiServer } from '../../api/server.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Row } from '../../metrics/catalogue.ts';
import { Change } from '../../model/change-log.ts';
import type { CpuUsage } from '../../model/ports/processors.ts';
import type { NodeRow } from '../../model/rows.ts';
import { type ClusterState, ZONE_LABEL } from '../../model/state.ts';
import type { CostSettings } from './cost-settings.ts';
import type { PoolTariff } from './pool-tariff.ts';
import { wattsAt } from './power-curve.ts';
import { Tariffs } from './tariffs.ts';

const HOUR_US = 3600e6;
const JOULES_PER_KWH = 3.6e6;

/** Of the nodes of a pool, in an interval or in all. */
interface Sums {
  cost: number;
  joules: number;
  grams: number;
  usedUs: number;
  capacityUs: number;
}

const nothing = (): Sums => ({ cost: 0, joules: 0, grams: 0, usedUs: 0, capacityUs: 0 });

export class CostHistory {
  readonly rows: Row<'costs'>[] = [];
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #cpu: CpuUsage;
  readonly #tariffs: Tariffs;
  readonly #isPriced: boolean;
  readonly #sums = new Map<PoolTariff, { readonly interval: Sums; readonly all: Sums }>();
  /** By node: until when it is accounted for, and what it had used then. */
  readonly #untilUs: number[] = [];
  readonly #usedUs: number[] = [];
  #lastUs = 0;

  /** Undefined where no pool has a power or prices that change. */
  static of(engine: Engine, api: ApiServer, cpu: CpuUsage, settings: CostSettings): CostHistory | undefined {
    const asked = settings.cluster.nodePools.some(
      ({ power, spot }) => power !== undefined || spot?.prices !== undefined,
    );
    return asked ? new CostHistory(engine, api, cpu, settings) : undefined;
  }

  private constructor(engine: Engine, { state, nodeCommits }: ApiServer, cpu: CpuUsage, settings: CostSettings) {
    this.#engine = engine;
    this.#state = state;
    this.#cpu = cpu;
    const { nodePools } = settings.cluster;
    this.#tariffs = new Tariffs(state, settings);
    const { spec } = state.nodes;
    this.#isPriced =
      nodePools.some(({ hourlyCost, spot }) => hourlyCost > 0 || spot?.prices !== undefined) ||
      spec.some(({ hourlyCost }) => hourlyCost > 0);
    for (const tariff of [...this.#tariffs.pools, this.#tariffs.other]) {
      this.#sums.set(tariff, { interval: nothing(), all: nothing() });
    }
    nodeCommits.push((node, what) => {
      if ((what & Change.Created) !== 0) this.#begin(node);
      if ((what & Change.Removed) !== 0) this.#account(node);
    });
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const counts = this.#accountAll();
    const seconds = (this.#engine.now - this.#lastUs) / 1e6;
    this.#lastUs = this.#engine.now;
    for (const [tariff, { interval, all }] of this.#sums) {
      const nodes = counts.get(tariff) ?? 0;
      // Nodes of no pool have a row where there are any.
      if (tariff !== this.#tariffs.other || nodes > 0 || interval.cost > 0) {
        const { cost, joules, grams, usedUs, capacityUs } = interval;
        this.rows.push({
          time_seconds,
          pool: tariff.pool,
          region: tariff.region,
          nodes,
          cpu_usage_ratio: capacityUs === 0 ? null : usedUs / capacityUs,
          cost,
          watts: tariff.power === undefined || seconds === 0 ? null : joules / seconds,
          energy_joules: tariff.power === undefined ? null : joules,
          carbon_grams: tariff.carbon === undefined ? null : grams,
        });
      }
      for (const key of Object.keys(all) as (keyof Sums)[]) all[key] += interval[key];
      Object.assign(interval, nothing());
    }
  }

  /** Up to the end of the last interval, of all nodes; null where nothing is known of it. */
  total(what: 'cost' | 'joules' | 'grams'): number | null {
    const isKnown = {
      cost: this.#isPriced,
      joules: this.#tariffs.pools.some(({ power }) => power !== undefined),
      grams: this.#tariffs.pools.some(({ carbon }) => carbon !== undefined),
    };
    if (!isKnown[what]) return null;
    let sum = 0;
    for (const { all } of this.#sums.values()) sum += all[what];
    return sum;
  }

  /** Everything up to now; yields the living nodes of each pool. */
  #accountAll(): ReadonlyMap<PoolTariff, number> {
    const { nodes } = this.#state;
    const counts = new Map<PoolTariff, number>();
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 0) continue;
      this.#account(node);
      const tariff = this.#tariffs.of(node);
      counts.set(tariff, (counts.get(tariff) ?? 0) + 1);
    }
    return counts;
  }

  /** A node that registers pays from now on. */
  #begin(node: NodeRow): void {
    this.#untilUs[node] = this.#engine.now;
    this.#usedUs[node] = this.#cpu.nodeUs(node);
  }

  #account(node: NodeRow): void {
    const { now } = this.#engine;
    const fromUs = this.#untilUs[node] ?? 0;
    const us = now - fromUs;
    if (us <= 0) return;
    const { hourlyCost, labels, capacity } = this.#state.nodes.spec[node];
    const tariff = this.#tariffs.of(node);
    const usedUs = this.#cpu.nodeUs(node) - (this.#usedUs[node] ?? 0);
    this.#begin(node);
    const sums = this.#sums.get(tariff)!.interval;
    sums.cost += (tariff.price(labels[ZONE_LABEL] ?? '', hourlyCost, fromUs, now) * us) / HOUR_US;
    const capacityUs = ((capacity.cpu ?? 0) / 1000) * us;
    sums.usedUs += usedUs;
    sums.capacityUs += capacityUs;
    if (tariff.power === undefined) return;
    const joules = (wattsAt(tariff.power, capacityUs === 0 ? 0 : usedUs / capacityUs) * us) / 1e6;
    sums.joules += joules;
    sums.grams += (joules / JOULES_PER_KWH) * (tariff.carbon?.mean(fromUs, now) ?? 0);
  }
}
