// Regimes that were measured, by the shape of their component, and which of them stand for one that was not.
import type { MixPart, Regime } from './regime.ts';

/** Where a component is: logarithms of its rate and of the endpoints of each service, and the share of each source. */
export interface Place {
  readonly shape: string;
  readonly rate: number;
  readonly endpoints: Float64Array;
  readonly sources: Float64Array;
}

/** Regimes whose load differs by more than this (as a logarithm) say nothing of each other. */
const WINDOW = 0.05;
/** At least one must be as near as this. */
const REACH = 0.025;
/** At most so many are asked. */
const ASKED = 6;
/** Weights may make the variance of what is said of a place so many times as large as that of a measurement. */
const MOST_VARIANCE = 1.6;

interface Neighbour {
  readonly regime: Regime;
  /** By how much its load is below that of the place. */
  readonly below: number;
}

export class KnownRegimes {
  readonly all: Regime[] = [];
  readonly #byShape = new Map<string, Regime[]>();
  readonly #error: number;

  constructor(error: number) {
    this.#error = error;
  }

  add(shape: string, regime: Regime): void {
    this.all.push(regime);
    const known = this.#byShape.get(shape);
    if (known === undefined) this.#byShape.set(shape, [regime]);
    else known.push(regime);
  }

  /**
   * Regimes with weights that add up to 1: the line of least squares through the nearest ones, as a function of the load by endpoint, at the load of the
   * place. Undefined where they are too few, too far, or the line would be too uncertain.
   */
  find({ shape, rate, endpoints, sources }: Place): readonly MixPart[] | undefined {
    const near: Neighbour[] = [];
    for (const regime of this.#byShape.get(shape) ?? []) {
      const below = this.#below(regime, rate, endpoints, sources);
      if (below !== undefined && Math.abs(below) <= WINDOW) near.push({ regime, below });
    }
    near.sort((one, other) => Math.abs(one.below) - Math.abs(other.below));
    const asked = near.slice(0, ASKED);
    if (asked.length === 0 || Math.abs(asked[0].below) > REACH) return undefined;
    return lineThrough(asked) ?? this.#nearest(asked[0]);
  }

  /** One alone stands for loads that differ by half of the error at most. */
  #nearest({ regime, below }: Neighbour): readonly MixPart[] | undefined {
    return Math.abs(below) <= this.#error / 2 ? [{ regime, weight: 1 }] : undefined;
  }

  /** Undefined where not all loads differ alike. */
  #below(regime: Regime, rate: number, endpoints: Float64Array, sources: Float64Array): number | undefined {
    const tolerance = this.#error / 2;
    for (let i = 0; i < sources.length; i += 1)
      if (Math.abs(sources[i] - regime.sources[i]) > tolerance * sources[i]) return undefined;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < endpoints.length; i += 1) {
      const below = rate - regime.rate - (endpoints[i] - regime.endpoints[i]);
      least = Math.min(least, below);
      most = Math.max(most, below);
    }
    return most - least <= 2 * tolerance ? (least + most) / 2 : undefined;
  }
}

function lineThrough(asked: readonly Neighbour[]): readonly MixPart[] | undefined {
  const count = asked.length;
  const middle = asked.reduce((sum, { below }) => sum + below, 0) / count;
  const spread = asked.reduce((sum, { below }) => sum + (below - middle) ** 2, 0);
  if (spread < 1e-6) return undefined;
  const mix = asked.map(({ regime, below }) => ({ regime, weight: 1 / count - (middle * (below - middle)) / spread }));
  const variance = mix.reduce((sum, { weight }) => sum + weight * weight, 0);
  return variance <= MOST_VARIANCE ? mix : undefined;
}
