// Figures of a service mesh: what passes its proxies, what does not get through, and how long it takes.
import { sum } from 'd3-array';
import { catalogue, type Row } from '../../metrics/catalogue.ts';
import type { Column } from '../../metrics/tables/column.ts';
import type { Figure } from './figure.ts';

type Counted = 'requests_out' | 'requests_in' | 'answers' | 'passages_failed';

/** Of all images together, over the intervals. */
const total = (name: string, title: string, columns: readonly [Counted, ...Counted[]], meaning?: string): Figure => {
  const { better, help }: Column = catalogue.mesh.columns[columns[0]];
  return {
    pattern: `mesh.${name}`,
    title,
    unit: 'count',
    gauge: false,
    wholeRun: false,
    better,
    meaning: meaning ?? help,
    measure: ({ span: { from, to } }, { measure }) => {
      const intervals = measure.mesh.byInterval.slice(from, to);
      if (intervals.length === 0) return undefined;
      return sum(intervals.flat(), (row: Row<'mesh'>) => sum(columns, (column) => row[column]));
    },
  };
};

const time = (name: string, words: string, quantile: number): Figure => ({
  pattern: `mesh.passage.${name}`,
  title: `Passages through proxies of a mesh, ${words}`,
  unit: 'us',
  gauge: false,
  wholeRun: false,
  better: 'lower',
  meaning: `Time from the arrival of a request or an answer at a proxy of a mesh until it left, ${words}.`,
  measure: ({ span: { from, to } }, { measure }) => {
    const times = measure.mesh.times(from, to);
    return times === undefined || times.count === 0 ? undefined : times.quantile(quantile);
  },
});

export const meshFigures: readonly Figure[] = [
  total(
    'passages',
    'Passages through proxies of a mesh',
    ['requests_out', 'requests_in', 'answers'],
    'Requests and answers that came to a proxy of a mesh: up to four for a call from pod to pod.',
  ),
  total('failed', 'Passages through a mesh that failed', ['passages_failed']),
  time('p50', 'median', 0.5),
  time('p99', 'p99', 0.99),
  time('max', 'longest', 1),
];
