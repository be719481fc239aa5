// A recommendation outside its own bounds is found.
import { expect, it } from 'vitest';
import type { VerticalPodAutoscaler } from '../model/vertical-pod-autoscaler.ts';
import { verticalAutoscalerViolation } from './vertical-autoscaler-invariants.ts';

const recommending = (lowerBound: string, target: string, upperBound: string): VerticalPodAutoscaler => ({
  apiVersion: 'autoscaling.k8s.io/v1',
  kind: 'VerticalPodAutoscaler',
  metadata: { name: 'web' },
  status: {
    recommendation: {
      containerRecommendations: [
        {
          containerName: 'main',
          target: { cpu: target },
          lowerBound: { cpu: lowerBound },
          upperBound: { cpu: upperBound },
          uncappedTarget: { cpu: target },
        },
      ],
    },
  },
});

it('says nothing of a target within its bounds', () => {
  expect(verticalAutoscalerViolation(recommending('100m', '0.1', '1'))).toBeUndefined();
  expect(verticalAutoscalerViolation(recommending('1', '1', '1'))).toBeUndefined();
});

it.each([
  ['200m', '100m', '1'],
  ['50m', '1001m', '1'],
])('finds one outside: %s, %s, %s', (lowerBound, target, upperBound) => {
  expect(verticalAutoscalerViolation(recommending(lowerBound, target, upperBound))).toBe(
    `VerticalPodAutoscaler web recommends cpu ${target} for main, of ${lowerBound} to ${upperBound}`,
  );
});
