// The webhook of the vertical pod autoscaler: new pods of its targets request what is recommended.
import type { Container, PodSpec, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../../model/interner.ts';
import type { KubeObject, ObjectStore } from '../../model/object-store.ts';
import type { LimitRange } from '../../model/objects/admission/limit-range.ts';
import { cpuMilli, wholeUnits } from '../../model/parse/quantity.ts';
import { withinLimits } from '../../model/recommendations-in-limits.ts';
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
  const given = autoscaler.status?.recommendation?.containerRecommendations ?? [];
  const recommendations = withinLimits(given, containers, ranges);
  return containers.flatMap(({ name, resources = {} }) => {
    const found = recommendations.find(({ containerName }) => containerName === name);
    const policy = policyOf(autoscaler, name);
    if (found === undefined || policy?.mode === 'Off') return [];
    return [{ name, resources: withRequests(resources, found.target, policy?.controlledValues !== 'RequestsOnly') }];
  });
}

/** Limits keep their proportion to the requests, where they are controlled too. */
function withRequests(resources: ResourceRequirements, target: ResourceList, limitsToo: boolean): ResourceRequirements {
  const { requests = {}, limits } = resources;
  const scaled = Object.fromEntries(
    Object.entries(limits ?? {}).map(([name, limit]) => {
      const to = target[name];
      // A limit without a request is the request.
      const from = requests[name] ?? limit;
      return [name, to === undefined || !limitsToo ? limit : proportional(name, limit, from, to)];
    }),
  );
  return {
    ...resources,
    requests: { ...requests, ...target },
    ...(limits === undefined ? {} : { limits: scaled }),
  };
}

function proportional(name: string, limit: string, from: string, to: string): string {
  const amount = name === 'cpu' ? cpuMilli : wholeUnits;
  const scaled = amount(from) === 0 ? amount(limit) : Math.floor((amount(limit) * amount(to)) / amount(from));
  return name === 'cpu' ? `${scaled}m` : String(scaled);
}
