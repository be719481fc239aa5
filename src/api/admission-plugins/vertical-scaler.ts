// The webhook of the vertical pod autoscaler: new pods of its targets request what is recommended.
import type { Container, PodSpec, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../../model/interner.ts';
import type { KubeObject, ObjectStore } from '../../model/object-store.ts';
import type { LimitRange } from '../../model/objects/admission/limit-range.ts';
import { recommendationsFor } from '../../model/recommendations-in-limits.ts';
import { amountIn, limitWith, RECOMMENDED, textOf } from '../../model/recommended-amounts.ts';
import {
  policyOf,
  type ResourceList,
  selectorOfTarget,
  updateMode,
  VERTICAL_POD_AUTOSCALER,
  type VerticalPodAutoscaler,
} from '../../model/vertical-pod-autoscaler.ts';
import type { LimitRanger } from './limit-ranger.ts';

export class VerticalScaler {
  readonly #objects: ObjectStore;
  readonly #limitRanger: LimitRanger;

  constructor(objects: ObjectStore, limitRanger: LimitRanger) {
    this.#objects = objects;
    this.#limitRanger = limitRanger;
  }

  /** The spec with what is recommended; undefined where nobody recommends anything. */
  fill(namespace: string, labels: Labels, spec: PodSpec): PodSpec | undefined {
    const autoscaler = this.#of(namespace, labels);
    if (autoscaler?.status?.recommendation === undefined) return undefined;
    const resources = new Map(
      recommendedResources(autoscaler, spec.containers, this.#limitRanger.rangesIn(namespace)).map((one) => [
        one.name,
        one.resources,
      ]),
    );
    const containers = spec.containers.map((container) => {
      const found = resources.get(container.name);
      return found === undefined ? container : { ...container, resources: found };
    });
    return { ...spec, containers };
  }

  #of(namespace: string, labels: Labels): VerticalPodAutoscaler | undefined {
    const objects = this.#objects;
    for (const row of objects.ofKind(VERTICAL_POD_AUTOSCALER)) {
      const object: VerticalPodAutoscaler | undefined = objects.get(row);
      if (object === undefined || objects.namespace[row] !== namespace || updateMode(object) === 'Off') continue;
      const get = (_kind: string, target: typeof row): KubeObject | undefined => objects.get(target);
      if (selectorOfTarget(objects, get, namespace, object)?.matches(labels) === true) return object;
    }
    return undefined;
  }
}

/** Of the containers for which something is recommended: what they are to have. */
export function recommendedResources(
  autoscaler: VerticalPodAutoscaler,
  containers: readonly Container[],
  ranges: readonly LimitRange[],
): Pick<Container, 'name' | 'resources'>[] {
  const recommendations = recommendationsFor(autoscaler, containers, ranges);
  return containers.flatMap(({ name, resources = {} }) => {
    const found = recommendations.find(({ containerName }) => containerName === name);
    if (found === undefined) return [];
    const limitsToo = policyOf(autoscaler, name)?.controlledValues !== 'RequestsOnly';
    return [{ name, resources: withRequests(resources, found.target, limitsToo) }];
  });
}

/** Limits keep their proportion to the requests, where they are controlled too. */
function withRequests(resources: ResourceRequirements, target: ResourceList, limitsToo: boolean): ResourceRequirements {
  const { requests = {}, limits } = resources;
  const proportional = { ...limits };
  for (const resource of RECOMMENDED) {
    const limit = amountIn(limits, resource);
    if (!limitsToo || limit === undefined) continue;
    const fitting = limitWith(amountIn(target, resource) ?? 0, amountIn(requests, resource), limit);
    if (fitting > 0) proportional[resource] = textOf(resource, fitting);
  }
  return {
    ...resources,
    requests: { ...requests, ...target },
    ...(limits === undefined ? {} : { limits: proportional }),
  };
}
