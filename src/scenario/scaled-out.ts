// A scenario with as many pods as its HorizontalPodAutoscalers may make.
import type { LoadedScenario, ScenarioObject } from './scenario.ts';

interface Scaled {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly maxReplicas?: number;
}

/** Each target has `maxReplicas`, and no autoscaler any more. */
export function scaledOut(loaded: LoadedScenario): LoadedScenario {
  const scalers = loaded.objects.filter(({ object }) => object.kind === 'HorizontalPodAutoscaler');
  const objects = loaded.objects.flatMap((one) => {
    if (scalers.includes(one)) return [];
    const { kind, metadata, spec } = one.object;
    const scaler = scalers.find(({ object }) => {
      const { scaleTargetRef } = object.spec as Scaled;
      return (
        object.metadata.namespace === metadata.namespace &&
        scaleTargetRef?.kind === kind &&
        scaleTargetRef.name === metadata.name
      );
    });
    const { maxReplicas } = (scaler?.object.spec ?? {}) as Scaled;
    if (maxReplicas === undefined) return [one];
    return [
      { ...one, object: { ...one.object, spec: { ...(spec as object), replicas: maxReplicas } } },
    ] as ScenarioObject[];
  });
  return { ...loaded, objects };
}
