// Two figures of each variant, one against the other: a dot with its confidence interval both ways, and its name beside it.
import { type Drawing, finish } from '../drawing.ts';
import { linearTicks, logTicks } from '../scales.ts';
import { dot, heading, line, polyline, type Shape, text } from '../shapes.ts';
import { hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import type { BenchFigure } from './bench-charts.ts';
import type { Bench, BenchRow } from './read-bench.ts';
import { formatOf } from './sweep-charts.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.red, hue.pink, hue.sky, hue.yellow, hue.grey] as const;
const HEIGHT = 380;
/** A logarithmic axis is used when the greatest mean is this many times the least. */
const WIDE = 8;
/** A linear axis begins at 0 unless the least value is at least this share of the greatest. */
const FAR = 0.5;
/** Where a name may go: beside its dot, or so many lines above or below. */
const ROWS = [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5] as const;
const LABEL = { height: 17, away: 14 };

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly above: number;
  readonly bottom: number;
}

/** From left to right and from top to bottom. */
type Rectangle = readonly [x1: number, x2: number, y1: number, y2: number];

interface Point {
  readonly name: string;
  readonly color: string;
  readonly x: number;
  readonly y: number;
  /** Where its intervals end. */
  readonly reach: Rectangle;
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
  const title = `${up.name}, by ${across.short.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())}`;
  const above = heading(shapes, title, `${about}${log ? ' · logarithmic' : ''}`) + 16;
  const rises = log ? logTicks(least, most) : ticksAround(points.map(({ y }) => y));
  const highest = rises.at(-1) ?? 1;
  const labels = rises.map((tick) => formatOf(up)(tick, highest));
  const left = MARGIN + Math.max(...labels.map((label) => textWidth(label, SIZE.small))) + 10;
  const right = WIDTH - MARGIN - 10;
  const bottom = above + HEIGHT;
  const ticks = ticksAround(points.map(({ x }) => x));
  const format = formatOf(across);
  const furthest = ticks.at(-1) ?? 1;
  const xOf = (value: number) => left + share(value, ticks) * (right - left);
  const drawn = (value: number) => (log ? Math.log10(Math.max(value, least / 1e3)) : value);
  const yOf = (value: number) => bottom - Math.min(1, Math.max(0, share(drawn(value), rises.map(drawn)))) * HEIGHT;
  for (const [at, tick] of rises.entries()) {
    shapes.push(line([left, yOf(tick)], [right, yOf(tick)], at === 0 ? ink.axis : ink.grid));
    shapes.push(text(labels[at], left - 8, yOf(tick), { align: 'right' }));
  }
  for (const tick of ticks) {
    shapes.push(line([xOf(tick), above], [xOf(tick), bottom], ink.grid));
    shapes.push(text(format(tick, furthest), xOf(tick), bottom + 14, { align: 'center' }));
  }
  shapes.push(text(across.name, (left + right) / 2, bottom + 36, { align: 'center', size: SIZE.body }));
  const dots = points.map(({ variant, color, x, y }): Point => {
    const [cx, cy] = [xOf(x.mean), yOf(y.mean)];
    const reach: Rectangle = [xOf(bound(x.low, x.mean)), xOf(top(x)), yOf(top(y)), yOf(bound(y.low, y.mean))];
    const [x1, x2, y1, y2] = reach;
    shapes.push(
      polyline(
        [
          [x1, cy],
          [x2, cy],
        ],
        color,
        1.5,
      ),
    );
    shapes.push(
      polyline(
        [
          [cx, y1],
          [cx, y2],
        ],
        color,
        1.5,
      ),
    );
    shapes.push(dot([cx, cy], 6, color));
    return { name: variant, color, x: cx, y: cy, reach };
  });
  drawNames(shapes, dots, { left, right, above, bottom });
  return { title, height: bottom + 54, option: finish({ series: [], graphic: shapes }) };
}

/** Where a value is between the first tick and the last one, 0 to 1. */
function share(value: number, ticks: readonly number[]): number {
  const last = ticks.at(-1) ?? 1;
  return (value - ticks[0]) / (last - ticks[0]);
}

/** Round numbers around all intervals: from 0, or from below the least where all are far from 0. */
function ticksAround(rows: readonly BenchRow[]): number[] {
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

/** Names beside their dots, one below the other where they would meet, with a line to the dot from where they had to go. */
function drawNames(shapes: Shape[], dots: readonly Point[], { left, right, above, bottom }: Frame): void {
  const taken = dots.flatMap(({ x, y, reach: [x1, x2, y1, y2] }): Rectangle[] => [
    [x - 9, x + 9, y - 9, y + 9],
    [x1 - 4, x2 + 4, y - 3, y + 3],
    [x - 3, x + 3, y1 - 3, y2 + 3],
  ]);
  // From the right to the left, so that lines to names further up do not cross names.
  for (const { name, x, y, color, reach } of dots.toSorted((a, b) => b.x - a.x || a.y - b.y)) {
    const width = textWidth(name, SIZE.body, true);
    const places = ROWS.flatMap((row) => {
      const at = y + row * LABEL.height;
      const from = [x + LABEL.away, x - LABEL.away - width, reach[1] + 8, reach[0] - 8 - width];
      return from.map((x1): Rectangle => [x1, x1 + width, at - LABEL.height / 2, at + LABEL.height / 2]);
    });
    const free = places.find(
      (place) =>
        place[0] > left + 4 &&
        place[1] < right + 6 &&
        place[2] > above &&
        place[3] < bottom &&
        !taken.some((other) => overlap(place, other)) &&
        !dots.some((other) => isBetween(other, x, place)),
    );
    const place = free ?? places[0];
    taken.push(place);
    const middle = (place[2] + place[3]) / 2;
    if (middle !== y) shapes.push(line([x, y], [place[0] > x ? place[0] - 3 : place[1] + 3, middle], color));
    shapes.push(text(name, place[0], middle, { size: SIZE.body, bold: true, fill: ink.text }));
  }
}

/** Whether a dot stands between x and the name in the name's line: the name would seem to be its own. */
function isBetween(dot: Point, x: number, [x1, x2, y1, y2]: Rectangle): boolean {
  if (dot.y < y1 - 3 || dot.y > y2 + 3) return false;
  return x1 > x ? dot.x > x && dot.x < x1 : dot.x < x && dot.x > x2;
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a[0] < b[1] && b[0] < a[1] && a[2] < b[3] && b[2] < a[3];
}
