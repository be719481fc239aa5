// The kubelet asks its runtime once a second what has exited: until then a crash is not known, and the next container does not start.
import { expect, it } from 'vitest';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

/** No other delay than that of asking. */
const crashes = (period: string): string =>
  scenario(
    60,
    `  duration: 3m
  interval: 10s
  preset: ideal
  kubelet: { relistPeriod: ${period} }
  timeline: [{ at: 60500ms, fault: { PodCrash: { count: 60 } } }]`,
  ) + deployment('web', { replicas: 60, cpu: '3' });

/** Times of the second start of each pod after the crash, in seconds. */
const restarts = (period: string): number[] =>
  eventsOf(runScenario(crashes(period)), 'Started')
    .map(({ time_seconds }) => time_seconds - 60.5)
    .filter((seconds) => seconds >= 0);

it('restarts a crashed container when its node next asks, at any time within a second', () => {
  const delays = restarts('1s');
  expect(delays).toHaveLength(60);
  expect(Math.min(...delays)).toBeLessThan(0.15);
  expect(Math.max(...delays)).toBeGreaterThan(0.85);
  expect(Math.max(...delays)).toBeLessThanOrEqual(1);
  // Uniform: 0.5 s ± 4 standard errors of 60.
  expect(Math.abs(delays.reduce((sum, delay) => sum + delay) / 60 - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 60));
});

it('restarts it at once where the kubelet knows at once', () => {
  expect(restarts('0s')).toEqual(Array.from({ length: 60 }, () => 0));
});

it('starts what follows an init container when it next asks', () => {
  const pods = podsOf(
    runScenario(
      scenario(1, '  duration: 1m\n  interval: 10s\n  preset: ideal\n  kubelet: { relistPeriod: 1s }') +
        deployment('web', {
          pod: ', initContainers: [{ name: first, image: test/first }, { name: second, image: test/second }]',
        }),
    ),
  );
  const [{ scheduled_seconds: scheduled, ready_seconds: ready }] = pods;
  // Both exit at the instant of their start; the second is only started by the relist that finds the first, and found by the next.
  expect((ready ?? 0) - (scheduled ?? 0)).toBeGreaterThan(1);
  expect((ready ?? 0) - (scheduled ?? 0)).toBeLessThanOrEqual(2);
});
