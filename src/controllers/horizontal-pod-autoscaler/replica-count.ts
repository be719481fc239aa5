// How many replicas one metric asks for (the replica calculator of pkg/controller/podautoscaler; behaviour B.7).
import { type ClassUsage, MetricError, type ReadinessRules, type Samples, type ScaledPod } from './metrics-apis.ts';
import { groupPods } from './pod-groups.ts';
import { isWithin, type Tolerances } from './tolerance.ts';

export interface Calculation {
  /** spec.replicas and status.replicas of the target. */
  readonly current: number;
  readonly observed: number;
  /** Looked up when somebody asks for them one by one. */
  readonly pods: () => readonly ScaledPod[];
  readonly tolerances: Tolerances;
  readonly rules: ReadinessRules;
  readonly nowUs: number;
}

export interface PerPod {
  readonly replicas: number;
  readonly average: bigint;
  /** Percent of what is requested; 0 where the target is a value. */
  readonly utilization: number;
}

interface UsageRatio {
  readonly ratio: number;
  readonly average: bigint;
  readonly utilization: number;
}

const NO_PODS = 'no pods returned by selector while calculating replica count';

/** A target in percent of the requests. */
export function replicasByUtilization(
  at: Calculation,
  samples: Samples,
  resource: string,
  container: string | undefined,
  target: number,
): PerPod {
  const requests = new Map<ScaledPod, bigint>();
  const usage = (): UsageRatio => {
    if (requests.size === 0) for (const pod of at.pods()) requests.set(pod, pod.requestMilli(resource, container));
    let total = 0n;
    let requested = 0n;
    for (const [pod, { value }] of samples) {
      total += value;
      requested += requests.get(pod) ?? 0n;
    }
    return utilizationRatio({ pods: samples.size, total, requested }, target);
  };
  const most = BigInt(Math.max(100, target));
  return perPod(at, samples, resource, usage, (pod, ratio) => {
    if (ratio < 1) return ((requests.get(pod) ?? 0n) * most) / 100n;
    return ratio > 1 ? 0n : undefined;
  });
}

/** The same by sums; undefined where no pod has a sample that counts, which `replicasByUtilization` says in words. */
export function replicasByClasses(at: Calculation, classes: readonly ClassUsage[], target: number): PerPod | undefined {
  const sum = (value: (one: ClassUsage) => bigint): bigint => classes.reduce((all, one) => all + value(one), 0n);
  const count = (pods: (one: ClassUsage) => number): number => classes.reduce((all, one) => all + pods(one), 0);
  const ready = count((one) => one.ready);
  const unready = count((one) => one.unready);
  const missing = count((one) => one.missing);
  const total = sum((one) => one.total);
  const requested = sum((one) => BigInt(one.ready) * one.request);
  if (ready === 0 || requested === 0n) return undefined;
  const { ratio, average, utilization } = utilizationRatio({ pods: ready, total, requested }, target);
  const most = BigInt(Math.max(100, target));
  return damped(at, { ratio, average, utilization }, { ready, unready, missing }, (growsWithUnready) => {
    const shrinks = ratio < 1;
    // At the target exactly, nothing is taken to be known of those without a sample.
    const counted = (one: ClassUsage): number =>
      one.ready + (ratio === 1 ? 0 : one.missing) + (growsWithUnready ? one.unready : 0);
    const pods = count(counted);
    const assumed = shrinks ? sum((one) => BigInt(one.missing) * ((one.request * most) / 100n)) : 0n;
    const all = sum((one) => BigInt(counted(one)) * one.request);
    return { ...utilizationRatio({ pods, total: total + assumed, requested: all }, target), pods };
  });
}

interface Usage {
  readonly pods: number;
  readonly total: bigint;
  readonly requested: bigint;
}

function utilizationRatio({ pods, total, requested }: Usage, target: number): UsageRatio {
  if (requested === 0n) throw new MetricError('no metrics returned matched known pods');
  const utilization = Number(BigInt.asIntN(32, (total * 100n) / requested));
  return { ratio: utilization / target, average: total / BigInt(pods), utilization };
}

