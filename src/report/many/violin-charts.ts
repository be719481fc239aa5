// How long requests take in each cell, side by side: violins of the whole distribution with a box plot in each.
import { axisOf } from '../axes.ts';
import type { ChartData } from '../chart-data.ts';
import { type Drawing, finish } from '../drawing.ts';
import { formatSeconds } from '../format.ts';
import { type Box, dot, heading, line, polygon, rect, type Shape, text } from '../shapes.ts';
import { fitText, hue, ink, MARGIN, SIZE, WIDTH } from '../theme.ts';
import { type Distribution, distributionsOf, quantile, sharesAt } from './distributions.ts';
import type { Sweep } from './read-sweep.ts';
import type { NamedDrawing } from './sweep-charts.ts';

/** One alone has nothing beside it; more are too narrow. */
const CELLS = { fewest: 2, most: 24 };
/** Slices of a violin from the lowest to the highest latency drawn, evenly apart on the logarithmic axis. */
const SLICES = 80;
/** What is left out at both ends: single requests would stretch the axis. */
const TAIL = 0.0005;
const TALL = 360;
const BODY = 0.35;

/** What a box plot shows: whiskers, quartiles, median. */
const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** A violin for each cell with requests; none for fewer than two or more than 24. */
export function violinCharts(sweep: Sweep): NamedDrawing[] {
  if (sweep.cells.length < CELLS.fewest || sweep.cells.length > CELLS.most) return [];
  const cells = distributionsOf(sweep);
  if (cells.length < CELLS.fewest) return [];
  const from = Math.min(...cells.map((one) => quantile(one, TAIL)));
  const to = Math.max(...cells.map((one) => quantile(one, 1 - TAIL)));
  if (!(from > 0 && to > from)) return [];
  return [{ name: 'latency-violins', drawing: draw(sweep, cells, [from, to]) }];
}

function draw(sweep: Sweep, cells: readonly Distribution[], domain: readonly [number, number]): Drawing {
  const title = 'Latency of requests, by cell';
  const seeds = sweep.seeds === 1 ? 'one seed' : `${sweep.seeds} seeds added up`;
  const subtitle = `${sweep.scenario} · ${seeds} · median, quartiles, and the middle 90 % · logarithmic`;
  const shapes: Shape[] = [];
  const top = heading(shapes, title, subtitle) + 14;
  const axis = axisOf({ name: '', lines: [], domain, scale: 'log', format: formatSeconds }, TALL);
  const box: Box = { left: MARGIN + axis.room, top, width: WIDTH - 2 * MARGIN - axis.room, height: TALL };
  const bottom = top + TALL;
  const y = (seconds: number): number => {
    const share = (Math.log10(seconds) - axis.min) / (axis.max - axis.min);
    return bottom - TALL * Math.min(1, Math.max(0, share));
  };
  for (const tick of axis.ticks) {
    const at = y(10 ** tick);
    shapes.push(line([box.left, at], [box.left + box.width, at], ink.grid));
    shapes.push(text(axis.labels.get(tick) ?? '', box.left - 8, at, { align: 'right' }));
  }
  const wide = box.width / cells.length;
  for (const [index, cell] of cells.entries()) {
    const middle = box.left + (index + 0.5) * wide;
    drawViolin(shapes, cell, domain, middle, Math.min(60, wide * 0.45), y);
    shapes.push(text(fitText(cell.name, wide - 6, SIZE.small), middle, bottom + 14, { align: 'center' }));
  }
  return {
    title,
    height: bottom + 34,
    option: finish({ series: [], graphic: shapes }),
    data: () => dataOf(title, subtitle, cells),
  };
}

function drawViolin(
  shapes: Shape[],
  cell: Distribution,
  [from, to]: readonly [number, number],
  middle: number,
  half: number,
  y: (seconds: number) => number,
): void {
  const edges = Array.from({ length: SLICES + 1 }, (_, at) => from * (to / from) ** (at / SLICES));
  const shares = sharesAt(cell, edges);
  const masses = smooth(smooth(shares.slice(1).map((share, at) => share - shares[at])));
  const most = Math.max(...masses);
  // Slices beyond the first and the last request have no width.
  const slices = masses
    .map((mass, at) => ({ width: (half * mass) / most, at: y(Math.sqrt(edges[at] * edges[at + 1])) }))
    .filter(({ width }) => width > 0.2);
  const side = (sign: number) => slices.map(({ width, at }): [number, number] => [middle + sign * width, at]);
  if (slices.length > 1) shapes.push(polygon([...side(1), ...side(-1).toReversed()], hue.blue, BODY));
  const [low, first, median, third, high] = SHARES.map((share) => y(quantile(cell, share)));
  shapes.push(line([middle, low], [middle, high], ink.text));
  shapes.push(rect({ left: middle - 5, top: third, width: 10, height: Math.max(1, first - third) }, hue.blue));
  shapes.push(dot([middle, median], 3, ink.background));
}

/** Neighbours weighted 1, 2, 1: buckets of a histogram are as wide as slices or wider. */
function smooth(masses: readonly number[]): number[] {
  return masses.map((mass, at) => ((masses[at - 1] ?? 0) + 2 * mass + (masses[at + 1] ?? 0)) / 4);
}

function dataOf(title: string, subtitle: string, cells: readonly Distribution[]): ChartData {
  const columns = ['cell', 'p5_seconds', 'p25_seconds', 'p50_seconds', 'p75_seconds', 'p95_seconds'];
  const rows = cells.map((cell) => [cell.name, ...SHARES.map((share) => quantile(cell, share))]);
  const x = { field: 'cell', type: 'nominal', title: null, sort: cells.map(({ name }) => name) };
  const y = (field: string) => ({ field, type: 'quantitative', title: 'latency (s)', scale: { type: 'log' } });
  return {
    columns,
    rows,
    spec: {
      title: { text: title, subtitle },
      width: 840,
      height: TALL,
      layer: [
        { mark: 'rule', encoding: { x, y: y('p5_seconds'), y2: { field: 'p95_seconds' } } },
        {
          mark: { type: 'bar', size: 14, color: hue.blue },
          encoding: { x, y: y('p25_seconds'), y2: { field: 'p75_seconds' } },
        },
        { mark: { type: 'tick', color: 'white', size: 14 }, encoding: { x, y: y('p50_seconds') } },
      ],
    },
  };
}
