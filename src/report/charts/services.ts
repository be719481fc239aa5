// Each Service on its own: the share of calls that fail, and the latency of calls.
import { max, sum } from 'd3-array';
import { timeChart } from '../drawing.ts';
import type { Drawing, Panel } from '../drawing.ts';
import { formatRatio, formatSeconds } from '../format.ts';
import type { Mark } from '../marks.ts';
import type { CsvTable, JobResults } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, middles, positiveExtent, subtitle } from './chart.ts';

const MOST = 12;

interface ServiceCalls {
  readonly name: string;
  readonly rows: readonly number[];
}

/** How Services are ranked: by the sum or the greatest of what `worth` says of their rows. */
interface Ranking {
  /** `with the most calls`. */
  readonly words: string;
  readonly worth: (table: CsvTable, rows: readonly number[]) => number;
}

/** The Services that were called, those that rank first. */
function ranked(table: CsvTable, { worth }: Ranking): { shown: ServiceCalls[]; all: number } {
  const namespace = table.text('namespace');
  const service = table.text('service');
  const requests = table.numbers('requests');
  const single = new Set(namespace).size <= 1;
  const groups = groupRows(service.map((name, row) => (single ? name : `${namespace[row]}/${name}`)));
  const called = [...groups]
    .map(([name, rows]) => ({ name, rows, calls: sum(rows, (row) => requests[row]), worth: worth(table, rows) }))
    .filter(({ calls }) => calls > 0)
    .toSorted((a, b) => b.worth - a.worth || b.calls - a.calls);
  return { shown: called.slice(0, MOST), all: called.length };
}

const MOST_FAILED: Ranking = {
  words: 'with the most failed calls',
  worth: (table, rows) => sum(rows, (row) => table.numbers('errors')[row]),
};

const SLOWEST: Ranking = {
  words: 'with the highest p99',
  worth: (table, rows) => {
    const p99 = table.numbers('request_duration_seconds_p99');
    return max(rows, (row) => (Number.isNaN(p99[row]) ? 0 : p99[row])) ?? 0;
  },
};

function pick(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row]);
}

function drawServices(
  job: JobResults,
  marks: readonly Mark[],
  title: string,
  legend: readonly { name: string; color: string }[],
  ranking: Ranking,
  panelOf: (table: CsvTable, service: ServiceCalls, times: Float64Array) => Panel,
): Drawing | undefined {
  const table = job.table('services.csv');
  const { shown, all } = ranked(table, ranking);
  if (shown.length === 0) return undefined;
  const times = middles(job, table);
  const panels = shown.map((service) => panelOf(table, service, pick(times, service.rows)));
  const [least, most] = positiveExtent(panels.flatMap(({ lines }) => lines.map(({ values }) => values)));
  if (most === 0) return undefined;
  const columns = shown.length === 1 ? 1 : shown.length <= 4 ? 2 : shown.length <= 9 ? 3 : 4;
  return timeChart({
    title,
    subtitle: subtitle(job, ...(all > MOST ? [`the ${MOST} of ${all} Services ${ranking.words}`] : [])),
    duration: job.run.duration_seconds,
    marks,
    legend,
    columns,
    panels: panels.map((panel) => Object.assign({}, panel, { domain: [least, most] as const })),
  });
}

export const serviceErrors = chart(
  'service-errors',
  'Share of failed calls to each Service (services.csv).',
  (job, marks) =>
    drawServices(job, marks, 'Failed calls to each Service', [], MOST_FAILED, (table, { name, rows }, times) => {
      const requests = table.numbers('requests');
      const errors = table.numbers('errors');
      const values = Float64Array.from(rows, (row) => (requests[row] === 0 ? Number.NaN : errors[row] / requests[row]));
      return { name, lines: [{ name, color: hue.red, times, values }], format: formatRatio };
    }),
);

export const serviceLatency = chart(
  'service-latency',
  'Median and 99th percentile of the latency of calls to each Service (services.csv).',
  (job, marks) => {
    const legend = [
      { name: 'p99', color: hue.orange, column: 'request_duration_seconds_p99' },
      { name: 'p50 (median)', color: hue.sky, column: 'request_duration_seconds_p50' },
    ];
    return drawServices(
      job,
      marks,
      'Latency of calls to each Service',
      legend,
      SLOWEST,
      (table, { name, rows }, times) => ({
        name,
        lines: legend.map((entry) => ({
          name: entry.name,
          color: entry.color,
          times,
          values: pick(table.numbers(entry.column), rows),
          sampling: 'max',
        })),
        format: formatSeconds,
        scale: 'log',
      }),
    );
  },
);
