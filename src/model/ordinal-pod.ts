// What a pod of a StatefulSet has of its own beside its class: labels, host name and claims, which follow from its name.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import type { PodClass } from './pod-class.ts';

export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
export const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** Those that its class does not have. */
export function ownLabelsOfOrdinal({ claimTemplates }: PodClass, podName: string): Record<string, string> {
  return claimTemplates === undefined ? {} : ordinalLabels(podName);
}

/** Of a pod `name-3`. */
export function ordinalLabels(podName: string): Record<string, string> {
  const index = podName.slice(podName.lastIndexOf('-') + 1);
  return { [POD_NAME_LABEL]: podName, [INDEX_LABEL]: index };
}

export function specOfOrdinal({ spec, claimTemplates }: PodClass, podName: string): PodSpec {
  if (claimTemplates === undefined) return spec;
  const volumes = (spec.volumes ?? []).map((volume) =>
    claimTemplates.includes(volume.name)
      ? { ...volume, persistentVolumeClaim: { claimName: `${volume.name}-${podName}` } }
      : volume,
  );
  return { ...spec, hostname: podName, ...(volumes.length === 0 ? {} : { volumes }) };
}
