// Measures what an expectation names, over the run or a window of it.
import { assert } from '../../lib/assert.ts';
import type { Expectation } from '../../scenario/expect.ts';
import type { Figure, FigureSources, Span } from './figure.ts';
import { figures } from './index.ts';

const byPattern = new Map(figures.map((figure) => [figure.pattern, figure]));

/** The expectation's figure in its unit (µs, a ratio, a count, per second); undefined when there was nothing to measure. */
export function measureFigure(expectation: Expectation, sources: FigureSources): number | undefined {
  const { figure, aggregate, window } = expectation;
  return figureOf(expectation).measure(
    { span: spanOf(expectation, sources), names: figure.names, window, aggregate },
    sources,
  );
}

export function figureOf({ figure }: Expectation): Figure {
  const found = byPattern.get(figure.pattern);
  assert(found !== undefined, () => `no figure ${figure.pattern}`);
  return found;
}

function spanOf({ window }: Expectation, { measure, durationUs, warmupUs }: FigureSources): Span {
  const fromUs = window?.fromUs ?? warmupUs;
  const toUs = Math.min(window?.toUs ?? durationUs, durationUs);
  const { series } = measure;
  const first = series.findIndex((row) => row.time_seconds * 1e6 > fromUs);
  const past = series.findIndex((row) => row.time_seconds * 1e6 > toUs);
  const from = first === -1 ? series.length : first;
  const to = past === -1 ? series.length : past;
  const start = from === 0 ? 0 : series[from - 1].time_seconds;
  const end = to === 0 ? 0 : series[to - 1].time_seconds;
  return { from, to, seconds: Math.max(0, end - start) };
}
