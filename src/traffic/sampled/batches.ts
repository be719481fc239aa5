// Batch means: what a component's requests show batch by batch, and how exactly the figures are known by that.
import { Histogram } from '../../metrics/histogram.ts';

/** So many are judged; they are joined in pairs when a measurement goes on. */
export const MOST_BATCHES = 64;
/** The 0.975 quantile of Student's t with 31 degrees of freedom. */
const T = 2.0395;
/** Batch means whose neighbours are more alike than this are too short: 1.96 standard deviations of what independent ones show. */
const MOST_ALIKE = 0.35;
/** Without its first part a measurement that begins well is worth half as much. */
const FAR_BETTER = 0.4;
/** Who fails this often is overloaded or cut off: all of it is simulated. */
const MOST_FAILURES = 0.2;
/** What is known to so many times the error stands for others while it is measured. */
const NEARLY = 2.5;
/** Halves that differ by so many standard errors are not of one regime. */
const MOST_APART = 3;

/** What the requests of one batch of time were. */
export interface Batch {
  readonly begun: number;
  /** Ended, and of these failed. */
  readonly ended: number;
  readonly failed: number;
  /** CPU time used, µs. */
  readonly cpuUs: number;
  /** Latencies of those that ended well. */
  readonly latencies: Histogram;
}

/** A figure with half of its 95 % interval, and its variance for one request: by n of them it is known within √(variance / n). */
export interface Estimate {
  readonly value: number;
  readonly half: number;
  readonly variance: number;
}

export interface Findings {
  /** Microseconds. */
  readonly mean: Estimate;
  readonly p50: Estimate;
  readonly p99: Estimate;
  /** The variances of the mean and of the shares of requests above the median and the 99th percentile, by those of independent requests. */
  readonly inflation: number;
  readonly inflation50: number;
  readonly inflation99: number;
  readonly errorRatio: Estimate;
  /** µs of CPU a request. */
  readonly cpuUs: Estimate;
  readonly requests: number;
}

export type Judgement =
  /** `nearly`: known to two and a half times the error. */
  | { readonly is: 'known' | 'nearly' | 'open'; readonly findings: Findings }
  /** What is not stationary: the first half does not count. */
  | { readonly is: 'moving' };

function joined(one: Batch, other: Batch): Batch {
  const latencies = new Histogram();
  latencies.merge(one.latencies);
  latencies.merge(other.latencies);
  return {
    begun: one.begun + other.begun,
    ended: one.ended + other.ended,
    failed: one.failed + other.failed,
    cpuUs: one.cpuUs + other.cpuUs,
    latencies,
  };
}

/** Neighbours in pairs. */
export function inPairs(batches: readonly Batch[]): Batch[] {
  return batches.flatMap((one, i) => (i % 2 === 0 && i + 1 < batches.length ? [joined(one, batches[i + 1])] : []));
}

/**
 * Whether the figures are known to a relative error: means, medians, CPU and error ratios within it (the last ones absolutely within a tenth of it
 * too), 99th percentiles within two and a half times as much. Looked at only when the number of batches has doubled, so that a
 * lucky moment is no reason to stop (Law and Carson, "A sequential procedure for determining the length of a steady-state
 * simulation", Operations Research 27, 1979).
 */
export function judge(batches: readonly Batch[], error: number): Judgement {
  const means = ratio(batches, ({ latencies }) => [latencies.sum, latencies.count]);
  if (isMoving(inPairs(batches), error)) return { is: 'moving' };
  const whole = new Histogram();
  for (const { latencies } of batches) whole.merge(latencies);
  const p50 = quantile(batches, whole, 0.5);
  const p99 = quantile(batches, whole, 0.99);
  const errors = rare(
    ratio(batches, ({ failed, ended }) => [failed, ended]),
    batches,
  );
  // Work that goes on across the end of a batch is no variance: pairs have half as much of it, and what is too small is not picked for it.
  const cpu = ratio(inPairs(batches), ({ cpuUs, begun }) => [cpuUs, begun], false);
  const findings: Findings = {
    mean: means,
    p50,
    p99,
    inflation: Math.max(1, means.variance / Math.max(1, varianceOf(whole))),
    inflation50: p50.inflation,
    inflation99: p99.inflation,
    errorRatio: errors,
    cpuUs: cpu,
    requests: batches.reduce((sum, { ended }) => sum + ended, 0),
  };
  const within = (most: number): boolean =>
    means.alike <= MOST_ALIKE &&
    means.half <= most * means.value &&
    p50.half <= most * p50.value &&
    p99.half <= 2.5 * most * p99.value &&
    errors.value <= MOST_FAILURES &&
    errors.half <= most * Math.max(errors.value, 0.1) &&
    cpu.half <= most * cpu.value;
  return { is: within(error) ? 'known' : within(NEARLY * error) ? 'nearly' : 'open', findings };
}

