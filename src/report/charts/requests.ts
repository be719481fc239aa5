// Requests from outside: how many arrive, and how many fail for which reason.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, linesOf, middles, perSecond, some, subtitle } from './chart.ts';

const REASONS = [
  { column: 'requests_timeout', name: 'timed out', color: hue.red },
  { column: 'requests_refused', name: 'connection refused', color: hue.orange },
  { column: 'requests_overload', name: 'rejected (503)', color: hue.pink },
  { column: 'requests_error', name: 'answered with an error (500)', color: hue.grey },
] as const;

export const requests = chart(
  'requests',
  'Requests per second, and failed ones by reason (series.csv).',
  (job, marks) => {
    const table = job.table('series.csv');
    const arrivals = table.numbers('requests_per_second');
    if (!some(arrivals)) return undefined;
    const times = middles(job, table);
    const rate = (column: string) => perSecond(job, table, column);
    const common = { times, sampling: 'average' as const };
    const failures = linesOf(REASONS, rate, { ...common, stack: 'failed' });
    const arrived = { name: 'arrived', color: hue.blue, values: arrivals, ...common };
    const answered = { name: 'completed', color: hue.green, values: rate('requests_completed'), ...common };
    const flow = { name: 'requests per second', lines: [arrived, answered], format: formatCount, weight: 1.3 };
    const failed = { name: 'failed requests per second', lines: failures, format: formatCount };
    return timeChart({
      title: failures.length > 0 ? 'Requests per second, and failures by reason' : 'Requests per second (none failed)',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: [...flow.lines, ...failures].map(({ name, color }) => ({ name, color })),
      panels: failures.length > 0 ? [flow, failed] : [flow],
    });
  },
);
