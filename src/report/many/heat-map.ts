// A figure over two axes of a sweep: a square for each pair of choices, darker where the figure is greater, its mean written in it.
import type { ChartData } from '../chart-data.ts';
import { type Drawing, finish } from '../drawing.ts';
import type { Format } from '../format.ts';
import { shadeOf } from '../raster.ts';
import { heading, rect, type Shape, text } from '../shapes.ts';
import { fitText, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import type { Axis } from './roles.ts';

export interface HeatMap {
  readonly title: string;
  readonly subtitle: string;
  readonly across: Axis;
  readonly up: Axis;
  /** Facets side by side, each with its name; one without a name where the sweep has two axes. */
  readonly panels: readonly {
    readonly name: string;
    /** By the choice below and the choice on the left; undefined where there is nothing to show. */
    readonly valueAt: (across: string, up: string) => number | undefined;
  }[];
  readonly format: Format;
  /** Shades go by the logarithm. */
  readonly log: boolean;
}

const GAP = 24;
const ROW = { most: 46, least: 22 };
/** Above this level of the scale text is white. */
const DARK = 0.55;

export function heatMap(chart: HeatMap): Drawing {
  const { across, up, panels } = chart;
  const shapes: Shape[] = [];
  const columns = Math.min(2, panels.length);
  const labels = up.values.map((value) => fitText(value, 160, SIZE.small));
  const room = Math.max(...labels.map((label) => textWidth(label, SIZE.small)), textWidth(up.label, SIZE.small)) + 10;
  const width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns - room;
  const cell = {
    width: width / across.values.length,
    height: Math.max(ROW.least, Math.min(ROW.most, 340 / up.values.length)),
  };
  const values = panels.flatMap(({ valueAt }) =>
    up.values.flatMap((row) => across.values.flatMap((column) => valueAt(column, row) ?? [])),
  );
  const scaled = (value: number) => (chart.log ? Math.log(value) : value);
  const [least, most] = [Math.min(...values.map(scaled)), Math.max(...values.map(scaled))];
  const levelOf = (value: number) => (most === least ? 0.5 : (scaled(value) - least) / (most - least));
  const greatest = Math.max(...values.map(Math.abs));
  let top = heading(shapes, chart.title, chart.subtitle) + 12;
  const tall = up.values.length * cell.height;
  for (let at = 0; at < panels.length; at += columns) {
    for (const [column, { name, valueAt }] of panels.slice(at, at + columns).entries()) {
      const left = MARGIN + room + column * (width + room + GAP);
      shapes.push(
        text(fitText(name, width, SIZE.body, true), left, top, { size: SIZE.body, bold: true, fill: ink.text }),
      );
      shapes.push(text(up.label, left - 8, top + 4, { align: 'right' }));
      const from = top + 16;
      for (const [row, choice] of up.values.toReversed().entries()) {
        const y = from + row * cell.height;
        shapes.push(text(labels[up.values.indexOf(choice)], left - 8, y + cell.height / 2, { align: 'right' }));
        for (const [index, other] of across.values.entries()) {
          const value = valueAt(other, choice);
          if (value === undefined) continue;
          const x = left + index * cell.width;
          const level = levelOf(value);
          const [red, green, blue] = shadeOf(level);
          shapes.push(
            rect(
              { left: x + 1, top: y + 1, width: cell.width - 2, height: cell.height - 2 },
              `rgb(${red},${green},${blue})`,
            ),
          );
          const said = chart.format(Number(value.toPrecision(3)), greatest);
          if (textWidth(said, SIZE.small) > cell.width - 6) continue;
          const fill = level > DARK ? '#fefefe' : '#1f2a2a';
          shapes.push(text(said, x + cell.width / 2, y + cell.height / 2, { align: 'center', fill }));
        }
      }
      for (const [index, other] of across.values.entries()) {
        const x = left + (index + 0.5) * cell.width;
        shapes.push(text(fitText(other, cell.width - 4, SIZE.small), x, from + tall + 14, { align: 'center' }));
      }
    }
    top += 16 + tall + 34;
  }
  shapes.push(text(across.label, WIDTH / 2, top + 4, { align: 'center', size: SIZE.body }));
  return {
    title: chart.title,
    height: top + 26,
    option: finish({ series: [], graphic: shapes }),
    data: () => heatMapData(chart),
  };
}

function heatMapData({ title, subtitle, across, up, panels, log }: HeatMap): ChartData {
  const rows = panels.flatMap(({ name, valueAt }) =>
    up.values.flatMap((row) =>
      across.values.flatMap((column) => {
        const value = valueAt(column, row);
        return value === undefined ? [] : [[name, column, row, value]];
      }),
    ),
  );
  const view = {
    mark: { type: 'rect' },
    encoding: {
      x: { field: 'across', type: 'ordinal', sort: across.values, title: across.label },
      y: { field: 'up', type: 'ordinal', sort: up.values.toReversed(), title: up.label },
      color: {
        field: 'mean',
        type: 'quantitative',
        title: null,
        scale: { scheme: 'blues', ...(log ? { type: 'log' } : {}) },
      },
    },
  };
  const facets = {
    facet: { field: 'panel', type: 'nominal', title: null, sort: panels.map(({ name }) => name) },
    columns: 2,
    spec: view,
  };
  return {
    columns: ['panel', 'across', 'up', 'mean'],
    rows,
    spec: {
      title: { text: title, subtitle },
      ...(panels.length === 1 ? { width: 840, height: 340, ...view } : facets),
    },
  };
}
