// What the scenario says to the controllers.
import type { ControllerSettings } from '../controllers/settings.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { askedLabels } from './own-labels.ts';

export function controllerSettings(
  loaded: LoadedScenario,
  storage: ControllerSettings['storage'],
  horizontalPodAutoscaler: ControllerSettings['horizontalPodAutoscaler'],
  cloudRefuses: () => boolean,
): ControllerSettings {
  const { controlPlane, startSeconds } = loaded.scenario;
  return {
    ...controlPlane.controllers,
    clients: controlPlane.clients.controllers,
    startSeconds,
    storage,
    cloudRefuses,
    ownLabels: askedLabels(loaded),
    statefulSetMaxUnavailable: controlPlane.featureGates.MaxUnavailableStatefulSet,
    horizontalPodAutoscaler,
  };
}