/** A target in thousandths for each pod; `resource` is '' for a custom metric. */
export function replicasByAverage(at: Calculation, samples: Samples, resource: string, target: bigint): PerPod {
  const usage = (): UsageRatio => {
    let total = 0n;
    for (const { value } of samples.values()) total += value;
    const average = total / BigInt(samples.size);
    return { ratio: Number(average) / Number(target), average, utilization: 0 };
  };
  return perPod(at, samples, resource, usage, (_pod, ratio) => (ratio < 1 ? target : 0n));
}

/** `assumed` is what a pod without a sample is taken to use; undefined leaves it out. */
function perPod(
  at: Calculation,
  samples: Samples,
  resource: string,
  usage: () => UsageRatio,
  assumed: (pod: ScaledPod, ratio: number) => bigint | undefined,
): PerPod {
  const pods = at.pods();
  if (pods.length === 0) throw new MetricError(NO_PODS);
  const { ready, unready, missing, ignored } = groupPods(pods, samples, resource, at.rules, at.nowUs);
  for (const pod of [...ignored, ...unready]) samples.delete(pod);
  if (samples.size === 0) throw new MetricError('did not receive metrics for targeted pods (pods might be unready)');
  const first = usage();
  return damped(at, first, { ready, unready: unready.length, missing: missing.length }, (growsWithUnready) => {
    for (const pod of missing) {
      const value = assumed(pod, first.ratio);
      if (value !== undefined) samples.set(pod, { value, atUs: 0, windowUs: 0 });
    }
    if (growsWithUnready) for (const pod of unready) samples.set(pod, { value: 0n, atUs: 0, windowUs: 0 });
    return { ...usage(), pods: samples.size };
  });
}

/** Pods of which nothing is known dampen the change (`withOthers`): they take their share when it shrinks, and nothing when it grows. */
function damped(
  at: Calculation,
  { ratio, average, utilization }: UsageRatio,
  pods: { readonly ready: number; readonly unready: number; readonly missing: number },
  withOthers: (growsWithUnready: boolean) => UsageRatio & { readonly pods: number },
): PerPod {
  const replicas = (count: number): PerPod => ({ replicas: count, average, utilization });
  const growsWithUnready = pods.unready > 0 && ratio > 1;
  if (!growsWithUnready && pods.missing === 0) {
    return replicas(isWithin(ratio, at.tolerances) ? at.current : whole(ratio * pods.ready));
  }
  const others = withOthers(growsWithUnready);
  const turned = (ratio < 1 && others.ratio > 1) || (ratio > 1 && others.ratio < 1);
  if (isWithin(others.ratio, at.tolerances) || turned) return replicas(at.current);
  const count = whole(others.ratio * others.pods);
  const against = (others.ratio < 1 && count > at.current) || (others.ratio > 1 && count < at.current);
  return replicas(against ? at.current : count);
}

/** A target in thousandths for the whole: the ready pods share what there is. */
export function replicasByValue(at: Calculation, value: bigint, target: bigint): number {
  const ratio = Number(value) / Number(target);
  if (at.current === 0) return whole(ratio);
  if (isWithin(ratio, at.tolerances)) return at.current;
  const pods = at.pods();
  if (pods.length === 0) throw new MetricError(`unable to calculate ready pods: ${NO_PODS}`);
  const ready = pods.filter(({ phase, ready: condition }) => phase === 'Running' && condition?.status === true);
  return whole(ratio * ready.length);
}

/** A target in thousandths for each replica of one value. */
export function replicasByShare(at: Calculation, value: bigint, target: bigint): PerPod {
  const ratio = Number(value) / (Number(target) * at.observed);
  const replicas = isWithin(ratio, at.tolerances) ? at.observed : whole(Number(value) / Number(target));
  return { replicas, average: int64(Math.ceil(Number(value) / at.observed)), utilization: 0 };
}

/** Rounded up; what an int32 cannot hold becomes the least one, as on the usual processors. */
function whole(count: number): number {
  const up = Math.ceil(count);
  return up >= -(2 ** 31) && up < 2 ** 31 ? up : -(2 ** 31);
}

function int64(value: number): bigint {
  return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(value) : -(2n ** 63n);
}
