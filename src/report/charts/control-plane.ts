// What the control plane is busy with: the scheduler's queues and the API server's writes.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, ends, linesOf, middles, some, subtitle } from './chart.ts';

const QUEUES = [
  { column: 'scheduler_pending_pods_active', name: 'to be scheduled', color: hue.blue },
  { column: 'scheduler_pending_pods_backoff', name: 'backing off', color: hue.orange },
  { column: 'scheduler_pending_pods_unschedulable', name: 'unschedulable', color: hue.red },
] as const;

export const controlPlane = chart(
  'control-plane',
  "Pods in the scheduler's queues, and writes to the API server (series.csv).",
  (job, marks) => {
    const table = job.table('series.csv');
    const queues = linesOf(QUEUES, (column) => table.numbers(column), { times: ends(table), stack: 'queue' });
    const writes = {
      name: 'writes to the API server',
      color: hue.green,
      times: middles(job, table),
      values: table.numbers('apiserver_writes_per_second'),
      sampling: 'average' as const,
    };
    if (queues.length === 0 && !some(writes.values)) return undefined;
    const waiting = { name: 'pods waiting in the scheduler', lines: queues, format: formatCount, whole: true };
    const load = { name: 'writes per second', lines: [writes], format: formatCount };
    return timeChart({
      title: queues.length === 0 ? 'Writes to the API server' : 'Scheduler queues and API server writes',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: [...queues, writes].map(({ name, color }) => ({ name, color })),
      panels: queues.length === 0 ? [load] : [waiting, load],
    });
  },
);
