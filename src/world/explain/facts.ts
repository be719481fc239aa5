// What an object's numbers come to, in sentences, for kinds that have more to say than how many pods they want.
import type { CronJob } from '../../controllers/kit/cron-job-objects.ts';
import type { AutoscalerObject } from '../../controllers/horizontal-pod-autoscaler/autoscaler-object.ts';
import { defaultControllerSettings } from '../../controllers/settings.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { World } from '../build.ts';
import { autoscalerFacts } from './autoscaler-facts.ts';
import { budgetFacts } from './budget-facts.ts';
import { cronJobFacts } from './cron-job-facts.ts';
import { gatewayFacts, ingressFacts, routeFacts } from './gateway-facts.ts';
import { verticalAutoscalerFacts } from './vertical-autoscaler-facts.ts';

export function factsOf(
  world: World,
  object: KubeObject,
  pods: readonly PodRow[],
  { autoscaling, startSeconds }: Scenario,
): string[] {
  if (object.kind === 'HorizontalPodAutoscaler') {
    const { tolerance } = autoscaling?.autoscalers ?? defaultControllerSettings.horizontalPodAutoscaler;
    return autoscalerFacts(object as AutoscalerObject, tolerance);
  }
  if (object.kind === 'CronJob') return cronJobFacts(object as CronJob, world.engine.now, startSeconds);
  if (object.kind === 'PodDisruptionBudget') return budgetFacts(world, object, pods);
  if (object.kind === 'VerticalPodAutoscaler') return verticalAutoscalerFacts(world, object, pods);
  if (object.kind === 'Ingress') return ingressFacts(object);
  if (object.kind === 'Gateway') return gatewayFacts(object);
  if (object.kind === 'HTTPRoute') return routeFacts(object);
  return [];
}
