// Speeds as they are typed and shown.
import { expect, it } from 'vitest';
import { parseSpeed, readSpeed, showSpeed } from './speed.ts';

it.each([
  ['60x', 60],
  ['0.5x', 0.5],
  ['2', 2],
  ['max', Infinity],
  ['pause', 0],
  ['0x', undefined],
  ['-1x', undefined],
  ['1e3x', undefined],
  ['2000000x', undefined],
  ['fast', undefined],
  ['', undefined],
])('%s', (text, speed) => {
  expect(parseSpeed(text)).toBe(speed);
  if (speed !== undefined) expect(parseSpeed(showSpeed(speed))).toBe(speed);
});

it('says which option is wrong', () => {
  expect(() => readSpeed('--speed', 'fast')).toThrow(
    '--speed: expected simulated seconds a second, such as 60x (at most 1000000x), max or pause, got "fast"',
  );
});
