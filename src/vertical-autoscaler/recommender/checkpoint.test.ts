// Checkpoints of histograms: what is saved, and what a recommender knows again when it has read it.
import { expect, it } from 'vitest';
import { timestamp } from '../../lib/timestamp.ts';
import { checkpointStatus, restore } from './checkpoint.ts';
import { ContainerUsage, UsageHistory } from './usage-history.ts';

const MINUTE_US = 60e6;
const DAY_US = 24 * 3600e6;

/** Two days of a container, a sample each minute: 100 m and 100 MB, the last tenth of the time 900 m and 300 MB. */
function used(): { history: UsageHistory; usage: ContainerUsage; nowUs: number } {
  const history = new UsageHistory();
  const usage = new ContainerUsage(history);
  const count = 2 * 24 * 60;
  for (let at = 0; at < count; at += 1) {
    const high = at >= count * 0.9;
    usage.addCpu(high ? 900 : 100, at * MINUTE_US);
    usage.addMemory(high ? 300e6 : 100e6, at * MINUTE_US);
  }
  return { history, usage, nowUs: (count - 1) * MINUTE_US };
}

it('says how much the buckets weigh, of 10,000 for the heaviest, and when', () => {
  const { history, usage, nowUs } = used();
  const status = checkpointStatus(history, [usage], nowUs);
  expect(status).toMatchObject({ version: 'v3', totalSamplesCount: 2880, lastUpdateTime: timestamp(nowUs) });
  expect([status.firstSampleStart, status.lastSampleStart]).toEqual([timestamp(0), timestamp(nowUs)]);
  const weights = Object.values(status.cpuHistogram.bucketWeights);
  expect(weights).toHaveLength(2);
  // Of 2,592 minutes of 100 m the first weigh a quarter of the last ones of 900 m: the sums are 0.1 · ∫ 2^(t/day) over each part.
  const sum = (from: number, to: number): number => (2 ** to - 2 ** from) / Math.LN2;
  expect(weights[0]).toBe(10_000);
  expect(weights[1]).toBeCloseTo((10_000 * sum(1.8, 2)) / sum(0, 1.8), -1);
});

it('leaves out the peak of the present day, which goes on', () => {
  const { history, usage, nowUs } = used();
  const both = Object.values(checkpointStatus(history, [], nowUs).memoryHistogram.bucketWeights);
  expect(both).toHaveLength(2);
  const { bucketWeights } = checkpointStatus(history, [usage], nowUs).memoryHistogram;
  expect(Object.values(bucketWeights)).toEqual([10_000]);
  // The history itself keeps it.
  expect(history.memory.percentile(1)).toBeGreaterThan(300e6);
});

it('brings back what was known, but for rounding', () => {
  const { history, usage, nowUs } = used();
  const again = new UsageHistory();
  restore(again, JSON.parse(JSON.stringify(checkpointStatus(history, [usage], nowUs))));
  for (const share of [0.5, 0.8, 0.9, 0.95]) expect(again.cpu.percentile(share)).toBe(history.cpu.percentile(share));
  expect(again.confidence).toBeCloseTo(history.confidence, 6);
  expect([again.firstSampleUs, again.lastSampleUs, again.samples]).toEqual([0, nowUs, 2880]);
  // And new samples weigh against the old ones as they would have.
  for (const one of [history, again]) for (let at = 1; at <= 1440; at += 1) one.addCpu(10, nowUs + at * MINUTE_US);
  expect(again.cpu.percentile(0.5)).toBe(history.cpu.percentile(0.5));
  expect(again.cpu.percentile(0.9)).toBe(history.cpu.percentile(0.9));
});

it('says nothing of a container without samples, and of another form of checkpoints', () => {
  const empty = checkpointStatus(new UsageHistory(), [], DAY_US);
  expect(empty.cpuHistogram).toEqual({ referenceTimestamp: null, bucketWeights: {}, totalWeight: 0 });
  const { history, usage, nowUs } = used();
  const again = new UsageHistory();
  restore(again, { ...checkpointStatus(history, [usage], nowUs), version: 'v2' });
  expect(again.samples).toBe(0);
});
