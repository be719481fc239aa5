// The critical path of requests as flames that hang: who was called by whom and for how long it was waited, of all requests and of the slowest.
import { sum } from 'd3-array';
import { type Drawing, finish } from '../../drawing.ts';
import { formatCount, formatSeconds } from '../../format.ts';
import type { CsvTable, JobResults } from '../../read.ts';
import { drawLegend, heading, rect, type Shape, text } from '../../shapes.ts';
import { fitText, HEIGHT, ink, MARGIN, SIZE, WIDTH } from '../../theme.ts';
import { chart, groupRows } from '../chart.ts';
import { phases, phasesSeen } from './phases.ts';

const MOST_DEPTH = 7;
const TALLEST_ROW = 52;
const HEAD = 30;
const GAP = 1;
/** Words need so much room. */
const LEAST_WORDS = 34;
/** Words are read on it by day and by night. */
const PALE = 0.6;
const SETS = [
  { requests: 'all', words: 'all requests' },
  { requests: 'slowest', words: 'the slowest 1 %' },
] as const;

/** A chain of calls: what is spent at its end, and in the calls that are made from there. */
interface Node {
  readonly name: string;
  /** By phase, seconds. */
  readonly own: readonly number[];
  readonly children: Node[];
  total: number;
}

interface Flame {
  readonly words: string;
  readonly sampled: number;
  readonly root: Node;
  readonly depth: number;
}

export const criticalPath = chart(
  'critical-path',
  'What is on the critical path of requests, by who called whom, of all and of the slowest (critical-path.csv).',
  (job) => {
    if (!job.has('critical-path.csv')) return undefined;
    const table = job.table('critical-path.csv');
    const source = busiest(table);
    if (source === undefined) return undefined;
    const flames = SETS.flatMap(({ requests, words }) => flameOf(table, source.name, requests, words) ?? []);
    return flames.length === 0 ? undefined : draw(job, source, flames);
  },
);

/** The source on whose requests the most time is spent. */
function busiest(table: CsvTable): { name: string; of: number } | undefined {
  const [sets, sources] = ['requests', 'source'].map((column) => table.text(column));
  const [latencies, sampled] = ['latency_seconds', 'sampled'].map((column) => table.numbers(column));
  const spent = [...groupRows(sources)].map(([name, rows]) => ({
    name,
    seconds: sum(rows, (row) => (sets[row] === 'all' ? latencies[row] * sampled[row] : 0)),
  }));
  const [most] = spent.toSorted((a, b) => b.seconds - a.seconds);
  return spent.length === 0 ? undefined : { name: most.name, of: spent.length };
}

function flameOf(table: CsvTable, source: string, requests: string, words: string): Flame | undefined {
  const [sets, sources, paths, services] = ['requests', 'source', 'path', 'service'].map((column) =>
    table.text(column),
  );
  const [depths, sampled] = ['depth', 'sampled'].map((column) => table.numbers(column));
  const columns = phases.map(({ column }) => (table.has(column) ? table.numbers(column) : undefined));
  const single = new Set(services.map((name) => name.split('/')[0])).size <= 1;
  const nodes = new Map<string, Node>();
  let first: Node | undefined;
  let count = 0;
  let depth = 0;
  // Those that call come before those that are called.
  const rows = [...sets.keys()].filter((row) => sets[row] === requests && sources[row] === source);
  for (const row of rows.toSorted((a, b) => depths[a] - depths[b])) {
    const name = single ? services[row].slice(services[row].indexOf('/') + 1) : services[row];
    const node: Node = { name, own: columns.map((column) => column?.[row] ?? 0), children: [], total: 0 };
    nodes.set(paths[row], node);
    const parent = nodes.get(paths[row].slice(0, paths[row].lastIndexOf(' > ')));
    if (parent === undefined) first = node;
    else parent.children.push(node);
    count = sampled[row];
    depth = Math.max(depth, depths[row] + 1);
  }
  if (first === undefined) return undefined;
  sumUp(first);
  return { words, sampled: count, root: first, depth };
}

function sumUp(node: Node): number {
  node.total = sum(node.own) + sum(node.children, sumUp);
  node.children.sort((a, b) => b.total - a.total);
  return node.total;
}

function draw({ run }: JobResults, source: { name: string; of: number }, flames: readonly Flame[]): Drawing {
  const shapes: Shape[] = [];
  const title = `What requests of ${source.name} wait for`;
  const more = source.of > 1 ? ` · the source on which the most time is spent, of ${source.of}` : '';
  const about = `${run.scenario}, seed ${run.seed} · critical path of those that ended well, means${more}`;
  const seen = phasesSeen(flames.map(({ root }) => ({ sampled: 1, latency: root.total, seconds: allOf(root) })));
  const legend = [
    { name: 'calls', color: ink.grid },
    ...seen.map(({ name, color }) => ({ name, color, opacity: PALE })),
  ];
  let top = drawLegend(shapes, legend, heading(shapes, title, about)) + 4;
  const rows = flames.reduce((all, { depth }) => all + Math.min(MOST_DEPTH, depth) + 1, 0);
  const tall = Math.min(TALLEST_ROW, (HEIGHT - top - flames.length * HEAD - 8) / rows);
  for (const { words, sampled, root, depth } of flames) {
    const what = `${words}: ${formatSeconds(Number(root.total.toPrecision(3)))} (${formatCount(sampled)} traced)`;
    shapes.push(text(what, MARGIN, top + HEAD / 2, { bold: true, fill: ink.text }));
    top += HEAD;
    drawNode(shapes, root, { left: MARGIN, top, width: WIDTH - 2 * MARGIN }, tall, MOST_DEPTH);
    top += (Math.min(MOST_DEPTH, depth) + 1) * tall;
  }
  return { title, height: HEIGHT, option: finish({ graphic: shapes }) };
}

/** Seconds by phase in all of a flame. */
function allOf({ own, children }: Node): number[] {
  const deeper = children.map(allOf);
  return own.map((seconds, phase) => seconds + sum(deeper, (one) => one[phase]));
}

/** A bar for the node, and below it what it is made of: its own phases, then the calls it waits for. */
function drawNode(
  shapes: Shape[],
  node: Node,
  { left, top, width }: { left: number; top: number; width: number },
  tall: number,
  depth: number,
): void {
  if (width < 0.5) return;
  box(
    shapes,
    { left, top, width },
    tall,
    ink.grid,
    `${node.name} ${formatSeconds(Number(node.total.toPrecision(3)))}`,
    1,
  );
  if (depth === 0) return;
  const scale = width / node.total;
  let x = left;
  for (const [at, seconds] of node.own.entries()) {
    const wide = seconds * scale;
    const { color } = phases[at];
    if (wide >= 0.5) {
      box(
        shapes,
        { left: x, top: top + tall, width: wide },
        tall,
        color,
        formatSeconds(Number(seconds.toPrecision(2))),
        PALE,
      );
    }
    x += wide;
  }
  for (const child of node.children) {
    drawNode(shapes, child, { left: x, top: top + tall, width: child.total * scale }, tall, depth - 1);
    x += child.total * scale;
  }
}

function box(
  shapes: Shape[],
  { left, top, width }: { left: number; top: number; width: number },
  tall: number,
  color: string,
  words: string,
  opacity: number,
): void {
  shapes.push(rect({ left, top, width: Math.max(0.5, width - GAP), height: tall - GAP }, color, opacity, 4));
  if (width < LEAST_WORDS || tall < 12) return;
  shapes.push(text(fitText(words, width - 8, SIZE.small), left + 4, top + tall / 2, { fill: ink.text }));
}
