// Durations as Kubernetes prints them: the examples of apimachinery's own test (pkg/util/duration/duration_test.go).
import { expect, it } from 'vitest';
import { humanDuration } from './texts.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it('prints durations as HumanDuration does', () => {
  const examples: readonly (readonly [number, string])[] = [
    [-2, '<invalid>'],
    [-0.5, '0s'],
    [0, '0s'],
    [1, '1s'],
    [70, '70s'],
    [190, '3m10s'],
    [70 * MINUTE, '70m'],
    [47 * HOUR, '47h'],
    [49 * HOUR, '2d1h'],
    [8 * DAY + 2 * HOUR, '8d'],
    [367 * DAY, '367d'],
    [365 * 2 * DAY + 25 * HOUR, '2y1d'],
    [365 * 8 * DAY + 2 * HOUR, '8y'],
  ];
  expect(examples.map(([seconds]) => humanDuration(seconds))).toEqual(examples.map(([, text]) => text));
});
