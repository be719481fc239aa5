// Nodes of each DaemonSet over time: desired (they should have a pod), with a ready one, with one of the newest revision.
import { max } from 'd3-array';
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import type { CsvTable } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, subtitleOf } from './chart.ts';

const MOST = 6;
const LINES = [
  { column: 'desired', name: 'desired', color: hue.grey },
  { column: 'updated', name: 'of the newest revision', color: hue.blue },
  { column: 'ready', name: 'ready', color: hue.green },
] as const;

interface DaemonSetNodes {
  readonly name: string;
  readonly times: Float64Array;
  /** In the order of `LINES`. */
  readonly values: readonly Float64Array[];
  /** The most nodes that lacked something at the end of an interval, once none had. */
  readonly lacked: number;
}

export const daemonSets = chart(
  'daemon-sets',
  'Nodes of the DaemonSets that changed: desired, with a ready pod, with one of the newest revision (workloads.csv).',
  (job, marks) => {
    const { workloads_interval_seconds: interval } = job.run;
    if (!job.has('workloads.csv') || interval === undefined) return undefined;
    const changed = setsOf(job.table('workloads.csv')).filter(({ lacked }) => lacked > 0);
    if (changed.length === 0) return undefined;
    const shown = changed.toSorted((a, b) => b.lacked - a.lacked).slice(0, MOST);
    const alone = shown.length === 1;
    const more = changed.length > MOST ? [`the ${MOST} of ${changed.length} DaemonSets that changed most`] : [];
    return timeChart({
      title: alone ? `Nodes of the DaemonSet ${shown[0].name}` : 'Nodes of DaemonSets',
      subtitle: subtitleOf(job, interval, ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: LINES.map(({ name, color }) => ({ name, color })),
      columns: alone ? 1 : shown.length <= 4 ? 2 : 3,
      panels: shown.map(({ name, times, values }) => ({
        name: alone ? 'nodes' : `${name}, nodes`,
        lines: LINES.map((line, at) => ({ name: line.name, color: line.color, times, values: values[at] })),
        format: formatCount,
        whole: true,
      })),
    });
  },
);

function setsOf(table: CsvTable): DaemonSetNodes[] {
  const [kind, namespace, set] = ['kind', 'namespace', 'name'].map((column) => table.text(column));
  const own = [...kind.keys()].filter((row) => kind[row] === 'DaemonSet');
  const times = table.numbers('time_seconds');
  const columns = LINES.map(({ column }) => table.numbers(column));
  const single = new Set(own.map((row) => namespace[row])).size <= 1;
  return [...groupRows(own.map((row) => (single ? set[row] : `${namespace[row]}/${set[row]}`)))].map(([name, at]) => {
    const rows = at.map((index) => own[index]);
    const values = columns.map((column) => Float64Array.from(rows, (row) => column[row]));
    return { name, times: Float64Array.from(rows, (row) => times[row]), values, lacked: mostLacked(values) };
  });
}

/** What is not there yet at first is no change. */
function mostLacked([desired, updated, ready]: readonly Float64Array[]): number {
  const lacks = Array.from(desired, (wanted, at) => wanted - Math.min(updated[at], ready[at]));
  const first = lacks.findIndex((nodes) => nodes <= 0);
  return first < 0 ? (max(lacks) ?? 0) : (max(lacks.slice(first)) ?? 0);
}
