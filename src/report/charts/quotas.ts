// Quotas over time: how much of each limit is used.
import { max } from 'd3-array';
import { timeChart } from '../drawing.ts';
import { formatRatio } from '../format.ts';
import { chart, ends, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const quotas = chart(
  'quotas',
  'What ResourceQuotas have used of each of their limits (quotas.csv).',
  (job, marks) => {
    if (!job.has('quotas.csv')) return undefined;
    const table = job.table('quotas.csv');
    const [namespaces, quotaNames, resources] = ['namespace', 'name', 'resource'].map((name) => table.text(name));
    const [used, hard] = ['used', 'hard'].map((name) => table.numbers(name));
    // Of a limit of nothing, nothing can be used.
    const shares = used.map((amount, row) => (hard[row] === 0 ? 0 : amount / hard[row]));
    const names = resources.map((resource, row) => `${namespaces[row]}/${quotaNames[row]} ${resource}`);
    const groups = groupLines(names, ends(table), {
      worth: (rows) => max(rows, (row) => shares[row]),
      words: 'fullest',
    });
    if (groups === undefined) return undefined;
    return timeChart({
      title: 'Quotas',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels: [{ name: 'used of the limit', lines: groups.of(shares), format: formatRatio }],
    });
  },
);
