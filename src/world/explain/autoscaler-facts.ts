// What a HorizontalPodAutoscaler measures beside what it wants, and what follows from that.
import {
  type AutoscalerObject,
  autoscalerSpec,
} from '../../controllers/horizontal-pod-autoscaler/autoscaler-object.ts';
import { isWithin, type Tolerances, tolerancesOf } from '../../controllers/horizontal-pod-autoscaler/tolerance.ts';
import { counted } from '../../lib/plural.ts';
import { timestampUs } from '../../lib/timestamp.ts';
import { measured } from '../autoscalers.ts';
import { showDuration, showInUnit } from '../expectations.ts';

/** `tolerance`: the controller's, for autoscalers without one of their own. */
export function autoscalerFacts(object: AutoscalerObject, tolerance: number): string[] {
  const spec = autoscalerSpec(object);
  if (spec === undefined) return [];
  const { status } = object;
  const tolerances = tolerancesOf(spec.behavior, tolerance);
  const metrics = (spec.metrics ?? []).map((metric, at) => {
    const { resource, containerResource } = metric;
    const isShare = (resource ?? containerResource)?.target.averageUtilization !== undefined;
    return metricFact(measured(metric, status, at), isShare ? 'ratio' : '', tolerances);
  });
  const last = status?.lastScaleTime;
  const changed =
    last === undefined ? 'has changed nothing yet' : `changed their number last at ${showDuration(timestampUs(last))}`;
  return [
    ...metrics,
    `It may ask for ${spec.minReplicas ?? 1} to ${counted(spec.maxReplicas, 'replica')}, and ${changed}.`,
  ];
}

function metricFact(
  { metric, value, target_value: target }: ReturnType<typeof measured>,
  unit: string,
  tolerances: Tolerances,
): string {
  const wanted = target === null ? 'a target that it has not' : showInUnit(unit, target);
  if (value === null || target === null) return `${metric}: not measured; ${wanted} is wanted.`;
  const seen = `${metric}: ${showInUnit(unit, value)}, where ${wanted} is wanted`;
  const ratio = value / target;
  const share = ratio > 1 ? tolerances.scaleUp : tolerances.scaleDown;
  if (isWithin(ratio, tolerances)) return `${seen}: within the tolerance of ${showInUnit('ratio', share)}.`;
  return `${seen}: ${ratio > 1 ? 'more' : 'fewer'} replicas.`;
}
