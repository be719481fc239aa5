// The admission plugins that change a pod on its way in: priority and default tolerations.
import type { PodTemplateSpec, Toleration } from 'kubernetes-types/core/v1.js';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
/** DefaultTolerationSeconds: seconds that a pod stays bound to a node that is not ready or unreachable. */
const DEFAULT_TOLERATION_SECONDS = 300;
const SYSTEM_PRIORITY: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

function tolerates(tolerations: readonly Toleration[], key: string): boolean {
  return tolerations.some(
    (one) =>
      (one.key === key || one.key === undefined || one.key === '') &&
      (one.effect === undefined || one.effect === '' || one.effect === 'NoExecute'),
  );
}

/** The template as the API server stores its pods: DefaultTolerationSeconds and Priority (behaviour B.9, B.12). */
export function admitPodTemplate(
  template: PodTemplateSpec,
  priorityOf: (className: string) => number | undefined,
): PodTemplateSpec {
  const spec = template.spec;
  if (spec === undefined) return template;
  const tolerations = [...(spec.tolerations ?? [])];
  for (const key of [NOT_READY, UNREACHABLE]) {
    if (!tolerates(tolerations, key)) {
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: DEFAULT_TOLERATION_SECONDS });
    }
  }
  const name = spec.priorityClassName ?? '';
  const priority = spec.priority ?? SYSTEM_PRIORITY[name] ?? priorityOf(name) ?? 0;
  return { ...template, spec: { ...spec, tolerations, priority } };
}
