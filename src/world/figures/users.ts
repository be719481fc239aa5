// Figures of users: how many there are, how many of them wait, and how many come and leave.
import { sum } from 'd3-array';
import type { Better } from '../../metrics/tables/column.ts';
import type { Row } from '../../metrics/catalogue.ts';
import { aggregated, type Figure, type FigureSources, type Question, rowsWithin } from './figure.ts';

type UserRow = Row<'users'>;

/** The rows of that source in the window. */
function rowsOf({ span, names }: Question, { measure }: FigureSources): readonly UserRow[] {
  return rowsWithin(measure.users.rows, span, measure).filter(({ source }) => source === names['source']);
}

const level = (name: string, title: string, better: Better, meaning: string, of: (row: UserRow) => number): Figure => ({
  pattern: `users.<source>.${name}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: true,
  wholeRun: false,
  measure: (question, sources) => aggregated(rowsOf(question, sources).map(of), question.aggregate),
});

const counted = (
  name: string,
  title: string,
  better: Better,
  meaning: string,
  of: (row: UserRow) => number,
): Figure => ({
  pattern: `users.<source>.${name}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: false,
  wholeRun: false,
  measure: (question, sources) => sum(rowsOf(question, sources), of),
});

export const userFigures: readonly Figure[] = [
  level(
    'present',
    'Users of <source>',
    'neither',
    'Users of the source who think or wait for an answer.',
    (row) => row.users_thinking + row.users_waiting,
  ),
  level(
    'waiting',
    'Users of <source> who wait',
    'lower',
    'Users of the source who wait for an answer.',
    (row) => row.users_waiting,
  ),
  counted(
    'came',
    'Users of <source> who came',
    'neither',
    'Users of the source who came, those who took the place of one who had left included.',
    (row) => row.users_came,
  ),
  counted('left', 'Users of <source> who left', 'neither', 'Users of the source who left.', (row) => row.users_left),
  counted(
    'gave_up',
    'Users of <source> who gave up',
    'lower',
    'Users of the source who left after a request that failed.',
    (row) => row.users_gave_up,
  ),
];
