// ingress-nginx' `ewma`: of two endpoints drawn, the one whose answers took less time lately, in a mean that fades over ten seconds.
import { exp } from '../../../engine/elementary.ts';

const DECAY_S = 10;

interface Stored {
  readonly value: number;
  readonly touchedS: number;
}

export interface EwmaPick {
  readonly endpoint: string;
  /** -1 where there is only one endpoint. */
  readonly score: number;
}

export class Ewma {
  #endpoints: readonly string[];
  readonly #stored = new Map<string, Stored>();

  constructor(endpoints: readonly string[]) {
    this.#endpoints = endpoints;
  }

  /** What was measured is forgotten with an endpoint; a new one starts with the mean of the others. */
  sync(endpoints: readonly string[], nowS: number): void {
    const before = new Set(this.#endpoints);
    const now = new Set(endpoints);
    for (const endpoint of before) if (!now.has(endpoint)) this.#stored.delete(endpoint);
    this.#endpoints = endpoints;
    const values = endpoints.flatMap((endpoint) => this.#stored.get(endpoint)?.value ?? []);
    if (values.length === 0) return;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    for (const endpoint of endpoints) {
      if (!before.has(endpoint)) this.#stored.set(endpoint, { value: mean, touchedS: nowS });
    }
  }

  stored(endpoint: string): Stored | undefined {
    return this.#stored.get(endpoint);
  }

  /** `draw(low, high)` is an integer from low to high. `tried` gets the endpoint: another try of the request goes elsewhere. */
  pick(tried: Set<string>, draw: (low: number, high: number) => number, nowS: number): EwmaPick {
    const [only] = this.#endpoints;
    if (this.#endpoints.length === 1) return { endpoint: only, score: -1 };
    const fresh = this.#endpoints.filter((endpoint) => !tried.has(endpoint));
    const all = fresh.length > 0 ? fresh : [...this.#endpoints];
    if (all.length > 1) {
      for (let i = 0; i < 2; i += 1) {
        const at = draw(i + 1, all.length) - 1;
        [all[i], all[at]] = [all[at], all[i]];
      }
    }
    const [first, second] = all;
    const firstScore = this.#score(first, nowS);
    const secondScore = all.length > 1 ? this.#score(second, nowS) : Infinity;
    const pick =
      secondScore < firstScore ? { endpoint: second, score: secondScore } : { endpoint: first, score: firstScore };
    tried.add(pick.endpoint);
    return pick;
  }

  /** An answer took so long, in all and until the connection was there: both are added, though the first contains the second. */
  measured(endpoint: string, responseS: number, connectS: number, nowS: number): void {
    const { value, touchedS } = this.#stored.get(endpoint) ?? { value: 0, touchedS: 0 };
    const weight = exp(-Math.max(0, nowS - touchedS) / DECAY_S);
    const rttS = responseS + connectS;
    this.#stored.set(endpoint, { value: value * weight + rttS * (1 - weight), touchedS: nowS });
  }

  #score(endpoint: string, nowS: number): number {
    const { value, touchedS } = this.#stored.get(endpoint) ?? { value: 0, touchedS: 0 };
    return value * exp(-Math.max(0, nowS - touchedS) / DECAY_S);
  }
}
