// Classes of requests over time: how many there are of each, how many fail, and how long they take.
import { timeChart } from '../drawing.ts';
import { formatCount, formatSeconds } from '../format.ts';
import { chart, middles, some, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const classes = chart(
  'classes',
  'Requests of each class per second, those that failed, and their 99th percentile (classes.csv).',
  (job, marks) => {
    if (!job.has('classes.csv')) return undefined;
    const table = job.table('classes.csv');
    const sources = table.text('source');
    const several = new Set(sources).size > 1;
    const names = table.text('class').map((name, row) => (several ? `${sources[row]}: ${name}` : name));
    const groups = groupLines(names, middles(job, table));
    if (groups === undefined) return undefined;
    const interval = job.run.series_interval_seconds;
    const rate = (column: string) => table.numbers(column).map((count) => count / interval);
    const errors = rate('errors');
    return timeChart({
      title: 'Requests by class',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels: [
        { name: 'ended per second', lines: groups.of(rate('requests')), format: formatCount },
        ...(some(errors) ? [{ name: 'failed per second', lines: groups.of(errors), format: formatCount }] : []),
        {
          name: '99th percentile',
          lines: groups.of(table.numbers('request_duration_seconds_p99')),
          format: formatSeconds,
        },
      ],
    });
  },
);
