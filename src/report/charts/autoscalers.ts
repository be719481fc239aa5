// Autoscalers: the replicas that they want and those that are ready, and below them how far their metrics are from their targets.
import { max } from 'd3-array';
import { timeChart } from '../drawing.ts';
import type { Line, Panel } from '../drawing.ts';
import { formatCount, formatRatio } from '../format.ts';
import type { CsvTable } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, subtitle } from './chart.ts';

const FILE = 'autoscalers.csv';
const MOST = 3;
const WANTED = { name: 'replicas wanted', color: hue.grey } as const;
const READY = { name: 'pods ready', color: hue.green } as const;
const METRICS = [hue.blue, hue.orange, hue.pink, hue.sky] as const;

interface Autoscaler {
  readonly name: string;
  /** Of its first metric: each interval once. */
  readonly rows: readonly number[];
  /** Rows by metric. */
  readonly metrics: ReadonlyMap<string, readonly number[]>;
  /** By how many replicas it varied. */
  readonly change: number;
}

export const autoscalerChart = chart(
  'autoscalers',
  'Replicas of what HorizontalPodAutoscalers scale, wanted and ready, and their metrics as a share of the target (autoscalers.csv).',
  (job, marks) => {
    if (!job.has(FILE)) return undefined;
    const table = job.table(FILE);
    const all = autoscalers(table).toSorted((a, b) => b.change - a.change);
    const shown = all.slice(0, MOST);
    if (shown.length === 0) return undefined;
    const names = [...new Set(shown.flatMap(({ metrics }) => [...metrics.keys()]))];
    const colorOf = (metric: string): string => METRICS[names.indexOf(metric) % METRICS.length];
    const alone = shown.length === 1;
    const more = all.length > MOST ? [`the ${MOST} of ${all.length} autoscalers that changed most`] : [];
    return timeChart({
      title: alone ? `Autoscaler ${shown[0].name}` : 'Autoscalers',
      subtitle: subtitle(job, 'metrics as a share of their targets', ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: [WANTED, READY, ...names.map((name) => ({ name, color: colorOf(name) }))],
      columns: shown.length,
      panels: [
        ...shown.map((one) => replicas(table, one, alone)),
        ...shown.map((one) => load(table, one, alone, colorOf)),
      ],
    });
  },
);

function replicas(table: CsvTable, { name, rows }: Autoscaler, alone: boolean): Panel {
  const wanted = points(table, rows, 'desired');
  // Before it has looked for the first time it wants nothing in particular.
  const looked = wanted.values.findIndex((value) => value > 0);
  return {
    name: alone ? 'replicas' : `${name}, replicas`,
    lines: [
      { ...WANTED, ...wanted, values: wanted.values.map((value, at) => (at < looked ? Number.NaN : value)) },
      { ...READY, ...points(table, rows, 'ready') },
    ],
    format: formatCount,
    whole: true,
    weight: 3,
  };
}

function load(table: CsvTable, one: Autoscaler, alone: boolean, colorOf: (metric: string) => string): Panel {
  const target = table.numbers('target_value');
  const lines = [...one.metrics].map(([name, rows]): Line => {
    const { times, values } = points(table, rows, 'value');
    return { name, color: colorOf(name), times, values: values.map((value, at) => value / target[rows[at]]) };
  });
  const most = max(lines.flatMap(({ values }) => [...values].filter((value) => value < Infinity))) ?? 1;
  return {
    name: alone ? 'load, of the target' : `${one.name}, load of the target`,
    lines,
    format: formatRatio,
    domain: [0, Math.max(1, most)],
    weight: 2,
  };
}

function points(table: CsvTable, rows: readonly number[], column: string) {
  const times = table.numbers('time_seconds');
  const values = table.numbers(column);
  return { times: Float64Array.from(rows, (row) => times[row]), values: Float64Array.from(rows, (row) => values[row]) };
}

function autoscalers(table: CsvTable): Autoscaler[] {
  const namespace = table.text('namespace');
  const name = table.text('name');
  const metric = table.text('metric');
  const desired = table.numbers('desired');
  const single = new Set(namespace).size <= 1;
  return [...groupRows(name.map((one, row) => (single ? one : `${namespace[row]}/${one}`)))].map(([key, rows]) => {
    const metrics = new Map(
      [...groupRows(rows.map((row) => metric[row]))].map(([of, own]) => [of, own.map((at) => rows[at])] as const),
    );
    const [first = []] = metrics.values();
    const sizes = first.map((row) => desired[row]);
    return { name: key, rows: first, metrics, change: Math.max(...sizes) - Math.min(...sizes) };
  });
}
