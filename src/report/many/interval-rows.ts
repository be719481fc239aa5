// Estimates with their intervals, one row each: effects and indices, around 0.
import { type Drawing, finish } from '../drawing.ts';
import type { Format } from '../format.ts';
import { linearTicks } from '../scales.ts';
import { dot, drawLegend, heading, line, polyline, type Shape, text } from '../shapes.ts';
import { fitText, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';

export interface IntervalMark {
  readonly value: number;
  /** NaN where nothing is known of the spread. */
  readonly low: number;
  readonly high: number;
  readonly color: string;
}

export interface IntervalRows {
  readonly title: string;
  readonly about: string;
  readonly legend: readonly { readonly name: string; readonly color: string }[];
  /** At least one. */
  readonly rows: readonly { readonly name: string; readonly marks: readonly IntervalMark[] }[];
  readonly format: Format;
  /** Name of the axis below. */
  readonly below: string;
}

const ROW = 26;
const APART = 8;

export function intervalRows({ title, about, legend, rows, format, below }: IntervalRows): Drawing {
  const shapes: Shape[] = [];
  const top = drawLegend(shapes, legend, heading(shapes, title, about)) + 10;
  const room = Math.min(320, Math.max(...rows.map(({ name }) => textWidth(name, SIZE.small))) + 12);
  const left = MARGIN + room;
  const right = WIDTH - MARGIN - 20;
  const ends = rows.flatMap(({ marks }) =>
    marks.flatMap(({ value, low, high }) => [value, low, high].filter((one) => !Number.isNaN(one))),
  );
  const [lowest, highest] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const step = linearTicks(Math.max(highest, -lowest) || 1, 6, false)[1] ?? 1;
  const from = Math.floor(lowest / step + 1e-9) * step;
  const to = Math.max(Math.ceil(highest / step - 1e-9) * step, from + step);
  const x = (value: number) => left + ((value - from) / (to - from)) * (right - left);
  const bottom = top + rows.length * ROW;
  for (let at = 0; at <= Math.round((to - from) / step); at += 1) {
    const tick = Number((from + at * step).toPrecision(12));
    shapes.push(line([x(tick), top], [x(tick), bottom], tick === 0 ? ink.axis : ink.grid));
    const label = format(tick, Math.max(to, -from)).replace('-', '−');
    shapes.push(text(label, x(tick), bottom + 14, { align: 'center' }));
  }
  for (const [at, { name, marks }] of rows.entries()) {
    const middle = top + (at + 0.5) * ROW;
    shapes.push(text(fitText(name, room - 12, SIZE.small), left - 12, middle, { align: 'right', fill: ink.text }));
    for (const [place, { value, low, high, color }] of marks.entries()) {
      const y = middle + (place - (marks.length - 1) / 2) * APART;
      const reach: [number, number][] = [
        [x(low), y],
        [x(high), y],
      ];
      if (!Number.isNaN(low)) shapes.push(polyline(reach, color));
      shapes.push(dot([x(value), y], 4.5, color));
    }
  }
  shapes.push(text(below, (left + right) / 2, bottom + 36, { align: 'center', size: SIZE.body }));
  return { title, height: bottom + 54, option: finish({ series: [], graphic: shapes }) };
}
