// The pods that an object is about without having made them: those that a budget guards, or an autoscaler's target has.
import type { LabelSelector as LabelSelectorObject } from 'kubernetes-types/meta/v1.js';
import type { KubeObject } from '../../model/object-store.ts';
import { compileLabelSelector, type LabelSelector } from '../../model/parse/label-selector.ts';
import type { PodRow } from '../../model/rows.ts';
import { selectorOfTarget } from '../../model/vertical-pod-autoscaler.ts';
import type { World } from '../build.ts';

type Spec = {
  readonly selector?: LabelSelectorObject;
  readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
};

/** None of an object that selects none. */
export function selectedPods(world: World, object: KubeObject): PodRow[] {
  const { pods, classes } = world.state;
  const { namespace = 'default' } = object.metadata;
  const selector = selectorOf(world, namespace, object);
  const found: PodRow[] = [];
  if (selector === undefined) return found;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 0) continue;
    const podClass = classes.get(pods.podClass[pod]);
    if (podClass.namespace === namespace && selector.matches(podClass.labels)) found.push(pod);
  }
  return found;
}

function selectorOf({ state: { objects } }: World, namespace: string, object: KubeObject): LabelSelector | undefined {
  const spec = (object as { readonly spec?: Spec }).spec ?? {};
  const get = (_kind: string, row: ReturnType<typeof objects.find>) => (row < 0 ? undefined : objects.get(row));
  switch (object.kind) {
    case 'PodDisruptionBudget':
      return compileLabelSelector(spec.selector);
    case 'VerticalPodAutoscaler':
      return selectorOfTarget(objects, get, namespace, object);
    case 'HorizontalPodAutoscaler': {
      const { scaleTargetRef: targetRef } = spec;
      return targetRef && selectorOfTarget(objects, get, namespace, { ...object, spec: { targetRef } });
    }
    default:
      return undefined;
  }
}
