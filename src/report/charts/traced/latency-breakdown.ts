// Where the latency of requests goes over time: phases on top of each other, a panel for each source.
import { sum } from 'd3-array';
import { timeChart } from '../../drawing.ts';
import { formatSeconds } from '../../format.ts';
import { chart, groupRows, subtitle } from '../chart.ts';
import { meanPhases, phasesSeen } from './phases.ts';

const MOST_SOURCES = 4;

export const latencyBreakdown = chart(
  'latency-breakdown',
  'Where the time of requests goes along their critical path, means over time by source, of those that ended well and of those that failed (breakdown.csv).',
  (job, marks) => {
    if (!job.has('breakdown.csv')) return undefined;
    const table = job.table('breakdown.csv');
    const [scopes, names] = ['scope', 'name'].map((column) => table.text(column));
    const [ends, sampled] = ['time_seconds', 'sampled'].map((column) => table.numbers(column));
    const requestsOf = ({ ended, failed }: { ended: readonly number[]; failed: readonly number[] }): number =>
      sum([...ended, ...failed], (row) => sampled[row]);
    const groups = [...groupRows(names)]
      .map(([name, all]) => {
        const inScope = (scope: string) => all.filter((row) => scopes[row] === scope);
        return { name, ended: inScope('source'), failed: inScope('failed-source') };
      })
      .filter(({ ended, failed }) => ended.length + failed.length > 0)
      .toSorted((a, b) => requestsOf(b) - requestsOf(a));
    if (groups.length === 0) return undefined;
    const shown = groups.slice(0, MOST_SOURCES);
    const interval = job.run.series_interval_seconds;
    const intervals = Math.ceil(job.run.duration_seconds / interval);
    const sets = shown
      .flatMap(({ name, ended, failed }) => [
        { title: `mean latency of ${name}`, rows: ended, without: Number.NaN },
        // Failures come and go: zero where there are none, since an area of a single interval has no width.
        { title: `mean time until requests of ${name} failed`, rows: failed, without: 0 },
      ])
      .filter(({ rows }) => rows.length > 0);
    const seen = phasesSeen(sets.map(({ rows }) => meanPhases(table, rows)));
    const middles = Float64Array.from({ length: intervals }, (_, at) =>
      Math.min(job.run.duration_seconds, (at + 0.5) * interval),
    );
    const panels = sets.map(({ title, rows, without }) => ({
      name: title,
      format: formatSeconds,
      lines: seen.map((phase) => {
        const column = table.numbers(phase.column);
        const values = new Float64Array(intervals).fill(without);
        for (const row of rows) values[Math.ceil(ends[row] / interval - 1e-9) - 1] = column[row];
        return { name: phase.name, color: phase.color, times: middles, values, stack: 'phases' };
      }),
    }));
    const more = groups.length > shown.length ? [`the ${MOST_SOURCES} of ${groups.length} sources with the most`] : [];
    return timeChart({
      title: 'Where the time of requests goes',
      subtitle: subtitle(job, 'along the critical path', ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: seen.map(({ name, color }) => ({ name, color })),
      columns: panels.length > 2 ? 2 : 1,
      panels,
    });
  },
);
