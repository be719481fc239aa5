// What a chart from outside is held to: a drawing, as timeChart makes one, or nothing.
import type { FamilyContract } from '../../lib/family.ts';
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
  }),
};
