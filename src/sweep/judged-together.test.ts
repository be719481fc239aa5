// Verdicts of a table hold together.
import { expect, it } from 'vitest';
import { judgedTogether, paired } from './paired.ts';

it('a difference that is shown alone is not among many that might be chance', () => {
  // Differences 1, 2, 3: t = 3.46 with two degrees of freedom, p = 0.074; 1, 1.2, 1.4: t = 10.4, p = 0.0091.
  const clear = paired([0, 0, 0], [1, 1.2, 1.4], 'lower');
  const none = paired([0, 0, 0], [1, 2, 3], 'lower');
  expect(clear.p).toBeCloseTo(0.0091, 4);
  expect(none.p).toBeCloseTo(0.0742, 4);
  expect(clear.shown).toBe('worse');
  const equal = paired([1, 1, 1], [1, 1, 1], 'lower');
  const one = paired([1], [2], 'lower');
  // Five tests, 5 · 0.0091 = 0.046; the equal one and the single pair are none.
  const five = judgedTogether([clear, none, none, none, none, equal, one]);
  expect(five.map(({ shown }) => shown)).toEqual([
    'worse',
    'no difference shown',
    'no difference shown',
    'no difference shown',
    'no difference shown',
    'equal',
    'too few seeds',
  ]);
  expect(five[0].adjustedP).toBeCloseTo(5 * 0.00913, 3);
  // Six tests, 0.055.
  expect(judgedTogether([clear, none, none, none, none, none])[0].shown).toBe('no difference shown');
});
