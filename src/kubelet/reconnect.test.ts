// How long a kubelet needs to reach the API server again, against recordings of real clients.
import { expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { reconnect } from './reconnect.ts';

const random = new Engine({ seed: 1 }).stream('test');
const uniform = (): number => random.uniform();

const contact = (seconds: number, leaseUs: number, statusUs: number, failuresToClose = 1) =>
  reconnect({
    fromUs: 0,
    untilUs: seconds * 1e6,
    leaseUs: leaseUs * 1e6,
    statusUs: statusUs * 1e6,
    failuresToClose,
    uniform,
  });

// timelines-ha/nodes/partition-3of10-30s, run 1: when each node's lease and status were tried first, when they came through.
it.each([
  [3.8, 1.83, 30.8],
  [4.96, 5.45, 30.5],
  [4.85, 9.73, 30.75],
])('cut off for 30.35 s, tried at %d s and %d s: through again at %d s', (leaseUs, statusUs, seen) => {
  expect(Math.abs(contact(30.353, leaseUs, statusUs).leaseUs / 1e6 - seen)).toBeLessThan(1);
});

// The same folder, 120 s, run 1: lease and status of each node in the record, and when its status was true again.
it.each([
  [1.65, 1.11, 121.17, 121.6],
  [5.28, 5.03, 125.1, 125.3],
  [9.07, 8.7, 128.8, 129.2],
])('cut off for 120.2 s, tried at %d s and %d s: its status is written at %d s', (leaseUs, statusUs, least, most) => {
  const { statusUs: us } = contact(120.194, leaseUs, statusUs);
  expect(us / 1e6).toBeGreaterThan(least - 0.4);
  expect(us / 1e6).toBeLessThan(most + 0.8);
});

it('fails as often as recorded: 24 requests of each kubelet in 120 s, and 12 times it closes its connections', () => {
  const all = Array.from({ length: 300 }, () => contact(120.1, 10 * uniform(), 10 * uniform()));
  const mean = (of: (one: (typeof all)[number]) => number) => all.reduce((sum, one) => sum + of(one), 0) / all.length;
  expect(mean(({ failures }) => failures)).toBeGreaterThan(22.5);
  expect(mean(({ failures }) => failures)).toBeLessThan(25);
  expect(mean(({ closings }) => closings)).toBeGreaterThan(10);
  expect(mean(({ closings }) => closings)).toBeLessThan(14);
});

it('a cut that ends before the first request is felt by nobody', () => {
  expect(contact(2, 5, 7)).toMatchObject({ leaseUs: 5e6, statusUs: 7e6, failures: 0, closings: 0 });
});

it('never reaches the API server before the cut is over', () => {
  for (let i = 0; i < 3000; i += 1) {
    const seconds = 400 * uniform();
    const { leaseUs, statusUs, watchUs } = contact(seconds, 10 * uniform(), 10 * uniform(), 1 + (i % 2));
    if (seconds > 20) expect(Math.min(leaseUs, statusUs, watchUs)).toBeGreaterThanOrEqual(seconds * 1e6);
    expect(Math.max(leaseUs, statusUs) - seconds * 1e6).toBeLessThan(22e6);
  }
});
