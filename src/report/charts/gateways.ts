// Proxies in pods over time: what they route, what they answer by themselves, and what of their workers changes.
import { groups } from 'd3-array';
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue, ink } from '../theme.ts';
import { chart, middles, subtitle } from './chart.ts';

const RATES = [
  { column: 'requests', name: 'routed', color: hue.blue },
  { column: 'backend_retries', name: 'tried again', color: hue.orange },
  { column: 'tls_handshakes', name: 'TLS handshakes', color: hue.grey },
] as const;
const ANSWERS = [
  { column: 'responses_404', name: '404', color: hue.sky },
  { column: 'responses_502', name: '502', color: hue.yellow },
  { column: 'responses_503', name: '503', color: hue.red },
  { column: 'responses_504', name: '504', color: hue.pink },
] as const;
const WORKERS = [
  { column: 'reloads', name: 'reloads', color: hue.green },
  { column: 'workers_draining', name: 'workers that drain', color: ink.text },
] as const;

export const gateways = chart(
  'gateways',
  'Requests that proxies in pods route per second, what they answer by themselves, and their reloads (gateways.csv).',
  (job, marks) => {
    if (!job.has('gateways.csv')) return undefined;
    const table = job.table('gateways.csv');
    const times = Float64Array.from(new Set(middles(job, table)));
    if (times.length === 0) return undefined;
    const interval = job.run.series_interval_seconds;
    const ends = table.numbers('time_seconds');
    const summed = (column: string): number[] => {
      const values = table.numbers(column);
      return groups([...ends.keys()], (row) => ends[row]).map(([, rows]) =>
        rows.reduce((sum, row) => sum + (values[row] ?? 0), 0),
      );
    };
    const lines = (columns: typeof RATES | typeof ANSWERS | typeof WORKERS, over: number) =>
      columns.map(({ column, name, color }) => ({
        name,
        color,
        times,
        values: Float64Array.from(summed(column), (sum) => sum / over),
      }));
    const rates = lines(RATES, interval);
    const answers = lines(ANSWERS, interval);
    const workers = lines(WORKERS, 1);
    return timeChart({
      title: 'Proxies in pods',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: [...rates, ...answers, ...workers].map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'requests per second', lines: rates, format: formatCount },
        { name: 'own answers per second', lines: answers, format: formatCount },
        { name: 'workers', lines: workers, format: formatCount },
      ],
    });
  },
);
