// What mixes of regimes come to, worked out once for all components that go by the same.
import { type MeterFigures, mixed, mixedMeter, type MixPart, type Regime } from './regime.ts';

/** Figures by meter, and µs of CPU by service and request from outside. */
export interface Mixed {
  readonly mix: readonly MixPart[];
  readonly figures: readonly MeterFigures[];
  readonly cpuUs: Float64Array;
}

/** Those that were asked for last are kept; a silent component keeps what it goes by. */
const KEPT = 128;

export class Mixes {
  readonly #numbers = new Map<Regime, number>();
  /** By numbers and weights of their regimes; those that nobody has asked for the longest come first. */
  readonly #known = new Map<string, Mixed>();

  /** The same object for the same mix, as long as it is kept. All regimes of a mix have as many meters and services. */
  of(mix: readonly MixPart[]): Mixed {
    let key = '';
    for (const { regime, weight } of mix) key += `${this.#numberOf(regime)}×${weight} `;
    const known = this.#known.get(key);
    const found = known ?? workedOut(mix);
    this.#known.delete(key);
    this.#known.set(key, found);
    if (this.#known.size > KEPT) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest);
    }
    return found;
  }

  #numberOf(regime: Regime): number {
    let number = this.#numbers.get(regime);
    if (number === undefined) this.#numbers.set(regime, (number = this.#numbers.size));
    return number;
  }
}

function workedOut(mix: readonly MixPart[]): Mixed {
  const [{ regime }] = mix;
  return {
    mix,
    figures: regime.meters.map((_, i) => mixedMeter(mix, i)),
    cpuUs: regime.cpuUs.map((_, i) =>
      Math.max(
        0,
        mixed(mix, ({ cpuUs }) => cpuUs[i]),
      ),
    ),
  };
}
