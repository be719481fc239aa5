// A chart over time as an ECharts option: title, legend, strip of marks, and panels that share the time axis.
import type { LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import { type ChartData, timeData } from './chart-data.ts';
import { axisOf, timeAxis, timeName, valueAxis } from './axes.ts';
import type { Format } from './format.ts';
import { type Mark, marksOf } from './marks.ts';
import { drawLegend, heading, text } from './shapes.ts';
import type { Box, LegendEntry, Shape } from './shapes.ts';
import { drawStrip, markLegend, shade } from './strip.ts';
import { fitText, FONT, HEIGHT, ink, MARGIN, SIZE, WIDTH } from './theme.ts';

/** What a chart hands over to be rendered. */
export interface Drawing {
  readonly title: string;
  readonly height: number;
  /** An option of ECharts. */
  readonly option: object;
  /** What it shows as a table, where it is one of numbers; made when it is asked for. */
  readonly data?: () => ChartData;
}

export interface Line {
  readonly name: string;
  readonly color: string;
  /** Seconds and values, alternating; NaN leaves a gap. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Lines of one stack are areas on top of each other. */
  readonly stack?: string;
  /** 0..1, of the area of a stacked line. */
  readonly opacity?: number;
  /** How many points become one when there are more than pixels. */
  readonly sampling?: 'average' | 'max';
}

export interface Panel {
  /** Above the panel: what its axis measures, with the unit. */
  readonly name: string;
  readonly lines: readonly Line[];
  readonly format: Format;
  readonly scale?: 'linear' | 'log';
  /** Only whole numbers at the axis. */
  readonly whole?: boolean;
  /** The values that the axis has to reach; from the data when left out. */
  readonly domain?: readonly [min: number, max: number];
  /** Share of the height among the panels of a column; 1 when left out. */
  readonly weight?: number;
  /** The Deployment that it is about, as `namespace/name`: of the rollouts only its own are marked. */
  readonly deployment?: string;
}

export interface TimeChart {
  readonly title: string;
  readonly subtitle: string;
  readonly duration: number;
  readonly marks: readonly Mark[];
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
  /** Panels side by side; 1 when left out. */
  readonly columns?: number;
  readonly height?: number;
  /** Drawn above the panels instead of the strip of marks, which charts of one column have. */
  readonly lanes?: Lanes;
}

export interface Lanes {
  /** Pixels left of the time axis that the names of the lanes take. */
  readonly room: number;
  /** Draws from the top of the box down; returns where it ends. */
  draw(shapes: Shape[], box: Box): number;
}

const TICK_ROOM = 22;
const NAME_ROOM = 28;
function lineSeries(one: Line, at: number, log: boolean): LineSeriesOption {
  const seen = (index: number) => {
    const value = one.values[index] ?? Number.NaN;
    return !Number.isNaN(value) && (!log || value > 0);
  };
  const data = Array.from(one.times, (time, index) => {
    if (!seen(index)) return [time, '-'];
    const point = [time, log ? Math.log10(one.values[index]) : one.values[index]];
    // A line needs two points; one without neighbours is a dot.
    const alone = one.stack === undefined && !seen(index - 1) && !seen(index + 1);
    return alone ? { value: point, symbol: 'circle', symbolSize: 5 } : point;
  });
  return {
    type: 'line',
    name: one.name,
    xAxisIndex: at,
    yAxisIndex: at,
    data,
    z: 5,
    silent: true,
    animation: false,
    symbol: 'none',
    showAllSymbol: true,
    emphasis: { disabled: true },
    color: one.color,
    lineStyle: { width: one.stack === undefined ? 2 : 0, color: one.color },
    ...(one.sampling === undefined ? {} : { sampling: one.sampling }),
    ...(one.stack === undefined
      ? {}
      : { stack: `${one.stack}-${at}`, areaStyle: { color: one.color, opacity: one.opacity ?? 1 } }),
  };
}

/** Lays the panels out and builds the option. */
export function timeChart(chart: TimeChart): Drawing {
  const { duration, marks, panels } = chart;
  const columns = chart.columns ?? 1;
  const height = chart.height ?? HEIGHT;
  const shapes: Shape[] = [];
  const single = columns === 1;
  const entries = single ? chart.legend : [...chart.legend, ...markLegend(marks)];
  let top = drawLegend(shapes, entries, heading(shapes, chart.title, chart.subtitle));

  const room = Math.max(chart.lanes?.room ?? 0, ...panels.map((panel) => axisOf(panel, 100).room));
  const cell = (WIDTH - 2 * MARGIN + 24) / columns - 24;
  const boxAt = (column: number, at: number, tall: number): Box => ({
    left: MARGIN + column * (cell + 24) + room,
    top: at,
    width: cell - room,
    height: tall,
  });
  if (chart.lanes !== undefined) top = chart.lanes.draw(shapes, boxAt(0, top, 0));
  else if (single) top = drawStrip(shapes, marks, boxAt(0, top, 0), duration);

  const rows = Math.ceil(panels.length / columns);
  const weights = Array.from({ length: rows }, (_, row) => panels[row * columns].weight ?? 1);
  const free = height - top - rows * NAME_ROOM - (rows - 1) * 14 - TICK_ROOM - 26;
  const unit = free / weights.reduce((all, one) => all + one, 0);

  const option: { grid: GridComponentOption[]; xAxis: object[]; yAxis: object[]; series: LineSeriesOption[] } = {
    grid: [],
    xAxis: [],
    yAxis: [],
    series: [],
  };
  for (let row = 0; row < rows; row++) {
    const tall = unit * weights[row];
    for (const [column, panel] of panels.slice(row * columns, (row + 1) * columns).entries()) {
      const at = row * columns + column;
      const box = boxAt(column, top + NAME_ROOM, tall);
      const lowest = at + columns >= panels.length;
      const name = fitText(panel.name, cell, SIZE.small, !single);
      shapes.push(
        text(name, MARGIN + column * (cell + 24), top + 10, { bold: !single, fill: single ? ink.muted : ink.text }),
      );
      const own = panel.deployment === undefined ? marks : marksOf(marks, panel.deployment);
      shade(shapes, own, box, duration);
      option.grid.push({ ...box, containLabel: false });
      option.xAxis.push(timeAxis(at, duration, box.width, lowest));
      option.yAxis.push(valueAxis(at, axisOf(panel, tall)));
      for (const one of panel.lines) option.series.push(lineSeries(one, at, panel.scale === 'log'));
    }
    top += NAME_ROOM + tall + 14;
  }
  shapes.push(timeName(duration, single ? (MARGIN + room + WIDTH - MARGIN) / 2 : WIDTH / 2, height));
  return { title: chart.title, height, option: finish({ ...option, graphic: shapes }), data: () => timeData(chart) };
}

/** What every option has. */
export function finish(option: Readonly<Record<string, unknown>>): object {
  return { animation: false, backgroundColor: ink.background, textStyle: { fontFamily: FONT }, ...option };
}
