// Sides of a comparison as they are typed, on every system.
import { expect, it } from 'vitest';
import { splitSide } from './side.ts';

it.each([
  ['results/shop', 'results/shop', undefined],
  ['results/shop:replicas=2', 'results/shop', 'replicas=2'],
  ['results/shop:web.replicas=2,balancer=Random', 'results/shop', 'web.replicas=2,balancer=Random'],
  ['C:\\results\\shop', 'C:\\results\\shop', undefined],
  ['C:\\results\\shop:replicas=2', 'C:\\results\\shop', 'replicas=2'],
  ['D:/results/shop:rate=50/s', 'D:/results/shop', 'rate=50/s'],
  ['\\\\server\\share:a=b', '\\\\server\\share', 'a=b'],
  [':a=b', ':a=b', undefined],
])('%s', (given, folder, condition) => {
  expect(splitSide(given)).toEqual({ folder, condition });
});
