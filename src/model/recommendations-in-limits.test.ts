// What LimitRanges, policies and limits leave of recommendations. Expected values follow from the rules of the updater's capping processor (vertical-pod-autoscaler/pkg/utils/vpa).
import type { Container, LimitRangeItem } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import { recommendationsFor } from './recommendations-in-limits.ts';
import type { VpaContainerPolicy } from './vertical-pod-autoscaler.ts';

type List = Record<string, string>;
interface Given {
  readonly requests?: List;
  readonly limits?: List;
}

/** The targets of all that is recommended. */
function targets(
  containers: readonly Given[],
  recommended: readonly (List | undefined)[],
  items: readonly LimitRangeItem[],
  policy?: Omit<VpaContainerPolicy, 'containerName'>,
): object {
  const named: Container[] = containers.map((resources, index) => ({ name: `c${index}`, resources }));
  const containerRecommendations = recommended.flatMap((target, index) =>
    target === undefined
      ? []
      : [{ containerName: `c${index}`, target, lowerBound: {}, upperBound: {}, uncappedTarget: target }],
  );
  const autoscaler = {
    apiVersion: 'autoscaling.k8s.io/v1',
    kind: 'VerticalPodAutoscaler',
    metadata: { name: 'a' },
    spec: policy === undefined ? {} : { resourcePolicy: { containerPolicies: [{ containerName: '*', ...policy }] } },
    status: { recommendation: { containerRecommendations } },
  };
  const found = recommendationsFor(autoscaler, named, [{ spec: { limits: [...items] } }]);
  return Object.fromEntries(found.map(({ containerName, target }) => [containerName, target]));
}

const cpu = (amount: string): List => ({ cpu: amount });
const one = (request?: string, limit?: string): Given => ({
  ...(request === undefined ? {} : { requests: cpu(request) }),
  ...(limit === undefined ? {} : { limits: cpu(limit) }),
});

describe('LimitRanges of containers', () => {
  it.each<[string, Given, string, Omit<LimitRangeItem, 'type'>[], string]>([
    ['nothing without a range', one('100m', '200m'), '4', [], '4'],
    ['as far as the limit may', one('100m', '200m'), '800m', [{ max: cpu('1') }], '500m'],
    ['no further than it must', one('100m', '200m'), '450m', [{ max: cpu('1') }], '450m'],
    // The limit would be 20m and may be 50m by the proportion, but a request may not be below the minimum either.
    ['at least as much', one('100m', '200m'), '10m', [{ min: cpu('100m') }], '100m'],
    ['at least as much without a limit', one('100m'), '10m', [{ min: cpu('100m') }], '100m'],
    ['the tightest of several', one('1', '1'), '9', [{ max: cpu('4') }, { max: cpu('2') }], '2000m'],
    ['a limit that is the request', one(undefined, '1'), '9', [{ max: cpu('2') }], '2000m'],
    ['by the default limit', one('1'), '9', [{ default: cpu('2'), max: cpu('4') }], '2000m'],
    ['nothing without a limit', one('1'), '9', [{ max: cpu('4') }], '9'],
  ])('%s', (_what, resources, recommended, items, expected) => {
    const limits = items.map((item) => ({ type: 'Container', ...item }));
    expect(targets([resources], [cpu(recommended)], limits)).toEqual({ c0: cpu(expected) });
  });

  it('each resource for itself, and containers without a recommendation not at all', () => {
    const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '2Gi' } };
    const limits = [{ type: 'Container', max: { memory: '2Gi' } }];
    expect(targets([resources, one('1')], [{ cpu: '3', memory: '4294967296' }, undefined], limits)).toEqual({
      c0: { cpu: '3', memory: '1073741824' },
    });
  });

  it('to the byte where products are beyond a double', () => {
    const resources = { requests: { memory: '3Ti' }, limits: { memory: '7Ti' } };
    const limits = [{ type: 'Container', max: { memory: '5497558138881' } }];
    // 3 Ti x 5497558138881 / 7 Ti = 2356096345234.7.
    expect(targets([resources], [{ memory: '9Ti' }], limits)).toEqual({ c0: { memory: '2356096345234' } });
  });
});

describe('LimitRanges of pods', () => {
  const pod = (item: Omit<LimitRangeItem, 'type'>): LimitRangeItem[] => [{ type: 'Pod', ...item }];

  it('shrink all containers until the sum of their limits is allowed', () => {
    expect(targets([one('1', '1'), one('1', '1')], [cpu('1'), cpu('1')], pod({ max: cpu('1') }))).toEqual({
      c0: cpu('500m'),
      c1: cpu('500m'),
    });
    // Limits would be 2 x 2 + 1 = 5: requests of 2 and 1 become two fifths.
    expect(targets([one('1', '2'), one('1', '1')], [cpu('2'), cpu('1')], pod({ max: cpu('2') }))).toEqual({
      c0: cpu('800m'),
      c1: cpu('400m'),
    });
  });

  it('grow all until the sum of requests is', () => {
    expect(targets([one('1', '1'), one('1', '1')], [cpu('1'), cpu('3')], pod({ min: cpu('8') }))).toEqual({
      c0: cpu('2000m'),
      c1: cpu('6000m'),
    });
  });

  it('leave pods without limits, and allowed sums', () => {
    expect(targets([one('1'), one('1')], [cpu('4'), cpu('4')], pod({ max: cpu('1') }))).toEqual({
      c0: cpu('4'),
      c1: cpu('4'),
    });
    expect(targets([one('1', '1')], [cpu('4')], pod({ min: cpu('1'), max: cpu('4') }))).toEqual({ c0: cpu('4') });
  });

  it('count what containers without a recommendation request', () => {
    expect(targets([one('1', '1'), one('1', '1')], [cpu('3'), undefined], pod({ max: cpu('2') }))).toEqual({
      c0: cpu('1500m'),
      c1: cpu('500m'),
    });
  });
});

describe('the policy and the limit', () => {
  it('comes after LimitRanges', () => {
    const limits = [{ type: 'Container', max: cpu('2') }];
    expect(targets([one('1', '1')], [cpu('4')], limits, { minAllowed: cpu('3') })).toEqual({ c0: cpu('3000m') });
    expect(targets([one('1', '1')], [cpu('4')], [], { maxAllowed: cpu('500m') })).toEqual({ c0: cpu('500m') });
  });

  it('where only requests change they go as far as the limit', () => {
    expect(targets([one('1', '2')], [cpu('4')], [], { controlledValues: 'RequestsOnly' })).toEqual({
      c0: cpu('2000m'),
    });
    expect(targets([one('1', '2')], [cpu('4')], [])).toEqual({ c0: cpu('4') });
  });
});
