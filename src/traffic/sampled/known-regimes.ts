// Regimes that were measured, by the shape of their component, and which of them stand for one that was not.
import { log } from '../../engine/elementary.ts';
import type { MixPart, Regime } from './regime.ts';

/** Where a component is: logarithms of its rate and of the endpoints of each service, and the share of each source. */
export interface Place {
  readonly shape: string;
  /** The shape without lost endpoints. */
  readonly calm: string;
  readonly rate: number;
  readonly endpoints: Float64Array;
  /** Of each service: the share of lost endpoints, where they are few of many. */
  readonly lost: Float64Array;
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
/** The same for a line while a regime of the shape is being measured; without a line one must be within `REACH`. */
const MEANWHILE_REACH = WINDOW;
const MEANWHILE_VARIANCE = 4;
/** A lost share says what one of so many times as much does, or of so many times as little; and what it adds is alike at loads that differ by so much. */
const MOST_LOST = 2.5;
const LOST_WINDOW = 0.15;

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
  readonly #measuring = new Map<object, string>();
  readonly #error: number;

  constructor(error: number) {
    this.#error = error;
  }

  add(shape: string, regime: Regime, by?: object): void {
    this.all.push(regime);
    const of = this.#of(shape);
    if (by !== undefined) of.underWay.set(by, undefined);
    of.known.push(regime);
    of.version += 1;
  }

  /** Somebody measures a regime of the shape, or will as soon as he is full of requests: others that are alike wait for him. */
  begin(shape: string, by: object): void {
    this.end(by);
    this.#measuring.set(by, shape);
    this.#of(shape).underWay.set(by, undefined);
  }

  /** He nearly knows it. */
  propose(shape: string, by: object, regime: Regime): void {
    this.all.push(regime);
    const of = this.#of(shape);
    of.underWay.set(by, regime);
    of.version += 1;
  }

  /** He measures none any more. A state with lost endpoints is often over before it is known: what its measurement had nearly come to stands for it from now on. */
  end(by: object): void {
    const shape = this.#measuring.get(by);
    if (shape === undefined) return;
    this.#measuring.delete(by);
    const of = this.#of(shape);
    const proposed = of.underWay.get(by);
    if (proposed?.lost.some((share) => share > 0) === true) of.known.push(proposed);
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
    const { known } = this.#of(place.shape);
    if (place.shape !== place.calm) return this.#withLost(place, known);
    const asked = this.#near(place, known);
    if (asked.length === 0 || Math.abs(asked[0].below) > REACH) return undefined;
    return lineThrough(asked, MOST_VARIANCE) ?? this.#nearest(asked[0]);
  }

  /** What stands for the place while somebody else measures a regime of its shape: a bolder line, or what that measurement has come to. */
  meanwhile(place: Place, by: object): readonly MixPart[] | undefined {
    const { known, underWay } = this.#of(place.shape);
    const others = [...underWay].filter(([who]) => who !== by).map(([, regime]) => regime);
    // Of two that measure the first to know something goes on.
    if (others.length === 0 || underWay.get(by) !== undefined) return undefined;
    const proposed = others.filter((regime) => regime !== undefined);
    if (place.shape !== place.calm) return this.#withLost(place, proposed);
    const asked = this.#near(place, known);
    if (asked.length > 0 && Math.abs(asked[0].below) <= MEANWHILE_REACH) {
      const line = lineThrough(asked, MEANWHILE_VARIANCE);
      if (line !== undefined) return line;
    }
    const [nearest] = this.#near(place, [...proposed, ...known]);
    return nearest !== undefined && Math.abs(nearest.below) <= REACH
      ? [{ regime: nearest.regime, weight: 1 }]
      : undefined;
  }

  /**
   * What the lost endpoints do grows with their share: what is known without them, and the difference that they made where they were measured, by as
   * much as more or fewer are lost now.
   */
  #withLost(place: Place, regimes: readonly Regime[]): readonly MixPart[] | undefined {
    for (const { regime, below, times } of this.#alike(place, regimes)) {
      const here = this.find({ ...place, shape: place.calm });
      const { rate, endpoints, sources } = regime;
      const there = this.find({ ...place, shape: place.calm, rate, endpoints, sources });
      if (here !== undefined && there !== undefined) return differing(here, there, regime, times);
      if (Math.abs(below) <= this.#error / 2 && Math.abs(times - 1) <= this.#error) return [{ regime, weight: 1 }];
    }
    return undefined;
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

  /** With about as much lost: those with the most similar part first. */
  #alike(
    { rate, endpoints, sources, lost }: Place,
    regimes: readonly Regime[],
  ): (Neighbour & { readonly times: number })[] {
    const alike: (Neighbour & { readonly times: number })[] = [];
    for (const regime of regimes) {
      const below = this.#below(regime, rate, endpoints, sources);
      const times = timesLost(lost, regime.lost);
      if (below !== undefined && times !== undefined && Math.abs(below) <= LOST_WINDOW)
        alike.push({ regime, below, times });
    }
    return alike.sort((one, other) => Math.abs(log(one.times)) - Math.abs(log(other.times))).slice(0, ASKED);
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

/** How many times as much is lost here as there; undefined where that differs by service, or is too much. */
function timesLost(here: Float64Array, there: Float64Array): number | undefined {
  let least = MOST_LOST;
  let most = 1 / MOST_LOST;
  for (let i = 0; i < here.length; i += 1) {
    if (here[i] === 0 && there[i] === 0) continue;
    least = Math.min(least, here[i] / there[i]);
    most = Math.max(most, here[i] / there[i]);
  }
  return most > MOST_LOST || least < 1 / MOST_LOST || most > 1.1 * least ? undefined : (least + most) / 2;
}

/** `here`, and so many times what the regime has more than `there`. */
function differing(here: readonly MixPart[], there: readonly MixPart[], regime: Regime, times: number): MixPart[] {
  const weights = new Map<Regime, number>([[regime, times]]);
  for (const part of here) weights.set(part.regime, (weights.get(part.regime) ?? 0) + part.weight);
  for (const part of there) weights.set(part.regime, (weights.get(part.regime) ?? 0) - times * part.weight);
  return [...weights].map(([of, weight]) => ({ regime: of, weight }));
}
