// The map of Services: who calls whom, how often, how long it takes and how much of it fails.
import { max, sum } from 'd3-array';
import { type Drawing, finish } from '../../drawing.ts';
import { formatCount, formatRatio, formatSeconds } from '../../format.ts';
import type { CsvTable, JobResults } from '../../read.ts';
import { type Box, dot, drawLegend, heading, polygon, rect, type Shape, text } from '../../shapes.ts';
import { fitText, HEIGHT, hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../../theme.ts';
import { chart, groupRows } from '../chart.ts';
import { columnsOf } from './map-layout.ts';

const MOST_NODES = 40;
const LEAST_RADIUS = 7;
const MOST_RADIUS = 24;
const WIDEST = 6;
/** Where along an edge its words may stand, in the order in which places are tried. */
const LABEL_AT = [0.5, 0.4, 0.6, 0.3, 0.7] as const;
const LABEL_HEIGHT = 16;

/** From which share of failed calls on. */
const ERRORS = [
  { from: 0.05, name: '5 % and more of calls fail', color: hue.red },
  { from: 0.01, name: '1 % and more', color: hue.orange },
  { from: 0.001, name: '0.1 % and more', color: hue.yellow },
  { from: 0, name: 'fewer', color: hue.sky },
] as const;

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly rate: number;
  readonly errorRatio: number;
  /** Of calls that ended well, seconds; NaN for none. */
  readonly latency: number;
}

