// The bounds of a figure where what was simulated never came to be known.
import { expect, it } from 'vitest';
import { Histogram } from '../../metrics/histogram.ts';
import type { Findings } from './batches.ts';
import { meanInterval } from './intervals.ts';

it('takes the variance of what was simulated in vain from its own measurement', () => {
  const latencies = new Histogram();
  for (let i = 0; i < 10_000; i += 1) latencies.record(i % 2 === 0 ? 1000 : 3000);
  const estimate = { value: 2000, half: 100, variance: 25e6 };
  const findings = { mean: estimate, inflation: 25 } as Findings;
  const common = { regimes: [], latencies, ended: 10_000, failed: 0, simulated: 10_000 };
  const width = ({ low, high }: { low: number; high: number }): number => high - low;
  // Two runs of 10,000 requests, each known within √(variance / 10,000): of independent requests 1 ms² by their histogram.
  const known = width(meanInterval({ ...common, vain: [] }));
  expect(known / (2 * 2.0395 * Math.sqrt((2 * 1e6) / 10_000))).toBeCloseTo(1, 1);
  expect(width(meanInterval({ ...common, vain: [{ findings, requests: 10_000 }] })) / known).toBeCloseTo(5, 1);
  // Half of them in vain: (25 + 1) / 2 times the variance.
  const half = width(meanInterval({ ...common, vain: [{ findings, requests: 5000 }] }));
  expect(half / known).toBeCloseTo(Math.sqrt(13), 1);
});
