// What a kubelet makes of the manifest of a static pod, and what such a manifest may not do (kubelet's config package).
import type { Container, PodSpec, PodTemplateSpec, Volume } from 'kubernetes-types/core/v1.js';

export const MIRROR = 'kubernetes.io/config.mirror';
export const CONFIG_SOURCE = 'kubernetes.io/config.source';
export const CONFIG_HASH = 'kubernetes.io/config.hash';

/** The values of hash and mirror differ from node to node, and are filled in where the pod is read. */
export function staticTemplate({ metadata, spec }: PodTemplateSpec): PodTemplateSpec {
  const { annotations, ...others } = metadata ?? {};
  const { nodeName: _, tolerations = [], ...rest } = spec ?? { containers: [] };
  const stays = tolerations.some(
    ({ key, operator, effect }) => !key && operator === 'Exists' && effect === 'NoExecute',
  );
  return {
    metadata: { ...others, annotations: { ...annotations, [CONFIG_HASH]: '', [MIRROR]: '', [CONFIG_SOURCE]: 'file' } },
    spec: { ...rest, tolerations: stays ? tolerations : [...tolerations, { operator: 'Exists', effect: 'NoExecute' }] },
  };
}

/** The first kind of object of the API server, in the plural, that the pod refers to: a kubelet takes no such manifest. */
export function referenceInStaticPod(spec: PodSpec): string | undefined {
  const containers: Container[] = [...spec.containers, ...(spec.initContainers ?? [])];
  const volumes = spec.volumes ?? [];
  if ((spec.serviceAccountName ?? '') !== '') return 'serviceaccounts';
  if (
    (spec.imagePullSecrets ?? []).length > 0 ||
    volumes.some((volume) => sourcesOf(volume).some(({ secret }) => secret !== undefined)) ||
    containers.some(
      ({ env = [], envFrom = [] }) =>
        env.some(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined) ||
        envFrom.some(({ secretRef }) => secretRef !== undefined),
    )
  )
    return 'secrets';
  if (
    volumes.some((volume) => sourcesOf(volume).some(({ configMap }) => configMap !== undefined)) ||
    containers.some(
      ({ env = [], envFrom = [] }) =>
        env.some(({ valueFrom }) => valueFrom?.configMapKeyRef !== undefined) ||
        envFrom.some(({ configMapRef }) => configMapRef !== undefined),
    )
  )
    return 'configmaps';
  if ('resourceClaims' in spec) return 'resourceclaims';
  for (const volume of volumes) {
    if (volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined) return 'persistentvolumeclaims';
    if (volume.csi !== undefined) return 'csidrivers';
    for (const source of volume.projected?.sources ?? []) {
      if (source.serviceAccountToken !== undefined) return 'serviceaccounts';
      if ('clusterTrustBundle' in source) return 'clustertrustbundles';
    }
  }
  return undefined;
}

type Source = { readonly secret?: unknown; readonly configMap?: unknown };

/** A volume, or the parts of a projected one. */
function sourcesOf(volume: Volume): readonly Source[] {
  return [volume, ...(volume.projected?.sources ?? [])];
}