/** Of single durations, µs². */
export function varianceOf(latencies: Histogram): number {
  const { mean, count } = latencies;
  let squares = 0;
  for (const bucket of latencies.buckets()) squares += bucket.count * (bucket.upperUs - mean) ** 2;
  return squares / Math.max(1, count);
}

/** Where hardly any fail, or none, chance alone says little: at least the variance of as many and two more (Agresti and Coull 1998). */
function rare(errors: Estimate, batches: readonly Batch[]): Estimate {
  const ended = batches.reduce((sum, one) => sum + one.ended, 0);
  const share = (errors.value * ended + 2) / (ended + 4);
  const variance = Math.max(errors.variance, share * (1 - share));
  return { value: errors.value, variance, half: T * Math.sqrt(variance / Math.max(1, ended)) };
}

function isMoving(batches: readonly Batch[], error: number): boolean {
  const half = batches.length / 2;
  const begun = batches.reduce((sum, one) => sum + one.begun, 0);
  const ended = batches.reduce((sum, one) => sum + one.ended, 0);
  // More come than go, or the other way round: by more than what is in flight at any time may explain.
  if (Math.abs(begun - ended) > 0.02 * begun + 3 * Math.sqrt(begun)) return true;
  const of = (some: readonly Batch[]) => ratio(some, ({ latencies }) => [latencies.sum, latencies.count]);
  const first = of(batches.slice(0, half));
  const second = of(batches.slice(half));
  if (beginsOtherwise(batches)) return true;
  const apart = Math.abs(first.value - second.value);
  return apart > error * second.value && apart > (MOST_APART / T) * Math.sqrt(first.half ** 2 + second.half ** 2);
}

/**
 * Whether the mean would be known far better without some of the first batches: the marginal standard error rule (White, "An effective
 * truncation heuristic for bias reduction in simulation output", Simulation 69, 1997), with room for chance.
 */
function beginsOtherwise(batches: readonly Batch[]): boolean {
  const means = batches.map(({ latencies }) => (latencies.count === 0 ? 0 : latencies.mean));
  const error = (from: number): number => {
    const rest = means.slice(from);
    const mean = rest.reduce((sum, one) => sum + one, 0) / rest.length;
    return rest.reduce((sum, one) => sum + (one - mean) ** 2, 0) / rest.length ** 2;
  };
  const all = error(0);
  for (let from = 1; from <= means.length / 2; from += 1) if (error(from) < FAR_BETTER * all) return true;
  return false;
}

/** Estimated variance of the sum of independent parts whose own sum is 0. */
function spread(parts: readonly number[]): number {
  const squares = parts.reduce((sum, one) => sum + one * one, 0);
  return (squares * parts.length) / (parts.length - 1);
}

/**
 * A ratio of sums, and how alike neighbours are that are joined in pairs (their correlation). With `cautious`, of the variances by batches and by pairs the larger one
 * counts: each is known to a fifth only, and a figure is called known as soon as it seems so.
 */
function ratio(
  batches: readonly Batch[],
  parts: (batch: Batch) => readonly [number, number],
  cautious = true,
): Estimate & { readonly alike: number } {
  const pairs = batches.map(parts);
  const above = pairs.reduce((sum, [part]) => sum + part, 0);
  const below = pairs.reduce((sum, [, of]) => sum + of, 0);
  const value = below === 0 ? 0 : above / below;
  const residues = pairs.map(([part, of]) => part - value * of);
  const joint = residues.flatMap((one, i) => (i % 2 === 1 ? [residues[i - 1] + one] : []));
  const squares = joint.reduce((sum, one) => sum + one * one, 0);
  const products = joint.slice(1).reduce((sum, one, i) => sum + one * joint[i], 0);
  const variance = below === 0 ? 0 : Math.max(spread(residues), cautious ? spread(joint) : 0) / below;
  return {
    value,
    variance,
    half: below === 0 ? 0 : T * Math.sqrt(variance / below),
    alike: squares === 0 ? 0 : products / squares,
  };
}

/** By the share of requests above it: what is uncertain of the share, read off the distribution, is what is uncertain of the quantile. */
function quantile(batches: readonly Batch[], whole: Histogram, q: number): Estimate & { readonly inflation: number } {
  if (whole.count === 0) return { value: 0, half: 0, variance: 0, inflation: 1 };
  const value = whole.quantile(q);
  const above = ratio(batches, ({ latencies }) => [latencies.count - latencies.upTo(value), latencies.count]);
  const low = whole.quantile(Math.max(0, q - above.half));
  const high = whole.quantile(Math.min(1, q + above.half));
  return {
    value,
    half: (high - low) / 2,
    variance: above.variance,
    inflation: Math.max(1, above.variance / Math.max(1e-12, above.value * (1 - above.value))),
  };
}
