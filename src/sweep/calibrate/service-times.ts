// Lognormal service times, and how many requests are served at a time, with which simulated durations come nearest to those measured.
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Histogram } from '../../metrics/histogram.ts';
import { straightLine } from '../../statistics/fits.ts';
import { leastSquares, type LeastSquares, type Model } from '../../statistics/least-squares.ts';
import { secondsAt } from './durations.ts';
import type { Setting, Simulator } from './simulator.ts';
import type { Target } from './targets.ts';

/** Of one target: what is tried next. Parameters are the logarithms of median and sigma. */
export interface Tried {
  readonly concurrency: number;
  readonly fit: LeastSquares;
}

export interface ServiceTime {
  readonly setting: Setting;
  /** Every concurrency that was tried, ascending, with the best service time for it. */
  readonly tried: readonly Tried[];
}

/** Of medians by moments: waiting is part of what was measured, and too slow a service would drown. */
const STARTS = [1, 0.6, 0.3] as const;
const MOST_CONCURRENCY = 1024;
const FOR_EVER_S = 1e4;
/** Looks at one concurrency, after the first. */
const ROUNDS = 6;
/** Worse in this many steps in a row: no better one follows. */
const WORSE = 2;
/** The scenario's own concurrency stays unless another one has less than this part of its misfit: durations seldom tell them apart. */
const BETTER = 0.25;
/** Medians that are tried for fewer requests at a time, as parts of that for more: what was service may be waiting. */
const SHORTER = [1, 0.8, 0.6, 0.4] as const;

/** Logarithms of seconds at the shares that were measured, of a target. */
export function valuesOf({ measured }: Target, histogram: Histogram): number[] {
  const shares = measured.points.map(({ share }) => share);
  // Where none is answered they take for ever.
  const none = histogram.count === 0;
  return secondsAt(histogram, shares).map((seconds) => Math.log(none ? FOR_EVER_S : Math.max(seconds, 1e-6)));
}

function observedOf({ measured }: Target): number[] {
  return measured.points.map(({ seconds }) => Math.log(seconds));
}

/** By how well the logarithm of each quantile of a lognormal distribution is known: φ(z)² / p(1 − p), but for a factor. */
export function weightsOf({ measured }: Target): number[] {
  return measured.points.map(({ share }) => {
    const z = normalQuantile(share, 0, 1);
    return Math.exp(-z * z) / (2 * Math.PI) / (share * (1 - share));
  });
}

/** The method of moments on quantiles: a straight line through the logarithms, over those of a standard normal distribution. */
function momentsOf(target: Target): { readonly median: number; readonly sigma: number } {
  const points = target.measured.points.map(({ share, seconds }) => ({
    x: normalQuantile(share, 0, 1),
    y: Math.log(seconds),
  }));
  const line = straightLine(points);
  return { median: Math.exp(line?.intercept.value ?? points[0].y), sigma: Math.max(0.02, line?.slope.value ?? 0) };
}

/** What the search found, each target with the best of what was tried for it. */
export function fitServiceTimes(simulator: Simulator, targets: readonly Target[], seeds: number): ServiceTime[] {
  const settings = startOf(simulator, targets, seeds);
  const times = targets.map((_, at) => searchOf(simulator, targets, settings, at, seeds));
  if (targets.length === 1) return times;
  // Requests of one wait for another: what was found for each one alone is looked at again with all of them.
  const joint = leastSquares(
    modelOf(
      simulator,
      targets,
      settings,
      targets.map((_, at) => at),
      seeds,
    ),
    targets.flatMap(observedOf),
    targets.flatMap(weightsOf),
    settings.flatMap(({ medianSeconds, sigma }) => [Math.log(medianSeconds), Math.log(sigma)]),
  );
  return times.map((time, at) => ({ ...time, setting: settingOf(time.setting, joint.parameters, 2 * at) }));
}

/** Moments, with the medians so much shorter that the misfit is least. */
function startOf(simulator: Simulator, targets: readonly Target[], seeds: number): Setting[] {
  const tried = STARTS.map((share) => {
    const settings = targets.map((target): Setting => {
      const { median, sigma } = momentsOf(target);
      return { medianSeconds: share * median, sigma, concurrency: target.concurrency };
    });
    const runs = simulator.all(settings, seeds);
    const misfit = targets.reduce((sum, target, at) => sum + misfitOf(target, valuesOf(target, runs[at])), 0);
    return { settings, misfit };
  });
  return tried.reduce((best, one) => (one.misfit < best.misfit ? one : best)).settings;
}

