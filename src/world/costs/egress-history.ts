// Bytes between zones over time, and what they cost: the rows of egress.csv.
import type { Row } from '../../metrics/catalogue.ts';
import type { EgressPrices } from '../../model/settings/costs.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Connections } from '../../traffic/connections/connections.ts';
import type { Egress } from '../../traffic/connections/egress.ts';
import type { CostSettings } from './cost-settings.ts';

export class EgressHistory {
  readonly rows: Row<'egress'>[] = [];
  readonly #state: ClusterState;
  readonly #egress: Egress | undefined;
  readonly #prices: EgressPrices | undefined;
  /** By both zones: as of the end of the interval before. */
  readonly #before = new Map<string, number>();

  constructor(state: ClusterState, connections: Connections | undefined, settings: CostSettings) {
    this.#state = state;
    this.#egress = connections?.ways.egress;
    this.#prices = settings.connections?.egress;
  }

  get isPaid(): boolean {
    return this.#egress !== undefined && this.#prices !== undefined;
  }

  /** So far. */
  get bytes(): number {
    return this.#counts().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get cost(): number {
    return this.#counts().reduce((sum, { bytes, price }) => sum + bytes * price, 0);
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    for (const { from, to, bytes, price } of this.#counts()) {
      const key = `${from} ${to}`;
      const sent_bytes = bytes - (this.#before.get(key) ?? 0);
      this.#before.set(key, bytes);
      if (sent_bytes > 0)
        this.rows.push({ time_seconds, from_zone: from, to_zone: to, sent_bytes, cost: sent_bytes * price });
    }
  }

  /** Between zones of the cluster: those of systems outside begin with a colon, nodes without a zone have none to leave. */
  #counts() {
    const { zones } = this.#state;
    const prices = this.#prices;
    if (this.#egress === undefined || prices === undefined) return [];
    return [...this.#egress.counts()].flatMap(({ from, to, bytes }) => {
      const [a, b] = [zones.get(from), zones.get(to)];
      const inside = [a, b].every((zone) => zone !== '' && !zone.startsWith(':'));
      const price = regionOf(a) === regionOf(b) ? prices.otherZone : prices.otherRegion;
      return inside ? [{ from: a, to: b, bytes, price }] : [];
    });
  }
}

/** Zones are named `region/zone`. */
function regionOf(zone: string): string {
  return zone.slice(0, zone.indexOf('/'));
}
