// How long requests take in each cell of a sweep, whole distributions, as curves of shares.
import { formatRatio, formatSeconds } from '../format.ts';
import { logTicks } from '../scales.ts';
import { hue } from '../theme.ts';
import { distributionsOf, quantile, sharesAt } from './distributions.ts';
import { plot } from './plot.ts';
import type { Sweep } from './read-sweep.ts';
import type { NamedDrawing } from './sweep-charts.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.red, hue.pink, hue.sky, hue.yellow, hue.grey] as const;
/** More curves cannot be told apart. */
const MOST_CURVES = COLORS.length;
/** Places at which the curves are worked out, evenly apart on a logarithmic axis. */
const POINTS = 240;
/** What is left out at both ends: single requests would stretch the axis. */
const TAIL = 0.0005;

/** The share of requests that took at most so long, a curve for each cell; none where there are no requests, or more cells than colours. */
export function distributionCharts(sweep: Sweep): NamedDrawing[] {
  if (sweep.cells.length > MOST_CURVES) return [];
  const cells = distributionsOf(sweep);
  if (cells.length === 0) return [];
  const from = Math.min(...cells.map((one) => quantile(one, TAIL)));
  const to = Math.max(...cells.map((one) => quantile(one, 1 - TAIL)));
  if (!(from > 0 && to > from)) return [];
  const placeOf = (seconds: number) => Math.log(seconds / from) / Math.log(to / from);
  const values = Array.from({ length: POINTS }, (_, at) => from * (to / from) ** (at / (POINTS - 1)));
  const labelled = logTicks(from, to)
    .filter((seconds) => seconds >= from && seconds <= to)
    .map((seconds) => ({ at: placeOf(seconds), label: formatSeconds(seconds) }));
  const curves = cells.map((one, at) => {
    const shares = sharesAt(one, values);
    const points = shares.map((share) => ({ mean: share, low: share, high: share }));
    return { name: one.name, color: COLORS[at % COLORS.length], points };
  });
  const drawing = plot({
    title: 'Latency of requests, distribution',
    subtitle: `${sweep.scenario} · share of requests that took at most so long · ${sweep.seeds === 1 ? 'one seed' : `${sweep.seeds} seeds added up`} · logarithmic`,
    legend: curves.some(({ name }) => name !== '') ? curves : [],
    xName: 'latency',
    ticks: values.map((seconds) => ({ at: placeOf(seconds), label: '' })),
    labelled,
    values,
    numeric: true,
    dots: false,
    panels: [{ name: '', curves }],
    format: formatRatio,
    whole: false,
    scale: 'linear',
  });
  return [{ name: 'latency-distribution', drawing }];
}
