// Within which bounds figures of the full run lie, 95 times of 100: what is uncertain of what was measured, and of the full run itself.
import { Histogram } from '../../metrics/histogram.ts';
import { type Findings, varianceOf } from './batches.ts';
import type { VainMeasurement } from './component.ts';
import type { Regime, Shares } from './regime.ts';

/** The 0.975 quantile of Student's t with 31 degrees of freedom, by which variances are known at least. */
const Z = 2.0395;

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Counted {
  readonly regimes: readonly Regime[];
  /** Measurements that never came to be known to the error. */
  readonly vain: readonly VainMeasurement[];
  /** Of all sources together, since the warm-up: what was simulated and what stands for the rest. */
  readonly latencies: Histogram;
  readonly simulated: number;
  readonly failed: number;
  readonly ended: number;
}

/** A variance for one request, and how many requests it is of. */
interface Part {
  readonly variance: number;
  readonly requests: number;
  readonly measured: number;
  /** Its measurement is another part's too. */
  readonly isMeanwhile: boolean;
}

/**
 * Half of an interval of a mean over all requests. The full run's own figure varies as the figures of so many requests do; what a
 * regime was measured by counts once for all requests that it stood for. What was simulated without becoming known is another draw than the full run's: its
 * variance for one request is that of its own measurement (`ofVain`), or `besides` where there was none.
 */
function half(
  parts: readonly Part[],
  simulated: number,
  besides: number,
  vain: readonly VainMeasurement[] = [],
  ofVain: (findings: Findings) => number = () => besides,
): number {
  let variance = 0;
  let measured = 0;
  let total = 0;
  for (const part of parts) {
    const own = part.isMeanwhile ? 0 : part.measured;
    const all = part.requests + own;
    variance += part.variance * (all + (all * all) / part.measured);
    measured += own;
    total += all;
  }
  const others = Math.max(0, simulated - measured);
  let left = others;
  for (const { findings, requests } of vain) {
    const own = Math.min(left, requests);
    variance += 2 * own * Math.max(besides, ofVain(findings));
    left -= own;
  }
  variance += 2 * left * besides;
  return (Z * Math.sqrt(variance)) / Math.max(1, total + others);
}

export function meanInterval({ regimes, latencies, simulated, vain }: Counted): Interval {
  const value = latencies.mean;
  const parts = partsOf(regimes, ({ findings }) => findings.mean.variance);
  const dependence = meanOf(regimes, ({ findings }) => findings.inflation);
  const by = half(parts, simulated, dependence * varianceOf(latencies), vain, ({ mean }) => mean.variance);
  return { value, low: value - by, high: value + by };
}

/** CPU time of a request, by what was measured alone. */
export function cpuInterval({ regimes }: Counted): Interval {
  const parts = partsOf(regimes, ({ findings }) => findings.cpuUs.variance);
  const value = meanOf(regimes, ({ findings }) => findings.cpuUs.value);
  const by = half(parts, 0, 0);
  return { value, low: value - by, high: value + by };
}

export function errorRatioInterval({ regimes, simulated, failed, ended, vain }: Counted): Interval {
  const value = ended === 0 ? 0 : failed / ended;
  const expected = regimes.reduce((sum, { requests, findings }) => sum + requests * findings.errorRatio.value, 0);
  const share = Math.min(1, Math.max(0, failed - expected) / Math.max(1, simulated));
  const parts = partsOf(regimes, ({ findings }) => findings.errorRatio.variance);
  const by = half(parts, simulated, share * (1 - share), vain, ({ errorRatio }) => errorRatio.variance);
  return { value, low: Math.max(0, value - by), high: value + by };
}

/** Bounds of the share of requests above the quantile, read off the distribution. */
export function quantileInterval({ regimes, latencies, simulated, vain }: Counted, q: number): Interval {
  const value = latencies.quantile(q);
  const parts = partsOf(regimes, (regime) => {
    const below = shareUpTo(regime, value);
    const { inflation50, inflation99 } = regime.findings;
    return below * (1 - below) * (q < 0.9 ? inflation50 : inflation99);
  });
  const dependence = meanOf(regimes, ({ findings }) => (q < 0.9 ? findings.inflation50 : findings.inflation99));
  const by = half(
    parts,
    simulated,
    dependence * q * (1 - q),
    vain,
    ({ inflation50, inflation99 }) => (q < 0.9 ? inflation50 : inflation99) * q * (1 - q),
  );
  return {
    value,
    low: latencies.quantile(Math.max(0, q - by)),
    high: latencies.quantile(Math.min(1, q + by)),
  };
}

/** By the requests that each stands for. */
function meanOf(regimes: readonly Regime[], figure: (regime: Regime) => number): number {
  let sum = 0;
  let total = 0;
  for (const regime of regimes) {
    const all = Math.max(0, regime.requests) + (regime.withinError ? regime.findings.requests : 0);
    sum += all * figure(regime);
    total += all;
  }
  return total === 0 ? 1 : sum / total;
}

function partsOf(regimes: readonly Regime[], variance: (regime: Regime) => number): Part[] {
  return regimes.map((regime) => ({
    variance: variance(regime),
    requests: Math.max(0, regime.requests),
    measured: regime.findings.requests,
    isMeanwhile: !regime.withinError,
  }));
}

/** Of a regime's requests from outside that end well, those that take at most so long. */
function shareUpTo({ meters, sources }: Regime, us: number): number {
  let share = 0;
  for (const [source, part] of sources.entries()) share += part * upTo(meters[source].latencies, us);
  return share;
}

function upTo({ first, shares }: Shares, us: number): number {
  const end = Histogram.bucketOf(us) - first;
  let sum = 0;
  for (let i = 0; i <= end && i < shares.length; i += 1) sum += shares[i];
  return sum;
}
