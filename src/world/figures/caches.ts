// Figures of caches: how often calls to a Service find their answer before them, over all that call it.
import { sum } from 'd3-array';
import type { Better } from '../../metrics/tables/column.ts';
import type { Row } from '../../metrics/catalogue.ts';
import { type Figure, type FigureSources, qualified, type Question, rowsWithin } from './figure.ts';

type CacheRow = Row<'caches'>;

function rowsOf({ span, names }: Question, { measure }: FigureSources): readonly CacheRow[] {
  const key = qualified(names['service']);
  const rows = rowsWithin(measure.caches.rows, span, measure);
  return rows.filter(({ namespace, service }) => `${namespace}/${service}` === key);
}

const counted = (
  name: 'hits' | 'misses' | 'shared' | 'stale' | 'early',
  title: string,
  better: Better,
  meaning: string,
): Figure => ({
  pattern: `cache.<service>.${name}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: false,
  wholeRun: false,
  measure: (question, sources) => sum(rowsOf(question, sources), (row) => row[name]),
});

export const cacheFigures: readonly Figure[] = [
  {
    pattern: 'cache.<service>.hit_ratio',
    title: 'Calls that do not go to <service>',
    unit: 'ratio',
    better: 'higher',
    meaning: 'Share of the calls with a cache before the Service that did not go to it.',
    gauge: false,
    wholeRun: false,
    measure(question, sources) {
      const rows = rowsOf(question, sources);
      const misses = sum(rows, (row) => row.misses);
      const all = misses + sum(rows, (row) => row.hits + row.shared + row.stale);
      return all === 0 ? undefined : 1 - misses / all;
    },
  },
  counted('hits', 'Hits before <service>', 'higher', 'Calls that found their answer in a cache before the Service.'),
  counted('misses', 'Misses before <service>', 'lower', 'Calls that a cache before the Service had no answer for.'),
  counted('shared', 'Shared fetches from <service>', 'neither', 'Calls that waited for the fetch of another one.'),
  counted('stale', 'Stale answers of <service>', 'neither', 'Calls that took what was too old.'),
  counted('early', 'Early fetches from <service>', 'neither', 'Calls that fetched again what was still good.'),
];
