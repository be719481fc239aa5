// How well what was fitted is known, by simulating it again with fresh seeds as if each run had been the measurement.
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Histogram } from '../../metrics/histogram.ts';
import type { Estimate } from '../../statistics/fits.ts';
import { slopesAt, stepOf } from '../../statistics/least-squares.ts';
import { spreadOf } from '../../statistics/moments.ts';
import type { Setting, Simulator } from './simulator.ts';
import { modelOf, type ServiceTime, valuesOf, weightsOf } from './service-times.ts';
import type { Target } from './targets.ts';

/** A measurement that fits worse than all of 19 runs of the model is one in twenty: G. A. Barnard, Journal of the Royal Statistical Society B 25, 1963. */
const FRESH = 19;
/** Histograms tell durations apart by 0.8 %. */
const RESOLUTION = 0.004;

export interface Known {
  readonly median: Estimate;
  readonly sigma: Estimate;
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
export function uncertaintyOf(
  simulator: Simulator,
  targets: readonly Target[],
  times: readonly ServiceTime[],
  seeds: number,
): Known[] {
  const settings = times.map(({ setting }): Setting => setting);
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
    const interval = (parameter: number): Estimate => {
      const { variance } = spreadOf(fits.map(({ step }) => step[parameter]));
      const half = tQuantile(0.975, FRESH - 1) * Math.sqrt(variance * scale);
      const log = parameters[parameter];
      return { value: Math.exp(log), low: Math.exp(log - half), high: Math.exp(log + half) };
    };
    const squares = (left: (index: number) => number): number =>
      weights.slice(from, to).reduce((sum, weight, index) => sum + weight * left(from + index) ** 2, 0);
    const mostByChance = Math.max(...fits.map(({ left }) => squares((index) => left[index]))) * scale;
    return {
      median: interval(2 * at),
      sigma: interval(2 * at + 1),
      mostMisfit: mostByChance + squares(() => RESOLUTION),
      fresh: runs[0][at],
    };
  });
}