export function misfitOf(target: Target, values: readonly number[]): number {
  const weights = weightsOf(target);
  return observedOf(target).reduce((sum, value, at) => sum + weights[at] * (value - values[at]) ** 2, 0);
}

/** The values of some targets by their parameters, two for each; the others are as `settings` has them. */
export function modelOf(
  simulator: Simulator,
  targets: readonly Target[],
  settings: readonly Setting[],
  which: readonly number[],
  seeds: number,
): Model {
  return (parameters) => {
    const tried = settings.map((setting, at) => {
      const position = which.indexOf(at);
      return position === -1 ? setting : settingOf(setting, parameters, 2 * position);
    });
    const runs = simulator.all(tried, seeds);
    return which.flatMap((at) => valuesOf(targets[at], runs[at]));
  };
}

export function settingOf(setting: Setting, parameters: readonly number[], at: number): Setting {
  return { ...setting, medianSeconds: Math.exp(parameters[at]), sigma: Math.exp(Math.min(1.5, parameters[at + 1])) };
}

/** Doubles and halves the concurrency, and then looks between; `settings` gets the best. */
function searchOf(
  simulator: Simulator,
  targets: readonly Target[],
  settings: Setting[],
  at: number,
  seeds: number,
): ServiceTime {
  const target = targets[at];
  const tried = new Map<number, Tried>();
  const look = (concurrency: number, near: readonly number[], rounds?: number): Tried => {
    const known = tried.get(concurrency);
    if (known !== undefined) return known;
    const own = settings.map((setting, index) => (index === at ? { ...setting, concurrency } : setting));
    const model = modelOf(simulator, targets, own, [at], seeds);
    const starts = concurrency < target.concurrency ? SHORTER : [1];
    const [start] = starts
      .map((part) => [near[0] + Math.log(part), near[1]])
      .map((parameters) => ({ parameters, misfit: starts.length === 1 ? 0 : misfitOf(target, model(parameters)) }))
      .toSorted((a, b) => a.misfit - b.misfit);
    const fit = leastSquares(
      model,
      observedOf(target),
      weightsOf(target),
      start.parameters,
      rounds === undefined ? {} : { rounds },
    );
    const one = { concurrency, fit };
    tried.set(concurrency, one);
    return one;
  };
  const { medianSeconds, sigma, concurrency: first } = settings[at];
  let best = look(first, [Math.log(medianSeconds), Math.log(sigma)]);
  let flatFrom: number | undefined;
  const walk = (next: (concurrency: number) => number): void => {
    let last = tried.get(first) as Tried;
    for (let worse = 0; worse < WORSE; ) {
      const concurrency = next(last.concurrency);
      if (concurrency < 1 || concurrency > MOST_CONCURRENCY) return;
      if (concurrency > last.concurrency && isFlat(last, concurrency)) {
        flatFrom = last.concurrency;
        return;
      }
      const one = look(concurrency, last.fit.parameters, ROUNDS);
      worse = one.fit.misfit > best.fit.misfit ? worse + 1 : 0;
      if (one.fit.misfit < best.fit.misfit) best = one;
      last = one;
    }
  };
  /** Whether the same service time gives the same durations to the last bit. */
  const isFlat = ({ fit }: Tried, concurrency: number): boolean => {
    const own = settings.map((setting, index) => (index === at ? { ...setting, concurrency } : setting));
    const values = modelOf(simulator, targets, own, [at], seeds)(fit.parameters);
    return values.every((value, index) => value === fit.values[index]);
  };
  walk((concurrency) => Math.floor(concurrency / 2));
  walk((concurrency) => 2 * concurrency);
  // Whether any number is enough is known where there is practically no bound.
  if (flatFrom === undefined) look(MOST_CONCURRENCY, best.fit.parameters, ROUNDS);
  const own = tried.get(first) as Tried;
  if (best.fit.misfit >= BETTER * own.fit.misfit) best = own;
  else {
    for (let gap = best.concurrency / 2; gap >= 1; gap /= 2) {
      for (const concurrency of [best.concurrency - Math.ceil(gap / 2), best.concurrency + Math.ceil(gap / 2)]) {
        if (concurrency < 1 || (flatFrom !== undefined && concurrency > flatFrom)) continue;
        const one = look(concurrency, best.fit.parameters, ROUNDS);
        if (one.fit.misfit < best.fit.misfit) best = one;
      }
    }
  }
  settings[at] = settingOf({ ...settings[at], concurrency: best.concurrency }, best.fit.parameters, 0);
  return {
    setting: settings[at],
    tried: [...tried.values()].toSorted((a, b) => a.concurrency - b.concurrency),
  };
}
