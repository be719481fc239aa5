// Text widths, and colours that can be distinguished by name.
import { expect, it } from 'vitest';
import { dark, fitText, hue, ink, textWidth } from './theme.ts';

it('measures DejaVu Sans', () => {
  // H 0.752 + e 0.615 + l 0.278 + l 0.278 + o 0.612 = 2.535 em
  expect(textWidth('Hello', 10)).toBeCloseTo(25.35, 6);
  expect(textWidth('', 10)).toBe(0);
  expect(textWidth('Hello', 10, true)).toBeGreaterThan(26);
});

it('cuts text to its room', () => {
  expect(fitText('Hello', 100, 10)).toBe('Hello');
  expect(fitText('Hello', 20, 10)).toBe('H…');
  expect(textWidth(fitText('x'.repeat(500), 200, 12), 12)).toBeLessThanOrEqual(200);
});

it('has no colour twice, and a dark one for each', () => {
  const light = Object.values({ ...ink, ...hue });
  expect(new Set(light).size).toBe(light.length);
  expect(Object.keys(dark).toSorted()).toEqual(Object.keys({ ...ink, ...hue }).toSorted());
});
