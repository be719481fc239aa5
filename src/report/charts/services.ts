// Each Service on its own: the share of calls that fail, and how long calls take.
import { sum } from 'd3-array';
import { timeChart } from '../drawing.ts';
import type { Drawing, Panel } from '../drawing.ts';
import { formatRatio, formatSeconds } from '../format.ts';
import type { Mark } from '../marks.ts';
import type { CsvTable, Job } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, middles, positiveExtent, subtitle } from './chart.ts';

const MOST = 12;

interface Service {
  readonly name: string;
  readonly rows: readonly number[];
}

/** The Services with the most calls, most first. */
function busiest(table: CsvTable): { shown: Service[]; all: number } {
  const namespace = table.text('namespace');
  const service = table.text('service');
  const requests = table.numbers('requests');
  const single = new Set(namespace).size <= 1;
  const groups = groupRows(service.map((name, row) => (single ? name : `${namespace[row]}/${name}`)));
  const called = [...groups]
    .map(([name, rows]) => ({ name, rows, calls: sum(rows, (row) => requests[row]) }))
    .filter(({ calls }) => calls > 0)
    .toSorted((a, b) => b.calls - a.calls);
  return { shown: called.slice(0, MOST), all: called.length };
}

function pick(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row]);
}

function drawServices(
  job: Job,
  marks: readonly Mark[],
  title: string,
  legend: readonly { name: string; color: string }[],
  panelOf: (table: CsvTable, service: Service, times: Float64Array) => Panel,
): Drawing | undefined {
  const table = job.table('services.csv');
  const { shown, all } = busiest(table);
  if (shown.length === 0) return undefined;
  const times = middles(job, table);
  const panels = shown.map((service) => panelOf(table, service, pick(times, service.rows)));
  const [least, most] = positiveExtent(panels.flatMap(({ lines }) => lines.map(({ values }) => values)));
  if (most === 0) return undefined;
  const columns = shown.length === 1 ? 1 : shown.length <= 4 ? 2 : shown.length <= 9 ? 3 : 4;
  return timeChart({
    title,
    subtitle: subtitle(job, ...(all > MOST ? [`the ${MOST} of ${all} Services with most calls`] : [])),
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
    drawServices(job, marks, 'Failed calls to each Service', [], (table, { name, rows }, times) => {
      const requests = table.numbers('requests');
      const errors = table.numbers('errors');
      const values = Float64Array.from(rows, (row) => (requests[row] === 0 ? Number.NaN : errors[row] / requests[row]));
      return { name, lines: [{ name, color: hue.red, times, values }], format: formatRatio };
    }),
);

export const serviceLatency = chart(
  'service-latency',
  'Median and 99th percentile of the time of calls to each Service (services.csv).',
  (job, marks) => {
    const legend = [
      { name: 'p99', color: hue.orange, column: 'request_duration_seconds_p99' },
      { name: 'p50 (median)', color: hue.sky, column: 'request_duration_seconds_p50' },
    ];
    return drawServices(job, marks, 'Time of calls to each Service', legend, (table, { name, rows }, times) => ({
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
    }));
  },
);
