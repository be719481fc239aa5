// How well what was fitted is known, by simulating it again with fresh seeds as if each run had been the measurement.
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Histogram } from '../../metrics/histogram.ts';
import type { Estimate } from '../../statistics/fits.ts';
import { slopesAt, stepOf } from '../../statistics/least-squares.ts';
import { spreadOf } from '../../statistics/moments.ts';
import type { Setting, Simulator } from './simulator.ts';
import { misfitOf, modelOf, type ServiceTime, settingOf, type Tried, valuesOf, weightsOf } from './service-times.ts';
import type { Target } from './targets.ts';

/** A measurement that fits worse than all of 19 runs of the model is one in twenty: G. A. Barnard, Journal of the Royal Statistical Society B 25, 1963. */
const FRESH = 19;
/** Histograms tell durations apart by 0.8 %. */
const RESOLUTION = 0.004;

interface Known {
  readonly median: Estimate;
  readonly sigma: Estimate;
  /** Of what was fitted. */
  readonly misfit: number;
  /** Settings with a greater misfit do not agree with what was measured. */
  readonly mostMisfit: number;
  /** The first run: the distribution that is shown beside the measured one. */
  readonly fresh: Histogram;
}

/**
 * Each fresh run is fitted in turn, by the slopes of the model at the fit: the spread of what comes out is that of the estimate (the
 * parametric bootstrap; B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993, 6.5), times the number of requests in a run
 * by that of those measured, and what remains is a misfit by chance.
 */
function uncertaintyOf(
  simulator: Simulator,
  targets: readonly Target[],
  settings: readonly Setting[],
  seeds: number,
): Known[] {
  const which = targets.map((_, at) => at);
  const model = modelOf(simulator, targets, settings, which, seeds);
  const parameters = settings.flatMap(({ medianSeconds, sigma }) => [Math.log(medianSeconds), Math.log(sigma)]);
  const values = model(parameters);
  const slopes = slopesAt(model, { parameters, values, misfit: 0 });
  const weights = targets.flatMap(weightsOf);
  const runs = [...simulator.each(settings, FRESH, seeds)];
  const fits = runs.map((run) => {
    const rest = targets.flatMap((target, at) => valuesOf(target, run[at])).map((value, at) => value - values[at]);
    const step = stepOf(slopes, weights, rest);
    const left = rest.map((one, at) => one - step.reduce((sum, change, j) => sum + change * slopes[j][at], 0));
    return { step, left };
  });
  let first = 0;
  return targets.map((target, at) => {
    const [from, to] = [first, (first += target.measured.points.length)];
    const simulated = runs.reduce((sum, run) => sum + run[at].count, 0) / FRESH;
    const scale = simulated / (target.measured.count ?? simulated) + 1 / seeds;
    const halfOf = (parameter: number): number => {
      const { variance } = spreadOf(fits.map(({ step }) => step[parameter]));
      return tQuantile(0.975, FRESH - 1) * Math.sqrt(variance * scale);
    };
    const squares = (left: (index: number) => number): number =>
      weights.slice(from, to).reduce((sum, weight, index) => sum + weight * left(from + index) ** 2, 0);
    const mostByChance = Math.max(...fits.map(({ left }) => squares((index) => left[index]))) * scale;
    const mostMisfit = mostByChance + squares(() => RESOLUTION);
    const interval = (which: 0 | 1): Estimate => {
      const value = parameters[2 * at + which];
      const half = halfOf(2 * at + which);
      return { value: Math.exp(value), low: Math.exp(value - half), high: Math.exp(value + half) };
    };
    return {
      median: interval(0),
      sigma: interval(1),
      misfit: misfitOf(target, values.slice(from, to)),
      mostMisfit,
      fresh: runs[0][at],
    };
  });
}

export interface KnownConcurrency {
  readonly known: Known;
  /** The least and the greatest that agree with what was measured; undefined where none that was tried does not. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/**
 * Away from the concurrency that was found, up and down, until one does not agree, each by fresh runs of its own: a busier pod varies more.
 * Each that agrees has a service time of its own, and the interval of the service time is that of all of them.
 */
export function knownWith(
  simulator: Simulator,
  targets: readonly Target[],
  times: readonly ServiceTime[],
  seeds: number,
): KnownConcurrency[] {
  const settings = times.map(({ setting }) => setting);
  const found = uncertaintyOf(simulator, targets, settings, seeds);
  return times.map(({ setting, tried }, at): KnownConcurrency => {
    const agreeing = [found[at]];
    /** The first that does not agree. */
    const walk = (others: readonly Tried[]): number | undefined => {
      for (const { concurrency, fit } of others) {
        const own = settings.with(at, settingOf({ ...setting, concurrency }, fit.parameters, 0));
        const known = uncertaintyOf(simulator, targets, own, seeds)[at];
        if (known.misfit > known.mostMisfit) return concurrency;
        agreeing.push(known);
      }
      return undefined;
    };
    const below = walk(tried.filter(({ concurrency }) => concurrency < setting.concurrency).toReversed());
    const above = walk(tried.filter(({ concurrency }) => concurrency > setting.concurrency));
    const around = (which: 'median' | 'sigma'): Estimate => ({
      value: found[at][which].value,
      low: Math.min(...agreeing.flatMap((one) => one[which].low ?? [])),
      high: Math.max(...agreeing.flatMap((one) => one[which].high ?? [])),
    });
    return {
      known: { ...found[at], median: around('median'), sigma: around('sigma') },
      low: below === undefined ? undefined : below + 1,
      high: above === undefined ? undefined : above - 1,
    };
  });
}
