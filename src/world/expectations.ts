// The scenario's expectations: measured and judged, for one run and over seeds.
import { mean } from 'd3-array';
import type { Expectation } from '../scenario/expect.ts';
import { type FigureSources, measureFigure } from './figures.ts';

/** One expectation with what came out. `actual` is in the figure's unit (times in µs); undefined: nothing to measure. */
export interface Verdict {
  readonly expectation: Expectation;
  readonly actual: number | undefined;
  readonly pass: boolean;
}

/** Judges one run. An expectation with nothing to measure fails. */
export function judge(expectations: readonly Expectation[], sources: FigureSources): Verdict[] {
  return expectations.map((expectation) => {
    const actual = measureFigure(expectation, sources);
    return { expectation, actual, pass: holds(expectation, actual) };
  });
}

/** Judges over seeds: all must hold, or the mean must, as each expectation says. */
export function judgeOverSeeds(runs: readonly (readonly Verdict[])[]): Verdict[] {
  const [first = []] = runs;
  return first.map(({ expectation }, index) => {
    const verdicts = runs.map((run) => run[index]);
    const actual = mean(verdicts, (verdict) => verdict.actual);
    const pass =
      expectation.overSeeds === 'mean' ? holds(expectation, actual) : verdicts.every((verdict) => verdict.pass);
    return { expectation, actual, pass };
  });
}

function holds({ operator, bound, upper = Infinity }: Expectation, actual: number | undefined): boolean {
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
  if (actual === undefined) return 'nothing to measure';
  switch (expectation.figure.unit) {
    case 'us':
      return actual === Infinity ? 'not finished' : showDuration(actual);
    case 'ratio':
      return actual === 0 ? '0' : actual >= 0.1 ? actual.toFixed(3) : actual.toPrecision(3);
    case 'rate':
      return `${Number(actual.toPrecision(4))}/s`;
    case 'count':
      return String(Number(actual.toPrecision(6)));
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

/** The value in base units (seconds, ratio, count, per second), for run.json. */
export function inBaseUnits({ expectation, actual }: Verdict): number | null {
  if (actual === undefined || !Number.isFinite(actual)) return null;
  return expectation.figure.unit === 'us' ? actual / 1e6 : actual;
}
