// The scenario's expectations: measured and judged, for one run and over seeds.
import { mean } from 'd3-array';
import { meanInterval } from '../lib/confidence.ts';
import { ninesInterval } from '../lib/nines-interval.ts';
import type { Expectation } from '../scenario/expect.ts';
import type { FigureSources } from './figures/figure.ts';
import { measureFigure } from './figures/measure-figure.ts';

/** One expectation with what came out. `actual` is in the figure's unit (times in µs); undefined: nothing to measure. */
export interface Verdict {
  readonly expectation: Expectation;
  readonly actual: number | undefined;
  readonly pass: boolean;
}

/** Above it a share is written as a percentage, with as many digits as tell it from all. */
const NEARLY_ALL = 0.99;

/** Measures and judges one run. An expectation with nothing to measure fails; one about other cells of a sweep passes. */
export function judge(expectations: readonly Expectation[], sources: FigureSources): Verdict[] {
  return expectations.map((expectation) => {
    const actual = measureFigure(expectation, sources);
    return { expectation, actual, pass: !expectation.applies || holds(expectation, actual) };
  });
}

/** Those that are about this cell of a sweep. */
export function applicable(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter(({ expectation }) => expectation.applies);
}

/**
 * Judges the applicable expectations over seeds: all must hold, or the mean must, as each one says. A mean needs a finite value of
 * every seed: a rollout that did not end has no duration.
 */
export function judgeOverSeeds(runs: readonly (readonly Verdict[])[]): Verdict[] {
  const [first = []] = runs.map(applicable);
  return first.map(({ expectation }, index) => {
    const verdicts = runs.map((run) => applicable(run)[index]);
    const finite = verdicts.every(({ actual }) => actual !== undefined && Number.isFinite(actual));
    const actual = runs.length === 1 ? verdicts[0].actual : finite ? meanOf(expectation, verdicts) : undefined;
    const pass =
      expectation.overSeeds === 'mean' ? holds(expectation, actual) : verdicts.every((verdict) => verdict.pass);
    return { expectation, actual, pass };
  });
}

function meanOf({ figure }: Expectation, verdicts: readonly Verdict[]): number | undefined {
  const values = verdicts.flatMap(({ actual }) => actual ?? []);
  return figure.unit === 'nines' && values.length > 0 ? ninesInterval(values).mean : mean(values);
}

/** Whether it is so. Nothing to measure is not. */
export function holds({ operator, bound, upper = Infinity }: Expectation, actual: number | undefined): boolean {
  if (actual === undefined || Number.isNaN(actual)) return false;
  switch (operator) {
    case '<':
      return actual < bound;
    case '<=':
      return actual <= bound;
    case '>':
      return actual > bound;
    case '>=':
      return actual >= bound;
    case '==':
      return actual === bound;
    case '!=':
      return actual !== bound;
    case 'between':
      return actual >= bound && actual <= upper;
  }
}

/** The actual value as a person reads it: `0.34 %`, `4m12s`, `812/s`. */
export function showActual({ expectation, actual }: Verdict): string {
  return actual === undefined ? 'nothing to measure' : showMeasure(expectation, actual);
}

/** A value of what the expectation measures, as a person reads it. */
function showMeasure({ figure }: Expectation, actual: number): string {
  switch (figure.unit) {
    case 'us':
      return actual === Infinity ? 'not finished' : showDuration(actual);
    case 'ratio':
      if (actual > NEARLY_ALL && actual < 1)
        return `${Number((100 - Number(((1 - actual) * 100).toPrecision(3))).toFixed(8))} %`;
      return actual === 0 ? '0' : actual >= 0.1 ? actual.toFixed(3) : actual.toPrecision(3);
    case 'rate':
      return `${Number(actual.toPrecision(4))}/s`;
    case 'nines':
      return `${actual.toFixed(2)} nines`;
    case 'count':
      return String(Number(actual.toPrecision(6)));
  }
}

/** The mean over runs of what the expectation measures, ± half its 95 % confidence interval; of nines both ends of the interval. */
export function showInterval(expectation: Expectation, values: readonly number[]): string {
  const { unit } = expectation.figure;
  if (unit === 'nines') {
    const { mean: middle, low, high } = ninesInterval(values);
    const upper = high === Infinity ? 'more' : high.toFixed(2);
    return values.length < 2
      ? showMeasure(expectation, middle)
      : `${middle.toFixed(2)} (${low.toFixed(2)} to ${upper})`;
  }
  const { mean: middle, half = 0 } = meanInterval(values);
  if (half === 0) return showMeasure(expectation, middle);
  if (unit === 'ratio' && middle > NEARLY_ALL)
    return `${showMeasure(expectation, middle)} ± ${Number((half * 100).toPrecision(2))} %`;
  return `${showMeasure(expectation, middle)} ± ${showMeasure(expectation, half)}`;
}

/** A value of results in one of their units, as a person reads it. */
export function showInUnit(unit: string, value: number): string {
  switch (unit) {
    case 'seconds':
      return showDuration(value * 1e6);
    case 'ratio':
      return `${Number((value * 100).toPrecision(3))} %`;
    case 'per second':
      return `${Number(value.toPrecision(4))}/s`;
    default:
      return Number(value.toPrecision(value >= 1000 ? 7 : 4)).toLocaleString('en-US');
  }
}

/** A duration in the unit that suits it. */
export function showDuration(us: number): string {
  if (us < 1000) return `${Math.round(us)}us`;
  if (us < 1e6) return `${Number((us / 1000).toPrecision(4))}ms`;
  if (us < 60e6) return `${Number((us / 1e6).toPrecision(4))}s`;
  const seconds = Math.round(us / 1e6);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m${seconds % 60}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds % 60}s`;
}

/** The inverse of inBaseUnits. */
export function fromBaseUnits(expectation: Expectation, actual: number | null): number | undefined {
  if (actual === null) return undefined;
  return expectation.figure.unit === 'us' ? actual * 1e6 : actual;
}

/** The value in base units (seconds, ratio, count, per second), for run.json. */
export function inBaseUnits({ expectation, actual }: Verdict): number | null {
  if (actual === undefined || !Number.isFinite(actual)) return null;
  return expectation.figure.unit === 'us' ? actual / 1e6 : actual;
}
