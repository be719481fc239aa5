// How far the number of replicas may go at once: the rules of `behavior`, or the fixed ones of an autoscaler without it.
import type { HPAScalingRules } from 'kubernetes-types/autoscaling/v2.js';
import type { AutoscalerHistory } from './history.ts';

/** Without rules: at most twice as many, or four. */
const FIXED_FACTOR = 2;
const FIXED_LEAST = 4;

export interface Limited {
  readonly replicas: number;
  /** Of the condition ScalingLimited. */
  readonly reason: string;
  readonly message: string;
}

export interface Bounds {
  readonly current: number;
  readonly min: number;
  readonly max: number;
}

const UP_RATE = 'the desired replica count is increasing faster than the maximum scale rate';
const DOWN_RATE = 'the desired replica count is decreasing faster than the maximum scale rate';
const TOO_MANY = 'the desired replica count is more than the maximum replica count';
const TOO_FEW = 'the desired replica count is less than the minimum replica count';

export function withinFixedRate(desired: number, { current, min, max }: Bounds): Limited {
  const fastest = Math.max(FIXED_FACTOR * current, FIXED_LEAST);
  if (desired < min) return { replicas: min, reason: 'TooFewReplicas', message: TOO_FEW };
  return atMost(desired, max, fastest) ?? inRange(desired);
}

export function withinRules(
  desired: number,
  { current, min, max }: Bounds,
  rules: { readonly up: HPAScalingRules; readonly down: HPAScalingRules },
  history: AutoscalerHistory,
  nowUs: number,
): Limited {
  if (desired > current) {
    const fastest = Math.max(current, limitUp(current, rules.up, history, nowUs));
    return atMost(desired, max, fastest) ?? inRange(desired);
  }
  if (desired < current) {
    const fastest = Math.min(current, limitDown(current, rules.down, history, nowUs));
    const least = Math.max(min, fastest);
    if (desired < least) {
      return min < fastest
        ? { replicas: least, reason: 'ScaleDownLimit', message: DOWN_RATE }
        : { replicas: least, reason: 'TooFewReplicas', message: TOO_FEW };
    }
  }
  return inRange(desired);
}

function atMost(desired: number, max: number, fastest: number): Limited | undefined {
  if (desired <= Math.min(max, fastest)) return undefined;
  return max > fastest
    ? { replicas: fastest, reason: 'ScaleUpLimit', message: UP_RATE }
    : { replicas: max, reason: 'TooManyReplicas', message: TOO_MANY };
}

function inRange(desired: number): Limited {
  return {
    replicas: desired,
    reason: 'DesiredWithinRange',
    message: 'the desired count is within the acceptable range',
  };
}

function limitUp(current: number, rules: HPAScalingRules, history: AutoscalerHistory, nowUs: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const start = history.replicasBefore(current, periodSeconds * 1e6, nowUs);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(...proposals);
}

function limitDown(current: number, rules: HPAScalingRules, history: AutoscalerHistory, nowUs: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const start = history.replicasBefore(current, periodSeconds * 1e6, nowUs);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals);
}
