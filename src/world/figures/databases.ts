// Figures of databases: what was written and what was lost, how long nobody could write, and how long writes waited for each other.
import { sum } from 'd3-array';
import type { Better } from '../../metrics/tables/column.ts';
import type { Row } from '../../metrics/catalogue.ts';
import { type Figure, type FigureSources, type Question, rowsWithin } from './figure.ts';

type DatabaseRow = Row<'databases'>;

function rowsOf({ span, names }: Question, { measure }: FigureSources): readonly DatabaseRow[] {
  return rowsWithin(measure.databases.rows, span, measure).filter(
    ({ namespace, database }) => `${namespace}/${database}` === names['database'],
  );
}

const summed = (
  name: string,
  unit: Figure['unit'],
  title: string,
  better: Better,
  meaning: string,
  of: (row: DatabaseRow) => number,
): Figure => ({
  pattern: `database.<database>.${name}`,
  title,
  unit,
  better,
  meaning,
  gauge: false,
  wholeRun: false,
  measure: (question, sources) => sum(rowsOf(question, sources), of),
});

const counted = (
  name: 'writes' | 'read_only_errors' | 'lost_writes' | 'failovers' | 'lock_waits',
  title: string,
  better: Better,
  meaning: string,
): Figure => summed(name, 'count', title, better, meaning, (row) => row[name]);

export const databaseFigures: readonly Figure[] = [
  counted('writes', 'Writes of <database>', 'higher', 'Writes committed.'),
  counted(
    'read_only_errors',
    'Writes to pods of <database> that were not the primary',
    'lower',
    'Writes that came to a pod that was not the primary.',
  ),
  counted(
    'lost_writes',
    'Writes that <database> has lost',
    'lower',
    'Writes that had been committed but that a new primary did not have.',
  ),
  counted('failovers', 'Failovers of <database>', 'lower', 'How often another pod became the primary.'),
  summed(
    'without_primary',
    'us',
    'Time of <database> without a primary',
    'lower',
    'Time without a running primary, once there had been one.',
    (row) => row.without_primary_seconds * 1e6,
  ),
  counted('lock_waits', 'Writes of <database> that waited for others', 'lower', 'Writes that waited for another one.'),
  {
    pattern: 'database.<database>.lock_wait.mean',
    title: 'Wait of writes of <database> for a lock, mean',
    unit: 'us',
    better: 'lower',
    meaning: 'Time that a committed write had waited for others, mean.',
    gauge: false,
    wholeRun: false,
    measure(question, sources) {
      const rows = rowsOf(question, sources);
      const writes = sum(rows, (row) => row.writes);
      return writes === 0 ? undefined : (sum(rows, (row) => row.lock_wait_seconds) * 1e6) / writes;
    },
  },
];
