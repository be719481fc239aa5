// What the scenario says to the controllers.
import type { ControllerSettings } from '../controllers/settings.ts';
import type { MachineClocks } from '../model/clocks.ts';
import type { CloudLimits } from '../model/cloud-limits.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { askedLabels } from './own-labels.ts';

export function controllerSettings(
  loaded: LoadedScenario,
  storage: ControllerSettings['storage'],
  horizontalPodAutoscaler: ControllerSettings['horizontalPodAutoscaler'],
  cloudLimits: CloudLimits,
  clocks: MachineClocks,
  machine: string | undefined,
): ControllerSettings {
  const { controlPlane, startSeconds } = loaded.scenario;
  return {
    ...controlPlane.controllers,
    clients: controlPlane.clients.controllers,
    startSeconds,
    storage,
    cloudRefuses: () => cloudLimits.refuses,
    clockAheadUs: () => (machine === undefined ? 0 : clocks.aheadUs(machine)),
    ownLabels: askedLabels(loaded),
    statefulSetMaxUnavailable: controlPlane.featureGates.MaxUnavailableStatefulSet,
    horizontalPodAutoscaler,
  };
}
