// What an object's numbers come to, in sentences, for kinds that have more to say than how many pods they want.
import type { KubeObject } from '../../model/object-store.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../build.ts';
import { budgetFacts } from './budget-facts.ts';
import { verticalAutoscalerFacts } from './vertical-autoscaler-facts.ts';

export function factsOf(world: World, object: KubeObject, pods: readonly PodRow[]): string[] {
  if (object.kind === 'PodDisruptionBudget') return budgetFacts(world, object, pods);
  if (object.kind === 'VerticalPodAutoscaler') return verticalAutoscalerFacts(world, object, pods);
  return [];
}
