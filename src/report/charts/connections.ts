// Connections over time: how many are open, opened and lost; and which pods get the requests that go by them, so that a hot one is seen.
import { max, sum } from 'd3-array';
import { type Line, timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import type { CsvTable, JobResults } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, some, subtitle } from './chart.ts';

/** More pods than these are left out: those with the fewest requests. */
const MOST = 40;

const CHANGES = [
  { name: 'opened', color: hue.blue, columns: ['opened'] },
  { name: 'closed', color: hue.grey, columns: ['closed_by_caller', 'closed_by_server'] },
  { name: 'lost or not opened', color: hue.red, columns: ['reset', 'refused', 'without_port', 'overflowed'] },
] as const;

/** Columns of all edges together, by interval. */
function summed(table: CsvTable, columns: readonly string[]): { times: number[]; values: Float64Array } {
  const intervals = [...groupRows(Array.from(table.numbers('time_seconds'), String))];
  const values = Float64Array.from(intervals, ([, rows]) =>
    sum(columns, (column) => sum(rows, (row) => table.numbers(column)[row])),
  );
  return { times: intervals.map(([time]) => Number(time)), values };
}

/** The Service whose busiest pod has the most requests. */
function hottest(
  table: CsvTable,
): { readonly name: string; readonly pods: readonly (readonly [string, number[]])[] } | undefined {
  const [namespaces, services, pods] = ['namespace', 'service', 'pod'].map((column) => table.text(column));
  const requests = table.numbers('requests');
  const total = (rows: readonly number[]): number => sum(rows, (row) => requests[row]);
  const found = [...groupRows(services.map((service, row) => `${namespaces[row]}/${service}`))].map(([name, rows]) => {
    const byPod = [...groupRows(rows.map((row) => pods[row]))].map(
      ([pod, indexes]) => [pod, indexes.map((index) => rows[index])] as const,
    );
    return { name, pods: byPod.toSorted((a, b) => total(b[1]) - total(a[1])) };
  });
  const shown = found.toSorted((a, b) => total(b.pods[0][1]) - total(a.pods[0][1])).at(0);
  return shown === undefined || total(shown.pods[0][1]) === 0 ? undefined : shown;
}

function linesByPod(job: JobResults, table: CsvTable, pods: readonly (readonly [string, number[]])[]): Line[] {
  const interval = job.run.series_interval_seconds;
  const [times, requests] = ['time_seconds', 'requests'].map((column) => table.numbers(column));
  const busiest = pods[0][0];
  return pods
    .slice(0, MOST)
    .map(([name, rows]) => ({
      name,
      color: name === busiest ? hue.pink : hue.sky,
      times: Float64Array.from(rows, (row) => times[row] - interval / 2),
      values: Float64Array.from(rows, (row) => requests[row] / interval),
    }))
    .toReversed();
}

export const connections = chart(
  'connections',
  'Connections open, opened and lost, and requests to each pod of the Service with the hottest one (connections.csv, endpoints.csv).',
  (job, marks) => {
    if (!job.has('connections.csv')) return undefined;
    const table = job.table('connections.csv');
    const interval = job.run.series_interval_seconds;
    const open = summed(table, ['open']);
    if (open.times.length === 0) return undefined;
    const middle = Float64Array.from(open.times, (time) => time - interval / 2);
    const changes = CHANGES.map(({ name, color, columns }) => ({
      name,
      color,
      times: middle,
      values: summed(table, columns).values.map((value) => value / interval),
    }));
    const levels = [
      { name: 'open', color: hue.green, times: Float64Array.from(open.times), values: open.values },
      {
        name: 'requests waiting for one',
        color: hue.orange,
        times: Float64Array.from(open.times),
        values: summed(table, ['pending']).values,
      },
    ].filter(({ name, values }) => name === 'open' || some(values));
    const endpoints = job.table('endpoints.csv');
    const hot = hottest(endpoints);
    const pods = hot === undefined ? [] : linesByPod(job, endpoints, hot.pods);
    const most = max(hot?.pods ?? [], ([, rows]) => rows.length) ?? 0;
    return timeChart({
      title: 'Connections, and who gets the requests',
      subtitle: subtitle(
        job,
        ...(hot !== undefined && hot.pods.length > MOST ? [`the ${MOST} busiest of ${hot.pods.length} pods`] : []),
      ),
      duration: job.run.duration_seconds,
      marks,
      legend: [
        ...[...levels, ...changes].map(({ name, color }) => ({ name, color })),
        ...(most === 0
          ? []
          : [
              { name: 'the busiest pod', color: hue.pink },
              { name: 'each other pod', color: hue.sky },
            ]),
      ],
      panels: [
        { name: 'connections', lines: levels, format: formatCount, whole: true },
        { name: 'connections per second', lines: changes, format: formatCount },
        ...(hot === undefined
          ? []
          : [{ name: `requests per second to each pod of ${hot.name}`, lines: pods, format: formatCount, weight: 2 }]),
      ],
    });
  },
);
