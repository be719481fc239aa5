// What a chart from outside is held to: a drawing, as timeChart makes one, or nothing.
import type { FamilyContract } from '../../lib/family.ts';
import type { ChartData } from '../chart-data.ts';
import type { Drawing } from '../drawing.ts';
import type { ChartContext } from './chart.ts';

export const chartContract: FamilyContract<ChartContext, Drawing | undefined> = {
  mayBeNothing: true,
  built: () => ({
    title: {
      required: true,
      check: (value) => (typeof value === 'string' && value !== '' ? undefined : 'a title'),
    },
    height: {
      required: true,
      check: (value) => (typeof value === 'number' && value > 0 && value < 1e5 ? undefined : 'pixels above 0'),
    },
    option: {
      required: true,
      check: (value) => (typeof value === 'object' && value !== null ? undefined : 'an option of ECharts'),
    },
    data: {
      call: (make, args, fail) => {
        const made = make(...args);
        return isData(made)
          ? made
          : fail('returned no table, expected columns, rows with a cell for each, and spec with a title.text');
      },
    },
  }),
};

function isData(made: unknown): made is ChartData {
  if (typeof made !== 'object' || made === null) return false;
  const { columns, rows, spec } = made as Partial<ChartData>;
  if (!Array.isArray(columns) || !Array.isArray(rows) || typeof spec?.title?.text !== 'string') return false;
  return rows.every((row) => Array.isArray(row) && row.length === columns.length);
}
