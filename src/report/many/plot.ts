// Panels of curves with confidence bands over the choices on an axis, as an ECharts option made of shapes.
import { axisOf } from '../axes.ts';
import { finish } from '../drawing.ts';
import type { Drawing } from '../drawing.ts';
import { plotData } from './plot-data.ts';
import { type Format, formatClock } from '../format.ts';
import type { Mark } from '../marks.ts';
import { dot, drawLegend, heading, line, polygon, polyline, text } from '../shapes.ts';
import type { Box, LegendEntry, Shape } from '../shapes.ts';
import { timeTicks } from '../scales.ts';
import { drawStrip, shade } from '../strip.ts';
import { fitText, hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';

/** A mean with its confidence interval; `low` and `high` equal it when nothing is known of its spread. */
interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Curve {
  readonly name: string;
  readonly color: string;
  /** One for each tick; undefined where there is nothing to show. */
  readonly points: readonly (Estimate | undefined)[];
}

export interface Panel {
  readonly name: string;
  readonly curves: readonly Curve[];
  /** Single values below the curves: where they are from 0 to 1, and what they are in numbers. */
  readonly scatter?: readonly { readonly at: number; readonly x: number; readonly y: number }[];
}

export interface Plot {
  readonly title: string;
  readonly subtitle: string;
  readonly legend: readonly LegendEntry[];
  /** Name of the axis below. */
  readonly xName: string;
  /** Where the choices (or instants) are, from 0 to 1, and their names. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** The choices are numbers: lines with bands. Otherwise they are names: dots with whiskers. */
  readonly numeric: boolean;
  /** Whether each point of a line is marked. */
  readonly dots: boolean;
  readonly panels: readonly Panel[];
  readonly format: Format;
  readonly whole: boolean;
  readonly scale: 'linear' | 'log';
  /** What is labelled below instead of every choice, from 0 to 1. */
  readonly labelled?: Plot['ticks'];
  /** What the choices are in numbers, for data: seconds of simulated time, seconds of latency. Their labels if left out. */
  readonly values?: readonly number[];
  /** Over simulated time: its length in seconds, and what is marked in it. */
  readonly time?: { readonly duration: number; readonly marks: readonly Mark[] };
}

const BAND = 0.18;
const GAP = 22;
/** Room between the edges of a panel and the first and the last number. */
const EDGE = 16;
const PANEL = { alone: 340, small: 230 };
/** Room for a panel's name above it, and for the names of the ticks below. */
const ROOM = { name: 28, ticks: 24 };

/** Lays the panels out on one scale, so that they can be compared. */
export function plot(chart: Plot): Drawing {
  const { panels } = chart;
  const columns = panels.length === 4 ? 2 : Math.min(3, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const alone = panels.length === 1;
  const tall = rows === 1 ? PANEL.alone : PANEL.small;
  const shapes: Shape[] = [];
  let top = drawLegend(shapes, chart.legend, heading(shapes, chart.title, chart.subtitle));
  const axis = axisOf({ ...chart, name: '', lines: [], domain: domainOf(chart) }, tall);
  const left = MARGIN + axis.room;
  const width = (WIDTH - MARGIN - left - (columns - 1) * GAP) / columns;
  if (chart.time !== undefined) {
    const box = { left, top, width, height: 0 };
    top = drawStrip(shapes, chart.time.marks, { ...box, ...across(box) }, chart.time.duration);
  }
  for (let row = 0; row < rows; row += 1) {
    const above = alone ? 10 : ROOM.name;
    for (const [column, panel] of panels.slice(row * columns, (row + 1) * columns).entries()) {
      const box = { left: left + column * (width + GAP), top: top + above, width, height: tall };
      if (!alone) shapes.push(text(fitText(panel.name, width, SIZE.body, true), box.left, top + 14, NAME));
      drawFrame(shapes, chart, box, axis, column === 0);
      if (chart.time !== undefined) shade(shapes, chart.time.marks, { ...box, ...across(box) }, chart.time.duration);
      for (const { at, y } of panel.scatter ?? [])
        shapes.push(dot([placeOf(at, chart.numeric, box), heightOf(drawnAt(y, chart), box, axis)], 2.5, hue.grey));
      for (const [at, curve] of panel.curves.entries())
        drawCurve(shapes, chart, curve, at, panel.curves.length, box, axis);
    }
    top += above + tall + ROOM.ticks;
  }
  shapes.push(text(chart.xName, (left + WIDTH - MARGIN) / 2, top + 12, { align: 'center', size: SIZE.body }));
  const height = top + 34;
  return { title: chart.title, height, option: finish({ series: [], graphic: shapes }), data: () => plotData(chart) };
}

const NAME = { size: SIZE.body, bold: true, fill: ink.text } as const;

type Axis = ReturnType<typeof axisOf>;

/** Least and greatest value that is drawn, bands included; on a logarithmic scale no band goes below half the least mean. */
function domainOf({ panels, scale }: Plot): [number, number] {
  const points = panels
    .flatMap(({ curves }) => curves.flatMap((curve) => curve.points))
    .filter((one) => one !== undefined);
  const single = panels.flatMap(({ scatter = [] }) => scatter.map(({ y }) => y));
  const most = Math.max(...points.map(({ high }) => high), ...single);
  if (scale === 'linear') return [0, most];
  const least = Math.min(...points.map(({ mean }) => mean));
  return [Math.max(least / 2, Math.min(...points.map(({ low }) => (low > 0 ? low : least / 2)))), most];
}

function drawFrame(shapes: Shape[], chart: Plot, box: Box, axis: Axis, first: boolean): void {
  const { numeric } = chart;
  const right = box.left + box.width;
  for (const tick of axis.ticks) {
    const y = heightOf(tick, box, axis);
    shapes.push(line([box.left, y], [right, y], tick === axis.ticks[0] ? ink.axis : ink.grid));
    if (first) shapes.push(text(axis.labels.get(tick) ?? '', box.left - 8, y, { align: 'right' }));
  }
  const bottom = box.top + box.height;
  let free = -Infinity;
  const ticks = labelledTicks(chart, box);
  for (const { at, label } of ticks) {
    const x = placeOf(at, numeric, box);
    const shown = numeric ? label : fitText(label, box.width / ticks.length - 6, SIZE.small);
    const half = textWidth(shown, SIZE.small) / 2;
    shapes.push(line([x, bottom], [x, bottom + 4], ink.axis));
    if (x - half < free) continue;
    shapes.push(text(shown, x, bottom + 14, { align: 'center' }));
    free = x + half + 8;
  }
}

/** Simulated time at round clock times; otherwise every choice. */
function labelledTicks({ time, ticks, labelled = ticks }: Plot, box: Box): Plot['ticks'] {
  if (time === undefined) return labelled;
  const { duration } = time;
  return timeTicks(duration, Math.max(2, box.width / 70)).map((seconds) => ({
    at: seconds / duration,
    label: formatClock(seconds, duration),
  }));
}

/** Where numbers are drawn. */
function across({ left, width }: Box): Pick<Box, 'left' | 'width'> {
  return { left: left + EDGE, width: width - 2 * EDGE };
}

/** Numbers keep a little distance from the edges, names half the width of one. */
function placeOf(at: number, numeric: boolean, box: Box): number {
  const { left, width } = numeric ? across(box) : box;
  return left + at * width;
}

/** A value as the axis has it. */
function drawnAt(value: number, { scale }: Plot): number {
  return scale === 'log' ? Math.log10(Math.max(value, 1e-12)) : value;
}

function heightOf(drawn: number, box: Box, axis: Axis): number {
  const share = (drawn - axis.min) / (axis.max - axis.min);
  return box.top + box.height * (1 - Math.min(1, Math.max(0, share)));
}

function drawCurve(shapes: Shape[], chart: Plot, curve: Curve, at: number, count: number, box: Box, axis: Axis): void {
  const { numeric, ticks } = chart;
  const y = (value: number) => heightOf(drawnAt(value, chart), box, axis);
  const aside = numeric ? 0 : (at - (count - 1) / 2) * Math.min(16, box.width / ticks.length / (count + 1));
  const x = (index: number) => placeOf(ticks[index].at, numeric, box) + aside;
  for (const run of numeric ? runsOf(curve.points) : []) {
    const upper = run.map(([index, { high }]): [number, number] => [x(index), y(high)]);
    const lower = run.map(([index, { low }]): [number, number] => [x(index), y(low)]);
    const middle = run.map(([index, { mean }]): [number, number] => [x(index), y(mean)]);
    if (run.length === 1 && !chart.dots) shapes.push(dot(middle[0], 2.5, curve.color));
    if (run.length < 2) continue;
    shapes.push(polygon([...upper, ...lower.toReversed()], curve.color, BAND), polyline(middle, curve.color));
  }
  for (const [index, point] of curve.points.entries()) {
    if (point === undefined) continue;
    if (!numeric)
      shapes.push(
        polyline(
          [
            [x(index), y(point.low)],
            [x(index), y(point.high)],
          ],
          curve.color,
        ),
      );
    if (chart.dots) shapes.push(dot([x(index), y(point.mean)], numeric ? 3.5 : 5, curve.color));
  }
}

/** Points without a gap between them, each with its index. */
function runsOf(points: Curve['points']): [number, Estimate][][] {
  const runs: [number, Estimate][][] = [[]];
  for (const [index, point] of points.entries()) {
    if (point === undefined) runs.push([]);
    else runs.at(-1)?.push([index, point]);
  }
  return runs;
}
