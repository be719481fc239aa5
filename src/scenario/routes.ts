// Whether the input has objects that lead requests otherwise than to the Service that they name.
import type { LoadedScenario } from './scenario.ts';

const KINDS: ReadonlySet<string> = new Set(['HTTPRoute', 'VirtualService']);
const ANNOTATIONS = ['nginx.ingress.kubernetes.io/canary', 'nginx.ingress.kubernetes.io/affinity'];

/** From the start or by the timeline: only then are they watched. */
export function hasRoutes({ objects, scenario }: LoadedScenario): boolean {
  const applied = scenario.timeline.flatMap(({ action }) => (action.type === 'apply' ? action.objects : []));
  return [...objects, ...applied].some(
    ({ object: { kind, metadata } }) =>
      KINDS.has(kind) || (kind === 'Ingress' && ANNOTATIONS.some((name) => metadata.annotations?.[name] !== undefined)),
  );
}
