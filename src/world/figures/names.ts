// Figures of names: how many are looked up, with how many queries, how long it takes, and how often in vain.
import { sum } from 'd3-array';
import type { Row } from '../../metrics/catalogue.ts';
import type { Figure } from './figure.ts';

type DnsRow = Row<'dns'>;

const inSpan = (
  name: string,
  title: string,
  unit: Figure['unit'],
  better: Figure['better'],
  meaning: string,
  of: (rows: readonly DnsRow[]) => number | undefined,
): Figure => ({
  pattern: `dns.${name}`,
  title,
  unit,
  gauge: false,
  wholeRun: false,
  better,
  meaning,
  measure: ({ span: { from, to } }, { measure }) => {
    const rows = measure.names.rows.slice(from, to);
    return rows.length === 0 ? undefined : of(rows);
  },
});

const duration = (name: string, words: string, quantile: number): Figure => ({
  pattern: `dns.duration.${name}`,
  title: `Lookups of names, ${words}`,
  unit: 'us',
  gauge: false,
  wholeRun: false,
  better: 'lower',
  meaning: `Duration of lookups that found an address, ${words}.`,
  measure: ({ span: { from, to } }, { measure }) => {
    const durations = measure.names.durations(from, to);
    return durations === undefined || durations.count === 0 ? undefined : durations.quantile(quantile);
  },
});

export const nameFigures: readonly Figure[] = [
  inSpan('lookups', 'Lookups of names', 'count', 'neither', 'Lookups of names that programs began.', (rows) =>
    sum(rows, (row) => row.lookups),
  ),
  inSpan('failed', 'Lookups of names that failed', 'count', 'lower', 'Lookups that ended without an address.', (rows) =>
    sum(rows, (row) => row.lookups_failed),
  ),
  inSpan(
    'queries',
    'Queries to cluster DNS',
    'count',
    'lower',
    'Queries that programs sent for these lookups.',
    (rows) => sum(rows, (row) => row.queries),
  ),
  inSpan(
    'queries_per_lookup',
    'Queries for each lookup of a name',
    'count',
    'lower',
    'Queries sent, over lookups begun.',
    (rows) => {
      const lookups = sum(rows, (row) => row.lookups);
      return lookups === 0 ? undefined : sum(rows, (row) => row.queries) / lookups;
    },
  ),
  duration('p50', 'median', 0.5),
  duration('p99', 'p99', 0.99),
  duration('max', 'longest', 1),
];
