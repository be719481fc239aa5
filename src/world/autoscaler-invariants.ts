// What must hold of a HorizontalPodAutoscaler whenever its status is written: it wants no fewer and no more replicas than it may.
import { type AutoscalerObject, autoscalerSpec } from '../controllers/horizontal-pod-autoscaler/autoscaler-object.ts';

/** What is wrong; undefined for nothing. */
export function autoscalerViolation(object: AutoscalerObject): string | undefined {
  const { metadata, status } = object;
  const spec = autoscalerSpec(object);
  const desired = status?.desiredReplicas ?? 0;
  if (spec === undefined || status === undefined || desired === 0) return undefined;
  // Where the metrics say nothing, what it wanted before stays, whatever has become of its bounds.
  if (status.conditions?.some(({ type, status: holds }) => type === 'ScalingActive' && holds === 'False') === true) {
    return undefined;
  }
  const { minReplicas = 1, maxReplicas } = spec;
  if (desired >= minReplicas && desired <= maxReplicas) return undefined;
  return `HorizontalPodAutoscaler ${metadata.name} wants ${desired} replicas, of ${minReplicas} to ${maxReplicas}`;
}
