// The webhook of the vertical pod autoscaler: new pods of its targets request what is recommended.
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../../model/interner.ts';
import type { KubeObject, ObjectStore } from '../../model/object-store.ts';
import { cpuMilli, wholeUnits } from '../../model/parse/quantity.ts';
import {
  policyOf,
  type ResourceList,
  selectorOfTarget,
  updateMode,
  VERTICAL_POD_AUTOSCALER,
  type VerticalPodAutoscaler,
} from '../../model/vertical-pod-autoscaler.ts';

export class VerticalScaler {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** The spec with what is recommended; undefined where nobody recommends anything. */
  fill(namespace: string, labels: Labels, spec: PodSpec): PodSpec | undefined {
    const autoscaler = this.#of(namespace, labels);
    const recommendations = autoscaler?.status?.recommendation?.containerRecommendations;
    if (autoscaler === undefined || recommendations === undefined) return undefined;
    const containers = spec.containers.map((container) => {
      const found = recommendations.find(({ containerName }) => containerName === container.name);
      const policy = policyOf(autoscaler, container.name);
      if (found === undefined || policy?.mode === 'Off') return container;
      return withRequests(container, found.target, policy?.controlledValues !== 'RequestsOnly');
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

/** Limits keep their proportion to the requests, where they are controlled too. */
function withRequests(container: Container, target: ResourceList, limitsToo: boolean): Container {
  const { requests = {}, limits } = container.resources ?? {};
  const scaled = Object.fromEntries(
    Object.entries(limits ?? {}).map(([name, limit]) => {
      const to = target[name];
      // A limit without a request is the request.
      const from = requests[name] ?? limit;
      return [name, to === undefined || !limitsToo ? limit : proportional(name, limit, from, to)];
    }),
  );
  return {
    ...container,
    resources: {
      ...container.resources,
      requests: { ...requests, ...target },
      ...(limits === undefined ? {} : { limits: scaled }),
    },
  };
}

function proportional(name: string, limit: string, from: string, to: string): string {
  const amount = name === 'cpu' ? cpuMilli : wholeUnits;
  const scaled = amount(from) === 0 ? amount(limit) : Math.floor((amount(limit) * amount(to)) / amount(from));
  return name === 'cpu' ? `${scaled}m` : String(scaled);
}
