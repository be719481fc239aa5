// The template of a DaemonSet's pods: with the tolerations and labels that the controller adds, without the nodes that are required of all.
import type { Affinity, PodSpec, PodTemplateSpec, Toleration } from 'kubernetes-types/core/v1.js';
import { REVISION_HASH_LABEL } from '../kit/controller-revisions.ts';

export const GENERATION_LABEL = 'pod-template-generation';

const NODE_PROBLEMS = ['not-ready', 'unreachable'].map((key) => toleration(key, 'NoExecute'));
const PRESSURES = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((key) =>
  toleration(key, 'NoSchedule'),
);
const NETWORK = toleration('network-unavailable', 'NoSchedule');

function toleration(key: string, effect: string): Toleration {
  return { key: `node.kubernetes.io/${key}`, operator: 'Exists', effect };
}

/** The tolerations of the template, and those that every daemon pod has. */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const all = [...tolerations];
  for (const added of [...NODE_PROBLEMS, ...PRESSURES, ...(hostNetwork === true ? [NETWORK] : [])]) {
    const same = all.findIndex((one) => isAlike(one, added));
    if (same < 0) all.push(added);
    else all[same] = added;
  }
  return all;
}

/** But for how long it is tolerated. */
function isAlike(a: Toleration, b: Toleration): boolean {
  return a.key === b.key && a.effect === b.effect && a.operator === b.operator && (a.value ?? '') === (b.value ?? '');
}

/** Of the pods of one revision. Which node a pod is for says its own pin, in place of the required node affinity. */
export function daemonPodTemplate(
  template: PodTemplateSpec,
  generation: string | undefined,
  hash: string,
): PodTemplateSpec {
  const { affinity, ...spec } = template.spec ?? { containers: [] };
  const remaining = withoutRequired(affinity);
  return {
    ...template,
    metadata: {
      ...template.metadata,
      labels: {
        ...template.metadata?.labels,
        ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
        [REVISION_HASH_LABEL]: hash,
      },
    },
    spec: {
      ...spec,
      ...(remaining === undefined ? {} : { affinity: remaining }),
      tolerations: daemonTolerations(spec),
    },
  };
}

function withoutRequired(affinity: Affinity | undefined): Affinity | undefined {
  if (affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution === undefined) return affinity;
  const { requiredDuringSchedulingIgnoredDuringExecution: _replaced, ...nodeAffinity } = affinity.nodeAffinity;
  return { ...affinity, nodeAffinity };
}
