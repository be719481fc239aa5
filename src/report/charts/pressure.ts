// Memory and disk of nodes that may run out of them: what is in use, and where evictions begin.
import { timeChart } from '../drawing.ts';
import { formatRatio } from '../format.ts';
import type { CsvTable } from '../read.ts';
import { hue, ink } from '../theme.ts';
import { chart, groupRows, subtitle } from './chart.ts';

const FILE = 'pressure.csv';
const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** A signal of which so little of the limit is ever used shows nothing. */
const LEAST = 0.1;
/** More nodes than these are left out: those that come nearest to their threshold are shown. */
const MOST = COLORS.length;
const NAMES = { memory: 'memory in use', nodefs: 'disk in use', imagefs: 'disk of images in use' } as const;
type Signal = keyof typeof NAMES;

/** A node's rows of one signal: times, shares in use, and the share at which evictions begin. */
interface Course {
  readonly times: Float64Array;
  readonly used: Float64Array;
  readonly limits: Float64Array;
  /** The greatest use as a share of the limit. */
  readonly nearest: number;
}

export const pressure = chart(
  'node-pressure',
  'Memory and disk in use on the nodes that come nearest to evictions, and where these begin (pressure.csv).',
  (job, marks) => {
    if (!job.has(FILE)) return undefined;
    const table = job.table(FILE);
    const signals = courses(table);
    const nearest = new Map<string, number>();
    for (const nodes of signals.values()) {
      for (const [node, course] of nodes) nearest.set(node, Math.max(nearest.get(node) ?? 0, course.nearest));
    }
    if (nearest.size === 0) return undefined;
    const ranked = [...nearest].sort(([, a], [, b]) => b - a).map(([node]) => node);
    const shown = new Set(ranked.slice(0, MOST));
    const nodes = [...nearest.keys()].filter((node) => shown.has(node));
    const more = nearest.size > MOST ? [`the ${MOST} nodes of ${nearest.size} that come nearest to evictions`] : [];
    return timeChart({
      title: 'Memory and disk of nodes',
      subtitle: subtitle(job, ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: [
        ...nodes.map((name, at) => ({ name, color: COLORS[at] })),
        { name: 'evictions begin', color: ink.muted },
      ],
      panels: [...signals].map(([signal, byNode]) => ({
        name: `${NAMES[signal]}, share of all`,
        lines: nodes.flatMap((name, at) => {
          const course = byNode.get(name);
          if (course === undefined) return [];
          const { times, used, limits } = course;
          return [
            { name: `${name}, evictions begin`, color: ink.muted, times, values: limits },
            { name, color: COLORS[at], times, values: used },
          ];
        }),
        format: formatRatio,
        domain: [0, 1] as const,
      })),
    });
  },
);

/** By signal and node; a signal of which next to nothing is ever used is left out. */
function courses(table: CsvTable): Map<Signal, Map<string, Course>> {
  const [times, capacity, available, threshold] = [
    'time_seconds',
    'capacity_bytes',
    'available_bytes',
    'threshold_bytes',
  ].map((column) => table.numbers(column));
  const nodes = table.text('node');
  const found = new Map<Signal, Map<string, Course>>();
  for (const [signal, rows] of groupRows(table.text('signal'))) {
    const byNode = new Map<string, Course>();
    for (const [node, mine] of groupRows(rows.map((row) => nodes[row]))) {
      const own = mine.map((at) => rows[at]);
      const used = Float64Array.from(own, (row) => 1 - available[row] / capacity[row]);
      const limits = Float64Array.from(own, (row) => 1 - threshold[row] / capacity[row]);
      const nearest = Math.max(...used.map((value, at) => value / limits[at]));
      byNode.set(node, { times: Float64Array.from(own, (row) => times[row]), used, limits, nearest });
    }
    if ([...byNode.values()].some(({ nearest }) => nearest >= LEAST)) found.set(signal as Signal, byNode);
  }
  return found;
}
