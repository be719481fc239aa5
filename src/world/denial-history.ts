// Connections that NetworkPolicies forbade, over time: the rows of denials.csv.
import type { Row } from '../metrics/catalogue.ts';
import type { NetworkPolicies } from '../network/policies/network-policies.ts';

export class DenialHistory {
  /** By interval. */
  readonly byInterval: Row<'denials'>[][] = [];
  readonly #policies: NetworkPolicies;
  readonly #before = new Map<string, number>();

  constructor(policies: NetworkPolicies) {
    this.#policies = policies;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const rows: Row<'denials'>[] = [];
    for (const [key, count] of this.#policies.denied) {
      const connections = count - (this.#before.get(key) ?? 0);
      this.#before.set(key, count);
      const [from_namespace, to_namespace] = key.split(' ');
      if (connections > 0) rows.push({ time_seconds, from_namespace, to_namespace, connections });
    }
    this.byInterval.push(rows);
  }

  rows(): Row<'denials'>[] {
    return this.byInterval.flat();
  }
}
