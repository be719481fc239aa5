// How each variant differs from the first one: one panel per figure, one row per variant, a dot with its confidence interval around no difference.
import { type Drawing, finish } from '../drawing.ts';
import { formatPoints } from '../format.ts';
import { linearTicks } from '../scales.ts';
import { dot, drawLegend, heading, line, polyline, type Shape, text } from '../shapes.ts';
import { fitText, hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import type { BenchFigure } from './bench-charts.ts';
import type { Bench, BenchRow } from './read-bench.ts';
import { formatOf } from './sweep-charts.ts';

const ROW = 24;
const GAP = 30;
const PADDING = 22;
const COLORS: Readonly<Record<string, string>> = {
  better: hue.green,
  worse: hue.red,
  higher: hue.blue,
  lower: hue.blue,
};
const LEGEND = [
  { name: 'better', color: hue.green, of: ['better'] },
  { name: 'worse', color: hue.red, of: ['worse'] },
  { name: 'differs', color: hue.blue, of: ['higher', 'lower'] },
  { name: 'no difference shown', color: hue.grey, of: ['no difference shown', 'equal'] },
  { name: 'one seed: no interval', color: hue.grey, of: ['too few seeds'] },
];

export function differences(bench: Bench, figures: readonly BenchFigure[], about: string): Drawing {
  const [first, ...others] = bench.variants;
  const shapes: Shape[] = [];
  const title = `Differences from ${first}`;
  const rows = figures.flatMap(({ column }) => bench.figures.get(column) ?? []);
  const used = new Set(rows.filter(({ variant }) => variant !== first).map(({ verdict }) => verdict));
  const legend = LEGEND.filter(({ of }) => of.some((verdict) => used.has(verdict)));
  let top = drawLegend(shapes, legend, heading(shapes, title, about)) + 6;
  const columns = figures.length === 1 ? 1 : figures.length === 2 || figures.length === 4 ? 2 : 3;
  const room = Math.min(150, Math.max(...others.map((name) => textWidth(name, SIZE.small))) + 12);
  const left = MARGIN + room;
  const width = (WIDTH - MARGIN - left - (columns - 1) * GAP) / columns;
  const tall = others.length * ROW;
  for (let at = 0; at < figures.length; at += columns) {
    for (const [column, figure] of figures.slice(at, at + columns).entries()) {
      const box = { left: left + column * (width + GAP), top: top + 26, width, height: tall };
      shapes.push(
        text(fitText(figure.short, width, SIZE.body, true), box.left, top + 10, {
          size: SIZE.body,
          bold: true,
          fill: ink.text,
        }),
      );
      drawPanel(shapes, box, others, figure, bench.figures.get(figure.column) ?? []);
    }
    for (const [row, name] of others.entries()) {
      const y = top + 26 + (row + 0.5) * ROW;
      shapes.push(text(fitText(name, room - 12, SIZE.small), left - 12, y, { align: 'right', fill: ink.text }));
    }
    top += 26 + tall + 40;
  }
  return { title, height: top + 6, option: finish({ series: [], graphic: shapes }) };
}

interface DifferencePanel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function drawPanel(
  shapes: Shape[],
  box: DifferencePanel,
  variants: readonly string[],
  figure: BenchFigure,
  rows: readonly BenchRow[],
): void {
  const own = variants.map((variant) => rows.find((row) => row.variant === variant && !Number.isNaN(row.difference)));
  const ends = own.flatMap((row) => (row === undefined ? [] : [...intervalOf(row), row.difference]));
  const lowest = Math.min(0, ...ends);
  const highest = Math.max(0, ...ends);
  const reach = linearTicks(Math.max(-lowest, highest) || 1, 4, false);
  const step = reach[1] ?? 1;
  // As far to each side as there is something to see, in whole steps.
  const from = -Math.ceil(-lowest / step - 1e-9) * step;
  const to = Math.max(Math.ceil(highest / step - 1e-9) * step, from === 0 ? step : 0);
  const x = (value: number) => box.left + PADDING + ((value - from) / (to - from)) * (box.width - 2 * PADDING);
  const format = figure.unit === 'ratio' ? formatPoints : formatOf(figure);
  const bottom = box.top + box.height;
  const count = Math.round((to - from) / step);
  const ticks = Array.from({ length: count + 1 }, (_, at) => Number((from + at * step).toPrecision(12)));
  const labels = ticks.map((value) => `${value > 0 ? '+' : ''}${format(value, Math.max(-from, to)).replace('-', '−')}`);
  const widest = Math.max(...labels.map((label) => textWidth(label, SIZE.small)));
  // Every tick has a name, or every second one …, counted from no difference.
  const stride = Math.ceil((widest + 6) / (x(step) - x(0)));
  for (const [at, value] of ticks.entries()) {
    shapes.push(line([x(value), box.top], [x(value), bottom], value === 0 ? ink.axis : ink.grid));
    if (Math.round(value / step) % stride === 0)
      shapes.push(text(labels[at], x(value), bottom + 14, { align: 'center' }));
  }
  for (const [at, row] of own.entries()) {
    if (row === undefined) continue;
    const y = box.top + (at + 0.5) * ROW;
    const color = COLORS[row.verdict] ?? hue.grey;
    const [low, high] = intervalOf(row);
    shapes.push(
      polyline(
        [
          [x(low), y],
          [x(high), y],
        ],
        color,
      ),
    );
    shapes.push(dot([x(row.difference), y], 4.5, color));
  }
}

function intervalOf({ difference, differenceLow, differenceHigh }: BenchRow): [number, number] {
  return Number.isNaN(differenceLow) ? [difference, difference] : [differenceLow, differenceHigh];
}
