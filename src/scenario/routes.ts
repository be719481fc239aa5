// Whether the input has objects that lead requests otherwise than to the Service that they name, or that send copies of them.
import { valueAt } from './document.ts';
import type { KubernetesObject, LoadedScenario } from './scenario.ts';

const KINDS: ReadonlySet<string> = new Set(['HTTPRoute', 'VirtualService']);
const ANNOTATIONS = ['nginx.ingress.kubernetes.io/canary', 'nginx.ingress.kubernetes.io/affinity'];
const ROUTING = ['spec', 'strategy', 'canary', 'trafficRouting'];

/** From the start or by the timeline: only then are they watched. */
export function hasRoutes(loaded: LoadedScenario): boolean {
  return allObjects(loaded).some(
    (object) =>
      KINDS.has(object.kind) ||
      (object.kind === 'Ingress' && ANNOTATIONS.some((name) => object.metadata.annotations?.[name] !== undefined)) ||
      // Its controller makes a canary Ingress.
      (object.kind === 'Rollout' && valueAt(object, [...ROUTING, 'nginx']) !== undefined),
  );
}

export function hasMirrors(loaded: LoadedScenario): boolean {
  return allObjects(loaded).some(({ kind, metadata: _metadata, ...object }) => {
    if (kind === 'Rollout') return listAt(object, ['spec', 'strategy', 'canary', 'steps']).some(has('setMirrorRoute'));
    if (kind === 'VirtualService') return listAt(object, ['spec', 'http']).some(has('mirror'));
    if (kind !== 'HTTPRoute') return false;
    return listAt(object, ['spec', 'rules']).some((rule) =>
      [rule, ...listAt(rule, ['backendRefs'])].some((one) => listAt(one, ['filters']).some(has('requestMirror'))),
    );
  });
}

/** Those of the input, and those that the timeline applies. */
export function allObjects({ objects, scenario }: LoadedScenario): readonly KubernetesObject[] {
  const applied = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  return [...objects, ...applied].map(({ object }) => object);
}

function listAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

const has =
  (field: string) =>
  (one: unknown): boolean =>
    valueAt(one, [field]) !== undefined;
