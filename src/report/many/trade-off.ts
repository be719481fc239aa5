// Two figures of each variant against each other: a dot with its confidence interval both ways, and its name beside it.
import { axisOf } from '../axes.ts';
import { type Drawing, finish } from '../drawing.ts';
import { linearTicks } from '../scales.ts';
import { dot, heading, line, polyline, type Shape, text } from '../shapes.ts';
import { hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import type { BenchFigure } from './bench-charts.ts';
import type { Bench, BenchRow } from './read-bench.ts';
import { formatOf } from './sweep-charts.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.red, hue.pink, hue.sky, hue.yellow, hue.grey] as const;
const HEIGHT = 380;
/** A logarithmic axis is used when the greatest mean is this many times the least. */
const WIDE = 8;
/** The axis below begins at 0 unless the least value is at least this share of the greatest. */
const FAR = 0.5;
const LABEL = { height: 17, away: 14 };

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly above: number;
  readonly bottom: number;
}

interface Point {
  readonly name: string;
  readonly color: string;
  readonly x: number;
  readonly y: number;
}

/** `across` is drawn from left to right, `up` from below; of both, less is better or cheaper. */
export function tradeOff(bench: Bench, across: BenchFigure, up: BenchFigure, about: string): Drawing {
  const rowOf = (figure: BenchFigure, variant: string): BenchRow | undefined =>
    bench.figures.get(figure.column)?.find((row) => row.variant === variant);
  const points = bench.variants.flatMap((variant, at) => {
    const [x, y] = [rowOf(across, variant), rowOf(up, variant)];
    return x === undefined || y === undefined ? [] : [{ variant, color: COLORS[at % COLORS.length], x, y }];
  });
  const least = Math.min(...points.map(({ y }) => y.mean));
  const most = Math.max(...points.map(({ y }) => top(y)));
  const log = up.unit !== 'ratio' && least > 0 && most / least >= WIDE;
  const shapes: Shape[] = [];
  const title = `${up.name}, by ${across.short.toLowerCase().replace(/\bcpu\b/, 'CPU')}`;
  const above = heading(shapes, title, `${about}${log ? ' · logarithmic' : ''}`) + 16;
  const axis = axisOf(
    {
      name: '',
      lines: [],
      domain: log ? [least, most] : [0, most],
      format: formatOf(up),
      scale: log ? 'log' : 'linear',
      whole: up.unit === 'count',
    },
    HEIGHT,
  );
  const left = MARGIN + axis.room;
  const right = WIDTH - MARGIN - 10;
  const bottom = above + HEIGHT;
  const ticks = ticksAcross(points.map(({ x }) => x));
  const format = formatOf(across);
  const [from, to] = [ticks[0], ticks.at(-1) ?? 1];
  const xOf = (value: number) => left + ((value - from) / (to - from)) * (right - left);
  const yOf = (value: number) => {
    const drawn = log ? Math.log10(Math.max(value, least / 1e3)) : value;
    const share = (drawn - axis.min) / (axis.max - axis.min);
    return bottom - Math.min(1, Math.max(0, share)) * HEIGHT;
  };
  for (const tick of axis.ticks) {
    const y = yOf(log ? 10 ** tick : tick);
    shapes.push(line([left, y], [right, y], tick === axis.ticks[0] ? ink.axis : ink.grid));
    shapes.push(text(axis.labels.get(tick) ?? '', left - 8, y, { align: 'right' }));
  }
  for (const tick of ticks) {
    shapes.push(line([xOf(tick), above], [xOf(tick), bottom], ink.grid));
    shapes.push(text(format(tick), xOf(tick), bottom + 14, { align: 'center' }));
  }
  shapes.push(text(across.name, (left + right) / 2, bottom + 36, { align: 'center', size: SIZE.body }));
  const dots = points.map(({ variant, color, x, y }): Point => {
    const [cx, cy] = [xOf(x.mean), yOf(y.mean)];
    whisker(shapes, color, [xOf(bound(x.low, x.mean)), cy], [xOf(top(x)), cy]);
    whisker(shapes, color, [cx, yOf(bound(y.low, y.mean))], [cx, yOf(top(y))]);
    shapes.push(dot([cx, cy], 6, color));
    return { name: variant, color, x: cx, y: cy };
  });
  drawNames(shapes, dots, { left, right, above, bottom });
  return { title, height: bottom + 54, option: finish({ series: [], graphic: shapes }) };
}

/** Round numbers around all intervals: from 0, or from below the least where all are far from 0. */
function ticksAcross(rows: readonly BenchRow[]): number[] {
  const least = Math.min(...rows.map(({ low, mean }) => bound(low, mean)));
  const most = Math.max(...rows.map(top));
  if (least < most * FAR) return linearTicks(most, 8, false);
  const step = linearTicks(Math.max(most - least, most / 20), 5, false)[1];
  const first = Math.floor(least / step - 0.25);
  const count = Math.ceil(most / step + 0.25) - first + 1;
  return Array.from({ length: count }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function top({ high, mean }: BenchRow): number {
  return Number.isNaN(high) ? mean : high;
}

function bound(low: number, mean: number): number {
  return Number.isNaN(low) ? mean : Math.max(0, low);
}

function whisker(shapes: Shape[], color: string, from: readonly [number, number], to: readonly [number, number]): void {
  shapes.push(polyline([from, to], color, 1.5));
}

/** Names beside their dots, one below the other where they would meet, with a line to the dot from where they had to go. */
function drawNames(shapes: Shape[], dots: readonly Point[], { left, right, above, bottom }: Frame): void {
  const taken: { readonly from: number; readonly to: number; readonly y: number }[] = [];
  const rows = [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5];
  // From the right to the left, so that lines to names further up do not cross names.
  for (const { name, x, y, color } of dots.toSorted((a, b) => b.x - a.x || a.y - b.y)) {
    const width = textWidth(name, SIZE.body, true);
    const places = rows.flatMap((row) => {
      const at = y + row * LABEL.height;
      return [
        { from: x + LABEL.away, at },
        { from: x - LABEL.away - width, at },
      ];
    });
    const free = places.find(({ from, at }) => {
      const to = from + width;
      const within = from > left && to < right && at > above + 6 && at < bottom - 6;
      const meetsName = taken.some(
        (one) => Math.abs(one.y - at) < LABEL.height && one.from < to + 6 && from < one.to + 6,
      );
      const meetsDot = dots.some((one) => Math.abs(one.y - at) < 14 && one.x > from - 9 && one.x < to + 9);
      return within && !meetsName && !meetsDot;
    });
    const { from, at } = free ?? places[0];
    taken.push({ from, to: from + width, y: at });
    if (at !== y) shapes.push(line([x, y], [from > x ? from - 3 : from + width + 3, at], color));
    shapes.push(text(name, from, at, { size: SIZE.body, bold: true, fill: ink.text }));
  }
}
