// The settings of a search: what each costs against how far it is from breaking an expectation, and the frontier of those that no other beats.
import { type Drawing, finish } from '../drawing.ts';
import { linearTicks } from '../scales.ts';
import { dot, drawLegend, heading, line, polyline, type Shape, text } from '../shapes.ts';
import { hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import type { OptimumRow, ReadOptimum } from './read-optimum.ts';
import { formatOf } from './sweep-charts.ts';

const HEIGHT = 360;
const TICKS = [-1, -0.5, 0, 0.5, 1];
/** A margin below this is drawn there: what breaks its bound many times over is no closer look. */
const LEAST = -1;

const KINDS = [
  { name: 'keeps the expectations', color: hue.green, of: ({ keeps, best }: OptimumRow) => keeps && !best },
  { name: 'breaks one', color: hue.red, of: ({ keeps }: OptimumRow) => !keeps },
  { name: 'the cheapest that keeps them', color: hue.blue, of: ({ best }: OptimumRow) => best },
];

export function frontierChart(optimum: ReadOptimum, about: string): Drawing {
  const rows = optimum.rows.filter(({ cost }) => !Number.isNaN(cost));
  const shapes: Shape[] = [];
  const title = 'What is cheap and what holds';
  const legend = [
    ...KINDS.filter(({ of }) => rows.some(of)).map(({ name, color }) => ({ name, color })),
    { name: 'frontier', color: hue.grey },
  ];
  const top = drawLegend(shapes, legend, heading(shapes, title, about)) + 12;
  const most = Math.max(...rows.map(({ cost }) => cost));
  const ticks = linearTicks(most, 8, false);
  const format = formatOf(optimum.cost);
  const labels = TICKS.map((tick) => `${tick > 0 ? '+' : ''}${String(100 * tick).replace('-', '−')} %`);
  const left = MARGIN + Math.max(...labels.map((label) => textWidth(label, SIZE.small))) + 10;
  const right = WIDTH - MARGIN - 10;
  const bottom = top + HEIGHT;
  const xOf = (cost: number) => left + (cost / (ticks.at(-1) ?? 1)) * (right - left);
  const yOf = (margin: number) => bottom - ((Math.max(LEAST, margin) + 1) / 2) * HEIGHT;
  for (const [at, tick] of TICKS.entries()) {
    shapes.push(line([left, yOf(tick)], [right, yOf(tick)], tick === 0 ? ink.axis : ink.grid));
    shapes.push(text(labels[at], left - 8, yOf(tick), { align: 'right' }));
  }
  for (const tick of ticks) {
    shapes.push(line([xOf(tick), top], [xOf(tick), bottom], ink.grid));
    shapes.push(text(format(tick, ticks.at(-1)), xOf(tick), bottom + 14, { align: 'center' }));
  }
  const frontier = rows.filter((row) => row.frontier);
  if (frontier.length > 1)
    shapes.push(
      polyline(
        frontier.map(({ cost, margin }): [number, number] => [xOf(cost), yOf(margin)]),
        hue.grey,
        1.5,
      ),
    );
  for (const { color, of } of KINDS) {
    for (const row of rows.filter(of)) shapes.push(dot([xOf(row.cost), yOf(row.margin)], row.best ? 7 : 5, color));
  }
  const best = rows.find((row) => row.best);
  if (best !== undefined) {
    const name = optimum.axes.map((axis, at) => `${axis} ${best.values[at]}`).join(', ');
    const width = textWidth(name, SIZE.body, true);
    const x = Math.max(left + 4, Math.min(right - width, xOf(best.cost) + 12));
    shapes.push(text(name, x, yOf(best.margin) + 18, { size: SIZE.body, bold: true, fill: ink.text }));
  }
  const below = `cost: ${optimum.cost.title}`;
  shapes.push(text(below, (left + right) / 2, bottom + 36, { align: 'center', size: SIZE.body }));
  const height = bottom + 54;
  return { title, height, option: finish({ series: [], graphic: shapes }) };
}
