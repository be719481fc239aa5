// The cells of a sample of the axes, such as a Latin hypercube: a dot for each over every two axes, darker where the figure is greater.
import { group, mean } from 'd3-array';
import type { ChartData } from '../chart-data.ts';
import { type Drawing, finish } from '../drawing.ts';
import type { Format } from '../format.ts';
import { shadeOf } from '../raster.ts';
import { dot, heading, line, rect, type Shape, text } from '../shapes.ts';
import { fitText, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import type { Sweep } from './read-sweep.ts';
import { type Axis, axesOf, placesOf } from './roles.ts';
import { seedsOf } from './seeds-of.ts';
import { estimatesOf, figuresOf, formatOf, isGrid, type NamedDrawing } from './sweep-charts.ts';

const MOST_CHARTS = 4;
/** Of these every two make a panel. */
const MOST_AXES = 4;
/** Shades go by the logarithm when the greatest mean is this many times the least. */
const WIDE = 8;
const COLUMNS = 3;
const GAP = 26;
const TALL = { alone: 380, small: 210 };
const DOT = 6;
const EDGE = 14;
const SCALE = { steps: 24, width: 192, height: 10 };

/** A cell's choices, and what came out. */
interface Measured {
  readonly values: readonly string[];
  readonly mean: number;
}

/** A chart for each of the first figures that vary; none for a full grid, or with one axis. */
export function designCharts(sweep: Sweep): NamedDrawing[] {
  const axes = axesOf(sweep);
  if (axes.length < 2 || isGrid(sweep)) return [];
  return figuresOf(sweep)
    .flatMap((figure) => {
      const estimates = estimatesOf(sweep, figure.column);
      const cells = sweep.cells.flatMap(({ values }): Measured[] => {
        const estimate = estimates.get(JSON.stringify(values));
        return estimate === undefined ? [] : [{ values, mean: estimate.mean }];
      });
      if (cells.every((one) => one.mean === cells[0].mean)) return [];
      const indexOf = (axis: Axis) => sweep.axes.findIndex(({ path }) => path === axis.path);
      const shown = axes
        .map((axis) => ({ axis, at: indexOf(axis), share: explained(cells, indexOf(axis)) }))
        .toSorted((a, b) => b.share - a.share)
        .slice(0, MOST_AXES);
      const means = cells.map((one) => one.mean);
      const log = figure.unit !== 'ratio' && Math.min(...means) > 0 && Math.max(...means) / Math.min(...means) >= WIDE;
      const about = [
        sweep.scenario,
        `${cells.length} cells, a dot each`,
        sweep.seeds === 1 ? 'one seed' : `mean of ${seedsOf(sweep)}`,
        ...(log ? ['shades by the logarithm'] : []),
      ].join(' · ');
      const title = `${figure.title}, over the cells of the design`;
      const name = `${figure.column.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase()}-design`;
      return [{ name, drawing: draw({ title, about, cells, axes: shown, log, format: formatOf(figure) }) }];
    })
    .slice(0, MOST_CHARTS);
}

/** The share of the variance between cells that is one between the choices on an axis (the correlation ratio η²). */
function explained(cells: readonly Measured[], at: number): number {
  const all = mean(cells, (one) => one.mean) ?? 0;
  const byChoice = group(cells, ({ values }) => values[at]);
  let between = 0;
  for (const own of byChoice.values()) between += own.length * ((mean(own, (one) => one.mean) ?? 0) - all) ** 2;
  const total = cells.reduce((sum, one) => sum + (one.mean - all) ** 2, 0);
  return total === 0 ? 0 : between / total;
}

interface ShownAxis {
  readonly axis: Axis;
  /** Of a cell's choices. */
  readonly at: number;
}

interface Design {
  readonly title: string;
  readonly about: string;
  readonly cells: readonly Measured[];
  /** That by which the figure varies most comes first. */
  readonly axes: readonly ShownAxis[];
  readonly log: boolean;
  readonly format: Format;
}

function draw(design: Design): Drawing {
  const { title, about, cells, axes } = design;
  const pairs = axes.flatMap((across, at) => axes.slice(at + 1).map((up) => ({ across, up })));
  const shapes: Shape[] = [];
  const levelOf = levels(design);
  let top = drawScale(shapes, design, heading(shapes, title, about)) + 14;
  const columns = Math.min(COLUMNS, pairs.length);
  const tall = pairs.length === 1 ? TALL.alone : TALL.small;
  const room = Math.max(...axes.flatMap(({ axis }) => axis.values.map((value) => labelWidth(value)))) + 12;
  const width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns - room;
  for (let at = 0; at < pairs.length; at += columns) {
    for (const [column, { across, up }] of pairs.slice(at, at + columns).entries()) {
      const left = MARGIN + room + column * (width + room + GAP);
      const box = { left, top: top + 18, width, height: tall };
      const name = fitText(`${up.axis.label}, by ${across.axis.label}`, width + room, SIZE.body, true);
      shapes.push(text(name, left - room, top, { size: SIZE.body, bold: true, fill: ink.text }));
      const xs = placesOf(across.axis).map((place) => box.left + EDGE + place * (box.width - 2 * EDGE));
      const ys = placesOf(up.axis).map((place) => box.top + box.height - EDGE - place * (box.height - 2 * EDGE));
      shapes.push(line([box.left, box.top + box.height], [box.left + box.width, box.top + box.height], ink.axis));
      drawLabels(shapes, across.axis.values, xs, box.top + box.height + 14);
      for (const [index, y] of ys.entries()) {
        shapes.push(line([box.left, y], [box.left + box.width, y], ink.grid));
        const label = fitText(up.axis.values[index], MOST_LABEL, SIZE.small);
        if (isFree(ys, index)) shapes.push(text(label, box.left - 8, y, { align: 'right' }));
      }
      const choices = ({ values }: Measured) =>
        [across, up].map(({ axis, at: index }) => axis.values.indexOf(values[index]));
      for (const own of group(cells, (cell) => choices(cell).join(' ')).values()) {
        const [x, y] = choices(own[0]);
        const places = clustered(own.length);
        for (const [index, cell] of own.toSorted((a, b) => a.mean - b.mean).entries()) {
          const [red, green, blue] = shadeOf(levelOf(cell.mean));
          const place = [xs[x] + places[index][0], ys[y] + places[index][1]] as const;
          shapes.push(dot(place, DOT + 0.8, ink.axis), dot(place, DOT, `rgb(${red},${green},${blue})`));
        }
      }
    }
    top += 18 + tall + 38;
  }
  return { title, height: top + 4, option: finish({ series: [], graphic: shapes }), data: () => dataOf(design) };
}

const MOST_LABEL = 110;

function labelWidth(value: string): number {
  return textWidth(fitText(value, MOST_LABEL, SIZE.small), SIZE.small);
}

/** Whether a label has room among the places that are lower on the page and have one. */
function isFree(ys: readonly number[], index: number): boolean {
  return ys.every((y, other) => other === index || Math.abs(y - ys[index]) >= SIZE.small || y < ys[index]);
}

/** From left to right, those that have room. */
function drawLabels(shapes: Shape[], values: readonly string[], xs: readonly number[], y: number): void {
  let free = -Infinity;
  const order = values.map((_, at) => at).toSorted((a, b) => xs[a] - xs[b]);
  for (const at of order) {
    const label = fitText(values[at], MOST_LABEL, SIZE.small);
    const half = textWidth(label, SIZE.small) / 2;
    if (xs[at] - half < free) continue;
    shapes.push(text(label, xs[at], y, { align: 'center' }));
    free = xs[at] + half + 6;
  }
}

/** Where so many dots at one place are drawn, around it: a cluster whose middle is there. */
function clustered(count: number): (readonly [x: number, y: number])[] {
  const places = Array.from({ length: count }, (_, at) => beside(at));
  const [x, y] = [0, 1].map((side) => places.reduce((sum, place) => sum + place[side], 0) / count);
  return places.map(([aside, above]) => [aside - x, above - y]);
}

/** Where the n-th of them is, from 0: on rings around the first one. */
function beside(n: number): readonly [x: number, y: number] {
  if (n === 0) return [0, 0];
  let ring = 1;
  let first = 1;
  for (; n >= first + 6 * ring; ring += 1) first += 6 * ring;
  const angle = (2 * Math.PI * (n - first)) / (6 * ring);
  return [ring * 2 * DOT * Math.cos(angle), ring * 2 * DOT * Math.sin(angle)];
}

/** From 0 at the least mean to 1 at the greatest. */
function levels({ cells, log }: Design): (value: number) => number {
  const scaled = (value: number) => (log ? Math.log(value) : value);
  const all = cells.map((one) => scaled(one.mean));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return (value) => (scaled(value) - least) / (most - least);
}

/** The shades from the least mean to the greatest. Returns where they end. */
function drawScale(shapes: Shape[], { cells, format }: Design, top: number): number {
  const means = cells.map((one) => one.mean);
  const ends = [Math.min(...means), Math.max(...means)].map((value) => format(Number(value.toPrecision(3))));
  const y = top + 10;
  const left = MARGIN + textWidth(ends[0], SIZE.body) + 8;
  shapes.push(text(ends[0], MARGIN, y, { size: SIZE.body, fill: ink.text }));
  const step = SCALE.width / SCALE.steps;
  for (let at = 0; at < SCALE.steps; at += 1) {
    const [red, green, blue] = shadeOf(at / (SCALE.steps - 1));
    const box = { left: left + at * step, top: y - SCALE.height / 2, width: step, height: SCALE.height };
    shapes.push(rect(box, `rgb(${red},${green},${blue})`));
  }
  shapes.push(text(ends[1], left + SCALE.width + 8, y, { size: SIZE.body, fill: ink.text }));
  return y + 16;
}

function dataOf({ title, about, cells, axes, log }: Design): ChartData {
  const isNumeric = ({ axis }: ShownAxis) => axis.values.every((value) => !Number.isNaN(Number(value)));
  const type = (shown: ShownAxis) => (isNumeric(shown) ? 'quantitative' : 'nominal');
  // Vega reads a dot in the name of a field as one of a field within it.
  const columnOf = ({ axis, at }: ShownAxis) => `${axis.label.replaceAll(/[^A-Za-z0-9]+/g, '_')}_${at + 1}`;
  const channel = (shown: ShownAxis) => ({
    field: columnOf(shown),
    title: shown.axis.label,
    type: type(shown),
    ...(isNumeric(shown) ? { scale: { zero: false } } : { sort: shown.axis.values }),
  });
  const views = axes.flatMap((across, at) =>
    axes.slice(at + 1).map((up) => ({
      width: 240,
      height: 200,
      mark: { type: 'circle', size: 90, opacity: 1 },
      encoding: {
        x: channel(across),
        y: channel(up),
        color: {
          field: 'mean',
          type: 'quantitative',
          title: null,
          scale: { scheme: 'blues', ...(log ? { type: 'log' } : {}) },
        },
      },
    })),
  );
  return {
    columns: [...axes.map(columnOf), 'mean'],
    rows: cells.map(({ values, mean: value }) => [
      ...axes.map((shown) => (isNumeric(shown) ? Number(values[shown.at]) : values[shown.at])),
      value,
    ]),
    spec: { title: { text: title, subtitle: about }, columns: COLUMNS, concat: views },
  };
}
