// What a node of a pool costs and draws: its price over time by zone, its power by utilisation, the carbon of its region.
import type { NodePool } from '../../model/settings/cluster.ts';
import type { CostSettings } from './cost-settings.ts';
import { curveOf, type StepCurve } from './step-curve.ts';

export class PoolTariff {
  readonly pool: string;
  readonly region: string;
  readonly power: readonly number[] | undefined;
  /** g/kWh; undefined where it is not known. */
  readonly carbon: StepCurve | undefined;
  readonly #pool: NodePool | undefined;
  readonly #settings: CostSettings;
  /** By zone. */
  readonly #prices = new Map<string, StepCurve | undefined>();

  /** `pool` is undefined for nodes of none. */
  constructor(pool: NodePool | undefined, settings: CostSettings) {
    const { cluster, startSeconds, durationUs } = settings;
    this.pool = pool?.name ?? '';
    this.region = pool?.region ?? '';
    this.power = pool?.power;
    this.#pool = pool;
    this.#settings = settings;
    const { carbonIntensity } = cluster;
    const known = this.power !== undefined && carbonIntensity !== undefined;
    this.carbon = known ? curveOf(carbonIntensity, this.region, startSeconds, durationUs) : undefined;
  }

  /** Mean price per hour of a node in that zone from one time of the run to another; `hourlyCost` is that of the node. */
  price(zone: string, hourlyCost: number, fromUs: number, toUs: number): number {
    const prices = this.#pool?.spot?.prices;
    if (prices === undefined) return hourlyCost;
    if (!this.#prices.has(zone)) {
      const { startSeconds, durationUs } = this.#settings;
      this.#prices.set(zone, curveOf(prices, zone, startSeconds, durationUs));
    }
    return this.#prices.get(zone)?.mean(fromUs, toUs) ?? hourlyCost;
  }
}