interface Node {
  readonly name: string;
  readonly isSource: boolean;
  readonly rate: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

type Point = readonly [x: number, y: number];

export const serviceMap = chart(
  'service-map',
  'Who calls whom, how often, how long it takes and how much of it fails (edges.csv).',
  (job) => {
    if (!job.has('edges.csv')) return undefined;
    const { edges, sources } = edgesOf(job);
    return edges.length === 0 ? undefined : draw(job, edges, sources);
  },
);

/** Over the run after its warm-up. A source is not taken for a Service of its name. */
function edgesOf(job: JobResults): { edges: Edge[]; sources: ReadonlySet<string> } {
  const table = job.table('edges.csv');
  const seconds = job.run.duration_seconds - job.run.warmup_seconds;
  const ends = table.numbers('time_seconds');
  const nodes = namesOf(table);
  const sources = new Set(nodes.callers.filter((_, row) => nodes.isSource(row)));
  const [calls, errors, latencies, rates] = [
    'calls',
    'errors',
    'request_duration_seconds_mean',
    'calls_per_second',
  ].map((column) => table.numbers(column));
  const keys = nodes.callers.map((from, row) => JSON.stringify([from, nodes.callees[row]]));
  const edges = [...groupRows(keys)].flatMap(([key, all]): Edge[] => {
    const rows = all.filter((row) => ends[row] > job.run.warmup_seconds);
    const ended = sum(rows, (row) => calls[row]);
    const well = sum(rows, (row) => (Number.isNaN(latencies[row]) ? 0 : calls[row] - errors[row]));
    const took = sum(rows, (row) => (Number.isNaN(latencies[row]) ? 0 : (calls[row] - errors[row]) * latencies[row]));
    const [from, to] = JSON.parse(key) as [string, string];
    const begun = sum(rows, (row) => rates[row]) * job.run.series_interval_seconds;
    if (begun === 0) return [];
    const errorRatio = ended === 0 ? 0 : sum(rows, (row) => errors[row]) / ended;
    return [{ from, to, rate: begun / seconds, errorRatio, latency: well === 0 ? Number.NaN : took / well }];
  });
  return { edges, sources };
}

function namesOf(table: CsvTable) {
  const [kinds, callerNamespaces, callers, namespaces, services] = [
    'caller_kind',
    'caller_namespace',
    'caller',
    'namespace',
    'service',
  ].map((column) => table.text(column));
  const single = new Set([...namespaces, ...callerNamespaces.filter((one) => one !== '')]).size <= 1;
  const service = (namespace: string, name: string): string => (single ? name : `${namespace}/${name}`);
  return {
    isSource: (row: number): boolean => kinds[row] !== 'service',
    callers: kinds.map((kind, row) => {
      if (kind === 'service') return service(callerNamespaces[row], callers[row]);
      return kind === 'mirror' ? '(mirrored)' : `→ ${callers[row]}`;
    }),
    callees: services.map((name, row) => service(namespaces[row], name)),
  };
}

function draw({ run }: JobResults, all: readonly Edge[], sources: ReadonlySet<string>): Drawing {
  const rateOf = (name: string): number => {
    const into = sum(all, (edge) => (edge.to === name ? edge.rate : 0));
    return sources.has(name) ? sum(all, (edge) => (edge.from === name ? edge.rate : 0)) : into;
  };
  const names = [...new Set(all.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => rateOf(b) - rateOf(a));
  const kept = new Set(names.slice(0, MOST_NODES));
  const edges = all.filter(({ from, to }) => kept.has(from) && kept.has(to));
  const shapes: Shape[] = [];
  const more = names.length > MOST_NODES ? ` · the ${MOST_NODES} of ${names.length} called most` : '';
  const about = `${run.scenario}, seed ${run.seed} · calls per second and mean latency of those that ended well${more}`;
  const title = 'Who calls whom';
  const legend = ERRORS.map(({ name, color }) => ({ name, color }));
  const top = drawLegend(shapes, legend, heading(shapes, title, about));
  const columns = columnsOf([...sources].filter((name) => kept.has(name)).toSorted(), [...kept].toSorted(), edges);
  const nodes = placed(columns, rateOf, sources, {
    left: MARGIN,
    top,
    width: WIDTH - 2 * MARGIN,
    height: HEIGHT - top - 14,
  });
  const greatest = max(edges, ({ rate }) => rate) ?? 1;
  const taken: Box[] = [...nodes.values()].flatMap(boxesOf);
  for (const edge of edges.toSorted((a, b) => a.errorRatio - b.errorRatio || a.rate - b.rate)) {
    drawEdge(shapes, edge, nodes, greatest);
  }
  for (const edge of edges.toSorted((a, b) => b.errorRatio - a.errorRatio || b.rate - a.rate)) {
    drawLabel(shapes, edge, nodes, taken);
  }
  for (const node of nodes.values()) drawNode(shapes, node);
  return { title, height: HEIGHT, option: finish({ graphic: shapes }) };
}

function placed(
  columns: readonly (readonly string[])[],
  rateOf: (name: string) => number,
  sources: ReadonlySet<string>,
  box: Box,
): Map<string, Node> {
  const most = Math.max(...columns.flat().map(rateOf));
  const nodes = new Map<string, Node>();
  const side = 70;
  for (const [at, column] of columns.entries()) {
    const x = box.left + side + (columns.length === 1 ? 0 : (at / (columns.length - 1)) * (box.width - 2 * side));
    for (const [row, name] of column.entries()) {
      const rate = rateOf(name);
      const radius = LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * Math.sqrt(most > 0 ? rate / most : 0);
      const y = box.top + ((row + 0.5) / column.length) * box.height - 6;
      nodes.set(name, { name, isSource: sources.has(name), rate, x, y, radius });
    }
  }
  return nodes;
}

/** What nothing else may be written over: the circle and the name below it. */
function boxesOf({ name, x, y, radius }: Node): Box[] {
  const wide = Math.min(textWidth(name, SIZE.small, true), 150);
  return [
    { left: x - radius, top: y - radius, width: 2 * radius, height: 2 * radius },
    { left: x - wide / 2, top: y + radius + 2, width: wide, height: 30 },
  ];
}

function drawNode(shapes: Shape[], { name, isSource, rate, x, y, radius }: Node): void {
  const fill = isSource ? hue.green : hue.blue;
  shapes.push({ ...dot([x, y], radius, fill), z: 9 });
  const label = fitText(name, 150, SIZE.small, true);
  shapes.push(text(label, x, y + radius + 10, { align: 'center', bold: true, fill: ink.text }));
  shapes.push(text(`${formatCount(Number(rate.toPrecision(3)))}/s`, x, y + radius + 25, { align: 'center' }));
}

/** A curve between the edges of two circles; one that leads back, or to itself, goes over the nodes. */
function curveOf({ from, to }: Edge, nodes: ReadonlyMap<string, Node>): readonly [Point, Point, Point, Point] {
  const a = nodes.get(from) as Node;
  const b = nodes.get(to) as Node;
  if (b.x > a.x) {
    const half = (b.x - a.x) / 2;
    const start: Point = [a.x + a.radius, a.y];
    const end: Point = [b.x - b.radius - 6, b.y];
    return [start, [a.x + half, a.y], [b.x - half, b.y], end];
  }
  const up = Math.min(a.y - a.radius, b.y - b.radius) - 40;
  return [
    [a.x, a.y - a.radius],
    [a.x + 30, up],
    [b.x - 30, up],
    [b.x, b.y - b.radius - 6],
  ];
}

function drawEdge(shapes: Shape[], edge: Edge, nodes: ReadonlyMap<string, Node>, greatest: number): void {
  const [[x1, y1], [cpx1, cpy1], [cpx2, cpy2], [x2, y2]] = curveOf(edge, nodes);
  const color = colorOf(edge);
  const lineWidth = 1 + (WIDEST - 1) * Math.sqrt(edge.rate / greatest);
  shapes.push({
    type: 'bezierCurve',
    silent: true,
    z: 4,
    shape: { x1, y1, cpx1, cpy1, cpx2, cpy2, x2, y2 },
    style: { stroke: color, lineWidth, fill: 'none', opacity: 0.75 },
  });
  const wide = 4 + lineWidth / 2;
  // As the curve comes in: from the left, or from above.
  const tip: Point = cpx2 < x2 && cpy2 === y2 ? [x2 + 6, y2] : [x2, y2 + 6];
  const base: Point[] =
    cpx2 < x2 && cpy2 === y2
      ? [
          [x2 - 5, y2 - wide],
          [x2 - 5, y2 + wide],
        ]
      : [
          [x2 - wide, y2 - 5],
          [x2 + wide, y2 - 5],
        ];
  shapes.push(polygon([tip, ...base], color, 1));
}

/** Rate, latency and errors beside the curve, where there is room for them. */
function drawLabel(shapes: Shape[], edge: Edge, nodes: ReadonlyMap<string, Node>, taken: Box[]): void {
  const words = [
    `${formatCount(Number(edge.rate.toPrecision(3)))}/s`,
    ...(Number.isNaN(edge.latency) ? [] : [formatSeconds(Number(edge.latency.toPrecision(2)))]),
    ...(edge.errorRatio >= 0.001 ? [`${formatRatio(Number(edge.errorRatio.toPrecision(2)))} failed`] : []),
  ].join(' · ');
  const width = textWidth(words, SIZE.small) + 8;
  const curve = curveOf(edge, nodes);
  for (const at of LABEL_AT) {
    const [x, y] = pointOf(curve, at);
    const box = { left: x - width / 2, top: y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT };
    if (taken.some((one) => overlap(one, box))) continue;
    taken.push(box);
    shapes.push(rect(box, ink.background, 0.85, 6));
    shapes.push(text(words, x, y, { align: 'center', fill: ink.text }));
    return;
  }
}

function pointOf([a, b, c, d]: readonly [Point, Point, Point, Point], t: number): Point {
  const s = 1 - t;
  const along = (axis: 0 | 1): number =>
    s ** 3 * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t ** 3 * d[axis];
  return [along(0), along(1)];
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

function colorOf({ errorRatio }: Edge): string {
  return (ERRORS.find(({ from }) => errorRatio >= from) ?? ERRORS[3]).color;
}
