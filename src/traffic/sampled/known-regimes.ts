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
/** The same for a line while a regime of the shape is being measured. */
const MEANWHILE_REACH = WINDOW;
const MEANWHILE_VARIANCE = 4;

interface Neighbour {
  readonly regime: Regime;
  /** By how much its load is below that of the place. */
  readonly below: number;
}

/** What is known, and being measured, of one shape. */
interface OfShape {
  readonly known: Regime[];
  /** Measurements under way, by who measures: what they have come to, as soon as that is nearly known. */
  readonly underWay: Map<object, Regime | undefined>;
  version: number;
}

export class KnownRegimes {
  /** Those that were known in the end, and those that stood for others meanwhile. */
  readonly all: Regime[] = [];
  readonly #byShape = new Map<string, OfShape>();
  readonly #error: number;

  constructor(error: number) {
    this.#error = error;
  }

  add(shape: string, regime: Regime): void {
    this.all.push(regime);
    const of = this.#of(shape);
    of.known.push(regime);
    of.version += 1;
  }

  /** Somebody measures a regime of the shape. */
  begin(shape: string, by: object): void {
    this.#of(shape).underWay.set(by, undefined);
  }

  /** He nearly knows it. */
  propose(shape: string, by: object, regime: Regime): void {
    this.all.push(regime);
    const of = this.#of(shape);
    of.underWay.set(by, regime);
    of.version += 1;
  }

  /** He measures it no more. */
  end(shape: string, by: object): void {
    const of = this.#of(shape);
    of.underWay.delete(by);
    of.version += 1;
  }

  /** Another number where something else is known of a shape. */
  versionOf(shape: string): number {
    return this.#of(shape).version;
  }

  #of(shape: string): OfShape {
    let of = this.#byShape.get(shape);
    if (of === undefined) this.#byShape.set(shape, (of = { known: [], underWay: new Map(), version: 0 }));
    return of;
  }

  /**
   * Regimes with weights that add up to 1: the line of least squares through the nearest ones, as a function of the load by endpoint, at the load of the
   * place. Undefined where they are too few, too far, or the line would be too uncertain.
   */
  find(place: Place): readonly MixPart[] | undefined {
    const asked = this.#near(place, this.#of(place.shape).known);
    if (asked.length === 0 || Math.abs(asked[0].below) > REACH) return undefined;
    return lineThrough(asked, MOST_VARIANCE) ?? this.#nearest(asked[0]);
  }

  /** What stands for the place while somebody else measures a regime of its shape: a bolder line, or what that measurement has come to. */
  meanwhile(place: Place, by: object): readonly MixPart[] | undefined {
    const { known, underWay } = this.#of(place.shape);
    const others = [...underWay].filter(([who]) => who !== by).map(([, regime]) => regime);
    // Of two that measure the first to know something goes on.
    if (others.length === 0 || underWay.get(by) !== undefined) return undefined;
    const asked = this.#near(place, known);
    if (asked.length > 0 && Math.abs(asked[0].below) <= MEANWHILE_REACH) {
      const line = lineThrough(asked, MEANWHILE_VARIANCE);
      if (line !== undefined) return line;
    }
    const [proposed] = this.#near(
      place,
      others.filter((regime) => regime !== undefined),
    );
    return proposed !== undefined && Math.abs(proposed.below) <= REACH
      ? [{ regime: proposed.regime, weight: 1 }]
      : undefined;
  }

  /** The nearest first. */
  #near({ rate, endpoints, sources }: Place, regimes: readonly Regime[]): readonly Neighbour[] {
    const near: Neighbour[] = [];
    for (const regime of regimes) {
      const below = this.#below(regime, rate, endpoints, sources);
      if (below !== undefined && Math.abs(below) <= WINDOW) near.push({ regime, below });
    }
    near.sort((one, other) => Math.abs(one.below) - Math.abs(other.below));
    return near.slice(0, ASKED);
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

function lineThrough(asked: readonly Neighbour[], mostVariance: number): readonly MixPart[] | undefined {
  const count = asked.length;
  const middle = asked.reduce((sum, { below }) => sum + below, 0) / count;
  const spread = asked.reduce((sum, { below }) => sum + (below - middle) ** 2, 0);
  if (spread < 1e-6) return undefined;
  const mix = asked.map(({ regime, below }) => ({ regime, weight: 1 / count - (middle * (below - middle)) / spread }));
  const variance = mix.reduce((sum, { weight }) => sum + weight * weight, 0);
  return variance <= mostVariance ? mix : undefined;
}
