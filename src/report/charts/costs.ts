// What nodes and messages cost over time: money per hour, power, carbon; and bytes from zone to zone.
import { timeChart } from '../drawing.ts';
import { formatBytesPerSecond, formatCount } from '../format.ts';
import { chart, middles, some, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

const HOUR_SECONDS = 3600;

export const costs = chart(
  'costs',
  'Cost per hour, power and carbon dioxide per hour of the nodes, stacked by pool (costs.csv).',
  (job, marks) => {
    if (!job.has('costs.csv')) return undefined;
    const table = job.table('costs.csv');
    const groups = groupLines(
      table.text('pool').map((pool) => pool || 'no pool'),
      middles(job, table),
    );
    if (groups === undefined) return undefined;
    const perHour = HOUR_SECONDS / job.run.series_interval_seconds;
    const stacks = [
      { name: 'cost per hour', values: table.numbers('cost').map((cost) => cost * perHour) },
      { name: 'power, W', values: table.numbers('watts') },
      { name: 'carbon dioxide, g per hour', values: table.numbers('carbon_grams').map((grams) => grams * perHour) },
    ].filter(({ values }) => some(values));
    if (stacks.length === 0) return undefined;
    return timeChart({
      title: 'Cost, power and carbon of the nodes',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels: stacks.map(({ name, values }) => ({
        name,
        lines: groups.of(values).map((line) => ({ ...line, stack: name })),
        format: formatCount,
      })),
    });
  },
);

export const egress = chart(
  'egress',
  'Bytes per second of messages from zone to zone, those with the most (egress.csv).',
  (job, marks) => {
    if (!job.has('egress.csv')) return undefined;
    const table = job.table('egress.csv');
    const [from, to] = ['from_zone', 'to_zone'].map((name) => table.text(name));
    const rates = table.numbers('sent_bytes').map((bytes) => bytes / job.run.series_interval_seconds);
    const groups = groupLines(
      from.map((zone, row) => `${zone} → ${to[row]}`),
      middles(job, table),
      { worth: (rows) => rows.reduce((sum, row) => sum + rates[row], 0), words: 'busiest' },
    );
    if (groups === undefined) return undefined;
    return timeChart({
      title: 'Bytes from zone to zone',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels: [{ name: 'per second', lines: groups.of(rates), format: formatBytesPerSecond }],
    });
  },
);
