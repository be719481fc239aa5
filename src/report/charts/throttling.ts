// CPU quotas over time: how often containers were throttled, how many processors stood still for it, and what requests took meanwhile.
import { sum } from 'd3-array';
import { timeChart } from '../drawing.ts';
import { formatCount, formatRatio, formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, middles, some, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const throttling = chart(
  'throttling',
  'Throttled CPU periods and processors throttled, by container, beside the latency of requests (throttling.csv, series.csv).',
  (job, marks) => {
    if (!job.has('throttling.csv')) return undefined;
    const table = job.table('throttling.csv');
    const [workloads, containers] = ['workload', 'container'].map((name) => table.text(name));
    const [ratios, seconds] = ['throttled_ratio', 'container_cpu_cfs_throttled_seconds'].map((name) =>
      table.numbers(name),
    );
    const names = workloads.map((name, row) => [name, containers[row]].filter(Boolean).join('/'));
    const groups = groupLines(names, middles(job, table), {
      worth: (rows) => sum(rows, (row) => seconds[row]),
      words: 'throttled most',
    });
    if (groups === undefined) return undefined;
    const interval = job.run.series_interval_seconds;
    const series = job.table('series.csv');
    const p99 = series.numbers('request_duration_seconds_p99');
    const latency = { name: 'p99 of requests', color: hue.red, times: middles(job, series), values: p99 };
    return timeChart({
      title: 'CPU throttling',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: [...groups.legend, ...(some(p99) ? [{ name: latency.name, color: latency.color }] : [])],
      panels: [
        { name: 'throttled periods', lines: groups.of(ratios), format: formatRatio },
        {
          name: 'processors throttled, mean',
          lines: groups.of(seconds.map((value) => value / interval)),
          format: formatCount,
        },
        ...(some(p99) ? [{ name: 'latency, p99', lines: [latency], format: formatSeconds }] : []),
      ],
    });
  },
);
