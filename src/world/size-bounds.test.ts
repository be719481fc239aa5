// How far from a sampled run's autoscalers those of the full run may be.
import { expect, it } from 'vitest';
import type { Row } from '../metrics/catalogue.ts';
import { sizeBounds } from './size-bounds.ts';

const row = (at: number, name: string, desired: number, max = 100): Row<'autoscalers'> =>
  ({ time_seconds: at, namespace: 'default', name, desired, min: 2, max }) as Row<'autoscalers'>;

it('is the tolerance of a large one, a replica of a small one, and never beyond what is allowed', () => {
  const rows = [
    row(60, 'large', 999),
    row(120, 'large', 40),
    row(180, 'large', 60),
    row(120, 'small', 5),
    row(180, 'small', 6),
    row(120, 'least', 2),
    row(120, 'most', 20, 20),
  ];
  expect(sizeBounds(rows, 0.1, 60)).toEqual({
    'default/large': [45, 55],
    'default/small': [4.5, 6.5],
    'default/least': [2, 3],
    'default/most': [18, 20],
  });
  expect(sizeBounds(rows, 0.1, 200)).toEqual({});
});
