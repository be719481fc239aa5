// What nodes run out of that connections need: entries of their tables of connections, and ports of source NAT towards systems outside.
import { max, sum } from 'd3-array';
import { timeChart } from '../drawing.ts';
import { formatCount, formatRatio } from '../format.ts';
import type { JobResults } from '../read.ts';
import { chart, ends, middles, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

/** What is seen of one of the tables; undefined where it has no rows. */
function panelsOf(
  job: JobResults,
  file: string,
  what: string,
  nameOf: (texts: readonly string[][], row: number) => string,
  columns: readonly string[],
) {
  if (!job.has(file)) return undefined;
  const table = job.table(file);
  const texts = columns.map((column) => [...table.text(column)]);
  const [ratios, dropped] = ['used_ratio', 'packets_dropped'].map((column) => table.numbers(column));
  const names = texts[0].map((_, row) => nameOf(texts, row));
  // Who drops comes before who is only full.
  const worth = (rows: readonly number[]): number =>
    sum(rows, (row) => dropped[row]) + (max(rows, (row) => ratios[row]) ?? 0);
  const ranking = { worth, words: 'fullest' };
  const groups = groupLines(names, ends(table), ranking);
  const drops = groupLines(names, middles(job, table), ranking);
  if (groups === undefined || drops === undefined) return undefined;
  const perSecond = dropped.map((count) => count / job.run.series_interval_seconds);
  return {
    legend: groups.legend,
    more: groups.more,
    panels: [
      { name: `${what} used`, lines: groups.of(ratios), format: formatRatio },
      { name: `first packets dropped per second: no ${what} left`, lines: drops.of(perSecond), format: formatCount },
    ],
  };
}

export const nodeTables = chart(
  'node-tables',
  'How full the tables of connections of nodes are, how many of their ports of source NAT are in use, and first packets dropped for want of either (conntrack.csv, snat.csv).',
  (job, marks) => {
    const parts = [
      panelsOf(job, 'conntrack.csv', 'entries', ([nodes], row) => nodes[row], ['node']),
      panelsOf(job, 'snat.csv', 'ports', ([nodes, hosts], row) => `${nodes[row]} → ${hosts[row]}`, ['node', 'host']),
    ].filter((part) => part !== undefined);
    if (parts.length === 0) return undefined;
    return timeChart({
      title: 'Connection tables and source NAT of nodes',
      subtitle: subtitle(job, ...parts.flatMap(({ more }) => more)),
      duration: job.run.duration_seconds,
      marks,
      legend: parts.flatMap(({ legend }) => legend),
      panels: parts.flatMap(({ panels }) => panels),
    });
  },
);
