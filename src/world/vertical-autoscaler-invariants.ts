// What must hold of a VerticalPodAutoscaler whenever its status is written: the target is within its bounds.
import { parseQuantity } from '../model/parse/quantity.ts';
import type { VerticalPodAutoscaler } from '../model/vertical-pod-autoscaler.ts';

/** What is wrong; undefined for nothing. */
export function verticalAutoscalerViolation({ metadata, status }: VerticalPodAutoscaler): string | undefined {
  for (const one of status?.recommendation?.containerRecommendations ?? []) {
    for (const [resource, target] of Object.entries(one.target)) {
      const [least, amount, most] = [one.lowerBound[resource], target, one.upperBound[resource]].map((text) =>
        parseQuantity(text ?? '0').approximate(),
      );
      if (least <= amount && amount <= most) continue;
      return `VerticalPodAutoscaler ${metadata.name} recommends ${resource} ${target} for ${one.containerName}, of ${one.lowerBound[resource]} to ${one.upperBound[resource]}`;
    }
  }
  return undefined;
}
