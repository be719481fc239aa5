// What LimitRanges leave of recommendations.
import type { LimitRangeItem } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { withinLimits } from './recommendations-in-limits.ts';

interface Given {
  readonly requests?: Record<string, string>;
  readonly limits?: Record<string, string>;
}

/** The target, for a container with these resources. */
function target(
  resources: Given,
  recommended: Record<string, string>,
  ...items: Omit<LimitRangeItem, 'type'>[]
): object {
  const one = { containerName: 'c', target: recommended, lowerBound: {}, upperBound: {}, uncappedTarget: recommended };
  const ranges = items.map((item) => ({ spec: { limits: [{ type: 'Container', ...item }] } }));
  return withinLimits([one], [{ name: 'c', resources }], ranges)[0].target;
}

const cpu = (amount: string): Record<string, string> => ({ cpu: amount });

it.each<[string, Given, string, Omit<LimitRangeItem, 'type'>[], string]>([
  ['nothing without a range', { requests: cpu('100m'), limits: cpu('200m') }, '4', [], '4'],
  ['as far as the limit may', { requests: cpu('100m'), limits: cpu('200m') }, '800m', [{ max: cpu('1') }], '500m'],
  ['no further than it must', { requests: cpu('100m'), limits: cpu('200m') }, '450m', [{ max: cpu('1') }], '450m'],
  ['at least as much', { requests: cpu('100m'), limits: cpu('200m') }, '10m', [{ min: cpu('100m') }], '50m'],
  [
    'the tightest of several',
    { requests: cpu('1'), limits: cpu('1') },
    '9',
    [{ max: cpu('4') }, { max: cpu('2') }],
    '2000m',
  ],
  ['a limit that is the request', { limits: cpu('1') }, '9', [{ max: cpu('2') }], '2000m'],
  ['by the default limit', { requests: cpu('1') }, '9', [{ default: cpu('2'), max: cpu('4') }], '2000m'],
  ['nothing without a limit', { requests: cpu('1') }, '9', [{ max: cpu('4') }], '9'],
])('%s', (_what, resources, recommended, items, expected) => {
  expect(target(resources, cpu(recommended), ...items)).toEqual(cpu(expected));
});

it('each resource for itself, and containers without a recommendation not at all', () => {
  const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '2Gi' } };
  expect(target(resources, { cpu: '3', memory: '4294967296' }, { max: { memory: '2Gi' } })).toEqual({
    cpu: '3',
    memory: '1073741824',
  });
  expect(withinLimits([], [{ name: 'c' }], [{ spec: { limits: [{ type: 'Container', max: cpu('1') }] } }])).toEqual([]);
});
