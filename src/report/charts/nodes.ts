// Every node over time as a heat map, sorted by zone.
import { max } from 'd3-array';
import { finish } from '../drawing.ts';
import type { Drawing } from '../drawing.ts';
import { timeAxis, timeName } from '../axes.ts';
import { counted } from '../../lib/plural.ts';
import { formatRatio } from '../format.ts';
import type { Mark } from '../marks.ts';
import { raster, shadeOf } from '../raster.ts';
import type { Color } from '../raster.ts';
import type { JobResults } from '../read.ts';
import { heading, rect, text } from '../shapes.ts';
import type { Box, Shape } from '../shapes.ts';
import { drawStrip } from '../strip.ts';
import { fitText, HEIGHT, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import { chart, subtitleOf } from './chart.ts';

const NOT_READY: Color = [213, 94, 0];
/** More rows than this are averaged to fewer; nobody sees them apart. */
const MOST_ROWS = 1000;

interface Grid {
  /** Nodes in order, and how many of them each zone has. */
  readonly zones: readonly { readonly name: string; readonly nodes: number }[];
  readonly rows: number;
  readonly columns: number;
  /** Level at (row, column), NaN where there was no node; negative where it was not ready. */
  readonly level: Float64Array;
}

export const nodeUsage = chart(
  'node-cpu-usage',
  'CPU used on every node as a heat map, sorted by zone (nodes.csv).',
  (job, marks) => draw(job, marks, 'cpu_usage_ratio', 'CPU used on each node'),
);

export const nodeRequests = chart(
  'node-cpu-requested',
  'CPU requested on every node as a heat map, sorted by zone (nodes.csv).',
  (job, marks) => draw(job, marks, 'cpu_requested_ratio', 'CPU requested on each node'),
);

function draw(job: JobResults, marks: readonly Mark[], column: string, title: string): Drawing | undefined {
  const grid = readGrid(job, column);
  const greatest = max(grid.level) ?? 0;
  if (grid.rows === 0 || !(greatest > 0)) return undefined;
  const domain = [0.05, 0.1, 0.2, 0.5, 1].find((one) => one >= greatest * 0.999) ?? greatest;
  const duration = job.run.duration_seconds;
  const shapes: Shape[] = [];
  const nodes = grid.zones.reduce((all, zone) => all + zone.nodes, 0);
  let top = heading(
    shapes,
    title,
    subtitleOf(job, job.run.nodes_interval_seconds, `${counted(nodes, 'node')}, share of allocatable CPU`),
  );
  top = drawScale(
    shapes,
    top,
    domain,
    grid.level.some((level) => level < 0),
  );
  const room = Math.min(160, Math.max(...grid.zones.map(({ name }) => textWidth(name, SIZE.small)), 40) + 12);
  const left = MARGIN + room;
  top = drawStrip(shapes, marks, { left, top, width: WIDTH - MARGIN - left, height: 0 }, duration);
  const box: Box = { left, top: top + 4, width: WIDTH - MARGIN - left, height: HEIGHT - top - 4 - 22 - 26 };
  shapes.push({
    type: 'image',
    silent: true,
    z: 2,
    style: { image: picture(grid, domain), x: box.left, y: box.top, width: box.width, height: box.height },
  });
  drawZones(shapes, grid, box, room);
  shapes.push(timeName(duration, box.left + box.width / 2, HEIGHT));
  return {
    title,
    height: HEIGHT,
    option: finish({
      grid: [{ ...box, containLabel: false }],
      xAxis: [timeAxis(0, duration, box.width, true)],
      yAxis: [{ type: 'value', min: 0, max: 1, show: false }],
      series: [],
      graphic: shapes,
    }),
  };
}

function readGrid(job: JobResults, column: string): Grid {
  const table = job.table('nodes.csv');
  const time = table.numbers('time_seconds');
  const node = table.text('node');
  const zone = table.text('zone');
  const ready = table.numbers('kube_node_status_ready');
  const value = table.numbers(column);
  const zoneOf = new Map(node.map((name, row) => [name, zone[row]]));
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  const order = [...zoneOf.keys()].toSorted(
    (a, b) => compare(zoneOf.get(a) ?? '', zoneOf.get(b) ?? '') || compare(a, b),
  );
  const place = new Map(order.map((name, at) => [name, at]));
  const step = job.run.nodes_interval_seconds;
  const columns = Math.max(1, Math.round(job.run.duration_seconds / step));
  const rows = Math.min(order.length, MOST_ROWS);
  const sum = new Float64Array(rows * columns);
  const count = new Float64Array(rows * columns);
  const down = new Float64Array(rows * columns);
  for (let row = 0; row < table.rows; row++) {
    const y = Math.floor(((place.get(node[row]) ?? 0) * rows) / order.length);
    const x = Math.min(columns - 1, Math.max(0, Math.ceil(time[row] / step - 1e-9) - 1));
    const at = y * columns + x;
    sum[at] += value[row];
    count[at] += 1;
    down[at] += 1 - ready[row];
  }
  const zones = [...new Set(order.map((name) => zoneOf.get(name) ?? ''))].map((name) => ({
    name: name === '' ? 'nodes' : /^zone\b/i.test(name) ? name : `zone ${name}`,
    nodes: order.filter((one) => zoneOf.get(one) === name).length,
  }));
  const level = sum.map((total, at) =>
    count[at] === 0 ? Number.NaN : down[at] * 2 > count[at] ? -1 : total / count[at],
  );
  return { zones, rows, columns, level };
}

function picture(grid: Grid, domain: number): string {
  return raster(grid.columns, grid.rows, (x, y) => {
    const level = grid.level[y * grid.columns + x];
    if (Number.isNaN(level)) return undefined;
    return level < 0 ? NOT_READY : shadeOf(level / domain);
  });
}

/** Names of the zones beside the picture, and lines between them. */
function drawZones(shapes: Shape[], grid: Grid, box: Box, room: number): void {
  const nodes = grid.zones.reduce((all, zone) => all + zone.nodes, 0);
  let before = 0;
  for (const { name, nodes: own } of grid.zones) {
    const y = box.top + (before / nodes) * box.height;
    const height = (own / nodes) * box.height;
    if (before > 0)
      shapes.push(rect({ left: box.left, top: y - 1, width: box.width, height: 2 }, ink.background, 1, 6));
    const label = fitText(name, room - 12, SIZE.small);
    if (height >= 14) shapes.push(text(label, box.left - 10, y + height / 2, { align: 'right', fill: ink.text }));
    before += own;
  }
}

/** The colours' meaning, in a row. Returns where it ends. */
function drawScale(shapes: Shape[], top: number, domain: number, down: boolean): number {
  const y = top + 10;
  const high = formatRatio(domain);
  const start = MARGIN + textWidth('0 %', SIZE.body) + 8;
  shapes.push(text('0 %', MARGIN, y, { size: SIZE.body, fill: ink.text }));
  shapes.push({
    type: 'image',
    silent: true,
    z: 3,
    style: { image: raster(160, 1, (x) => shadeOf(x / 159)), x: start, y: y - 6, width: 160, height: 12 },
  });
  shapes.push(text(high, start + 168, y, { size: SIZE.body, fill: ink.text }));
  if (down) {
    const x = start + 168 + textWidth(high, SIZE.body) + 24;
    shapes.push(rect({ left: x, top: y - 6, width: 14, height: 12 }, `rgb(${NOT_READY.join(',')})`, 1, 3));
    shapes.push(text('node not ready', x + 20, y, { size: SIZE.body, fill: ink.text }));
  }
  return y + 16;
}
