// One sync of a HorizontalPodAutoscaler, decided: how many replicas its target should have, and what it says about that.
import type { HorizontalPodAutoscalerSpec, MetricStatus } from 'kubernetes-types/autoscaling/v2.js';
import type { AutoscalerSettings } from '../../model/settings/autoscaling.ts';
import type { Conditions } from './conditions.ts';
import type { AutoscalerHistory } from './history.ts';
import { proposalOf } from './metric-proposal.ts';
import type { MetricsApis, ReadinessRules, ScaledPod } from './metrics-apis.ts';
import { type Bounds, type Limited, withinFixedRate, withinRules } from './scaling-limits.ts';
import { type Stabilized, stabilized, stabilizedByRules } from './stabilization.ts';
import { tolerancesOf } from './tolerance.ts';

export type AutoscalerRules = ReadinessRules & Pick<AutoscalerSettings, 'tolerance' | 'downscaleStabilizationUs'>;

export interface Scaling {
  readonly namespace: string;
  readonly spec: HorizontalPodAutoscalerSpec;
  /** spec.replicas and status.replicas of the target. */
  readonly current: number;
  readonly observed: number;
  readonly pods: () => readonly ScaledPod[];
  /** Why its pods cannot be distinguished from others. */
  readonly problem?: SelectorProblem | undefined;
  readonly apis: MetricsApis;
  readonly nowUs: number;
}

export interface SelectorProblem {
  /** The reason of the event, whose message is the error. */
  readonly event: string;
  readonly error: string;
  /** ScalingActive. */
  readonly condition: { readonly reason: string; readonly message: string };
}

export interface WarningEvent {
  readonly reason: string;
  readonly message: string;
}

export interface Decision {
  /** Undefined where no metric says anything: nothing changes. */
  readonly replicas: number | undefined;
  readonly rescale: boolean;
  /** Why it is scaled. */
  readonly reason: string;
  /** status.currentMetrics; undefined where no metric was asked. */
  readonly metrics: readonly MetricStatus[] | undefined;
  readonly events: readonly WarningEvent[];
  /** What the sync reports as its error, even where other metrics go on. */
  readonly error: string | undefined;
}

/** Whether the metrics count at all: they do not while the target is off or out of bounds. */
export function asksMetrics({ minReplicas = 1, maxReplicas }: HorizontalPodAutoscalerSpec, current: number): boolean {
  return (current !== 0 || minReplicas === 0) && current >= minReplicas && current <= maxReplicas;
}

export function decide(
  scaling: Scaling,
  rules: AutoscalerRules,
  history: AutoscalerHistory,
  conditions: Conditions,
): Decision {
  const { spec, current } = scaling;
  const min = spec.minReplicas ?? 1;
  const max = spec.maxReplicas;
  const unmeasured = { metrics: undefined, events: [], error: undefined };
  if (current === 0 && min !== 0) {
    conditions.set(
      'ScalingActive',
      false,
      'ScalingDisabled',
      'scaling is disabled since the replica count of the target is zero',
    );
    return { replicas: 0, rescale: false, reason: '', ...unmeasured };
  }
  if (current > max) {
    return { replicas: max, rescale: true, reason: 'Current number of replicas above Spec.MaxReplicas', ...unmeasured };
  }
  if (current < min) {
    return { replicas: min, rescale: true, reason: 'Current number of replicas below Spec.MinReplicas', ...unmeasured };
  }
  const { replicas: proposed, name, ...measured } = proposedByMetrics(scaling, rules, conditions);
  if (proposed === undefined) return { replicas: undefined, rescale: false, reason: '', ...measured };
  const wanted = Math.max(0, proposed);
  const replicas = normalized(scaling, wanted, { current, min, max }, rules, history, conditions);
  const reason =
    wanted > current
      ? `${wanted === proposed ? name : ''} above target`
      : wanted < current
        ? 'All metrics below target'
        : '';
  return { replicas, rescale: replicas !== current, reason, ...measured };
}

interface Proposed {
  readonly replicas: number | undefined;
  readonly name: string;
  readonly metrics: readonly MetricStatus[] | undefined;
  readonly events: readonly WarningEvent[];
  readonly error: string | undefined;
}

/** The most that a metric asks for. While one of them fails nothing shrinks. */
function proposedByMetrics(scaling: Scaling, rules: AutoscalerRules, conditions: Conditions): Proposed {
  const { spec, current, problem } = scaling;
  if (problem !== undefined) {
    const { event, error, condition } = problem;
    conditions.set('ScalingActive', false, condition.reason, condition.message);
    return { replicas: undefined, name: '', metrics: undefined, events: [{ reason: event, message: error }], error };
  }
  const specs = spec.metrics ?? [];
  const asked = { ...scaling, rules, tolerances: tolerancesOf(spec.behavior, rules.tolerance) };
  const metrics: MetricStatus[] = [];
  const failures: { readonly reason: string; readonly message: string; readonly error: string }[] = [];
  let replicas = 0;
  let name = '';
  for (const one of specs) {
    const found = proposalOf(one, asked);
    if ('error' in found) {
      failures.push(found);
      metrics.push({ type: '' });
      continue;
    }
    metrics.push(found.status);
    if (replicas !== 0 && found.replicas <= replicas) continue;
    replicas = found.replicas;
    name = found.name;
  }
  const [first] = failures;
  const events = failures.map(({ reason, message }) => ({ reason, message }));
  const error =
    failures.length === 0
      ? undefined
      : `invalid metrics (${failures.length} invalid out of ${specs.length}), first error is: ${first.error}`;
  if (failures.length >= specs.length || (failures.length > 0 && replicas < current)) {
    conditions.set(
      'ScalingActive',
      false,
      first.reason,
      `the HPA was unable to compute the replica count: ${first.message}`,
    );
    return { replicas: undefined, name: '', metrics, events, error };
  }
  const message = `the HPA was able to successfully calculate a replica count from ${name}`;
  conditions.set('ScalingActive', true, 'ValidMetricFound', message);
  return { replicas, name, metrics, events, error };
}

/** Smoothed over time, and within rates and bounds. */
function normalized(
  { spec: { behavior }, nowUs }: Scaling,
  wanted: number,
  bounds: Bounds,
  { downscaleStabilizationUs }: AutoscalerRules,
  history: AutoscalerHistory,
  conditions: Conditions,
): number {
  let smooth: Stabilized;
  let limited: Limited;
  if (behavior === undefined) {
    smooth = stabilized(wanted, history, downscaleStabilizationUs, nowUs);
    limited = withinFixedRate(smooth.replicas, bounds);
  } else {
    const { scaleUp: up = {}, scaleDown: down = {} } = behavior;
    const seconds = (given: number | undefined, usualUs: number): number =>
      given === undefined ? usualUs : given * 1e6;
    const windows = {
      upUs: seconds(up.stabilizationWindowSeconds, 0),
      downUs: seconds(down.stabilizationWindowSeconds, downscaleStabilizationUs),
    };
    smooth = stabilizedByRules(wanted, bounds.current, windows, history, nowUs);
    limited = withinRules(smooth.replicas, bounds, { up, down }, history, nowUs);
  }
  conditions.set('AbleToScale', true, smooth.reason, smooth.message);
  conditions.set('ScalingLimited', limited.replicas !== smooth.replicas, limited.reason, limited.message);
  return limited.replicas;
}
