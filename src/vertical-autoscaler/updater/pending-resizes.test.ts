// When the updater waits for a resize, and when it evicts the pod instead.
import { expect, it } from 'vitest';
import { DisruptionLimits } from './disruption-limits.ts';
import { PendingResizes } from './pending-resizes.ts';

const MINUTE = 60e6;
const RUNNING = { pending: false };
const DEFERRED = { pending: false, resize: 'Deferred' };
const INFEASIBLE = { pending: false, resize: 'Infeasible' };

const limitsOf = (configured: number, running: number, minReplicas = 2): DisruptionLimits =>
  new DisruptionLimits(
    configured,
    Array.from({ length: running }, () => RUNNING),
    { minReplicas, evictionTolerance: 0.5 },
  );

it('resizes what runs as far as the limits go', () => {
  const resizes = new PendingResizes();
  const limits = limitsOf(4, 4);
  const decide = (): string => {
    const decision = resizes.decide('a/p', RUNNING, limits, 0);
    if (decision === 'resize') limits.count(RUNNING);
    return decision;
  };
  expect([decide(), decide(), decide()]).toEqual(['resize', 'resize', 'wait']);
  expect(resizes.mayEvict('a/q', RUNNING, limits, 0)).toBe(false);
});

it('counts resized and evicted pods together where the tolerance rounds to nothing', () => {
  const limits = limitsOf(1, 1, 1);
  const resizes = new PendingResizes();
  expect(resizes.decide('a/p', RUNNING, limits, 0)).toBe('resize');
  limits.count(RUNNING);
  expect(resizes.mayEvict('a/p', RUNNING, limits, 0)).toBe(false);
});

it('waits with pods that have not begun, with too few, and with those of nobody', () => {
  const resizes = new PendingResizes();
  expect(resizes.decide('a/p', { pending: true }, limitsOf(4, 4), 0)).toBe('wait');
  expect(resizes.mayEvict('a/p', { pending: true }, limitsOf(4, 4), 0)).toBe(true);
  for (const limits of [limitsOf(1, 1), undefined]) {
    expect(resizes.decide('a/p', INFEASIBLE, limits, 0)).toBe('wait');
    expect(resizes.mayEvict('a/p', INFEASIBLE, limits, 0)).toBe(false);
  }
});

it('evicts at once what is infeasible, and what is deferred after more than five minutes', () => {
  const resizes = new PendingResizes();
  const decide = (pod: typeof DEFERRED, atUs: number): string => resizes.decide('a/p', pod, limitsOf(4, 4), atUs);
  expect(decide(DEFERRED, MINUTE)).toBe('wait');
  expect(decide(DEFERRED, 6 * MINUTE)).toBe('wait');
  expect(decide(DEFERRED, 6 * MINUTE + 1)).toBe('evict');
  expect(resizes.decide('a/q', INFEASIBLE, limitsOf(4, 4), 0)).toBe('evict');
  expect(resizes.decide('a/q', INFEASIBLE, limitsOf(4, 2), 0)).toBe('wait');
});

it('begins to count where the limits do not let it evict, and never again', () => {
  const resizes = new PendingResizes();
  expect(resizes.mayEvict('a/p', DEFERRED, limitsOf(4, 2), 0)).toBe(false);
  expect(resizes.mayEvict('a/p', RUNNING, limitsOf(4, 4), 4 * MINUTE)).toBe(true);
  expect(resizes.mayEvict('a/p', DEFERRED, limitsOf(4, 4), 6 * MINUTE)).toBe(true);
  expect(resizes.mayEvict('a/q', DEFERRED, limitsOf(4, 4), 6 * MINUTE)).toBe(false);
});
