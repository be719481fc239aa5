// A pod that was found in a cluster, as the simulation knows pods: a class that it shares with others of its template, and what is its own.
import type { Affinity, Pod, PodSpec, PodStatus, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { OwnLabels } from '../controllers/settings.ts';
import { COMPLETION_INDEX, type JobPod } from '../model/job-pod.ts';
import type { KubeObject } from '../model/object-store.ts';
import { INDEX_LABEL, ordinalLabels, POD_NAME_LABEL } from '../model/ordinal-pod.ts';
import { PodBit, PodPhase } from '../model/pods.ts';
import type { ScenarioObject } from '../scenario/scenario.ts';

/** The volume with the token that the API server puts into each pod, under another name each time. */
const TOKEN_VOLUME = /^kube-api-access-/;
const OWN_LABELS = new Set([COMPLETION_INDEX, INDEX_LABEL, POD_NAME_LABEL]);

interface SetSpec {
  readonly template?: PodTemplateSpec;
  readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
}

/** Names of the claim templates of a StatefulSet; undefined for all other owners. */
export function claimTemplatesOf(owner: KubeObject | undefined): readonly string[] | undefined {
  if (owner?.kind !== 'StatefulSet') return undefined;
  return ((owner.spec as SetSpec).volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '');
}

/**
 * What the pod was made from, without what it alone has; of its own labels it keeps those by which something tells pods apart (`asked`), as those have
 * that come later. `uids`: those that its Job had, and has now.
 */
export function podTemplateOf(
  { object }: ScenarioObject,
  owner: KubeObject | undefined,
  uids: ReadonlyMap<string, string>,
  asked: Pick<OwnLabels, 'ordinals' | 'indexes'>,
): PodTemplateSpec {
  const { metadata = {}, spec = { containers: [] } } = object as Pod;
  const shared = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) =>
    owner !== undefined && OWN_LABELS.has(key) ? [] : [[key, uids.get(value) ?? value] as const],
  );
  const labels = [...shared, ...Object.entries(askedLabelsOf(object as Pod, owner, asked))];
  // Of what others have noted in it, such as its address, nothing is read.
  const noted = owner === undefined ? undefined : ((owner.spec as SetSpec).template?.metadata?.annotations ?? {});
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => noted?.[key] !== undefined || noted === undefined,
  );
  return {
    metadata: {
      labels: Object.fromEntries(labels),
      ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
    },
    spec: specOf(spec, metadata.name ?? '', owner),
  };
}

/** They follow from its name or index, whether or not the dump has them: Kubernetes before 1.32 wrote fewer. */
function askedLabelsOf(
  { metadata = {} }: Pod,
  owner: KubeObject | undefined,
  { ordinals, indexes }: Pick<OwnLabels, 'ordinals' | 'indexes'>,
): Record<string, string> {
  if (owner?.kind === 'StatefulSet' && ordinals) return ordinalLabels(metadata.name ?? '');
  const index = metadata.annotations?.[COMPLETION_INDEX] ?? metadata.labels?.[COMPLETION_INDEX];
  return owner?.kind === 'Job' && indexes && index !== undefined ? { [COMPLETION_INDEX]: index } : {};
}

function specOf(spec: PodSpec, podName: string, owner: KubeObject | undefined): PodSpec {
  const { nodeName: _node, ephemeralContainers: _debug, ...kept } = spec;
  const made: PodSpec = {
    ...kept,
    containers: spec.containers.map(withoutToken),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withoutToken) }),
  };
  const volumes = (spec.volumes ?? []).filter(({ name }) => !TOKEN_VOLUME.test(name));
  if (volumes.length > 0) made.volumes = volumes;
  else delete made.volumes;
  const claims = claimTemplatesOf(owner);
  if (claims !== undefined) {
    delete made.hostname;
    if (made.volumes !== undefined) {
      made.volumes = made.volumes.map((volume) =>
        claims.includes(volume.name) && volume.persistentVolumeClaim?.claimName === `${volume.name}-${podName}`
          ? { ...volume, persistentVolumeClaim: { ...volume.persistentVolumeClaim, claimName: volume.name } }
          : volume,
      );
    }
  }
  if (owner?.kind === 'DaemonSet') {
    const affinity = withoutPin(spec.affinity);
    if (affinity === undefined) delete made.affinity;
    else made.affinity = affinity;
  }
  return made;
}

function withoutToken<T extends PodSpec['containers'][number]>(container: T): T {
  const { volumeMounts, ...others } = container;
  const kept = (volumeMounts ?? []).filter(({ name }) => !TOKEN_VOLUME.test(name));
  return { ...others, ...(kept.length === 0 ? {} : { volumeMounts: kept }) } as T;
}

function withoutPin(affinity: Affinity | undefined): Affinity | undefined {
  if (affinity?.nodeAffinity === undefined) return affinity;
  const { requiredDuringSchedulingIgnoredDuringExecution: _pin, ...nodeAffinity } = affinity.nodeAffinity;
  const { nodeAffinity: _replaced, ...others } = affinity;
  const all = Object.keys(nodeAffinity).length === 0 ? others : { ...others, nodeAffinity };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** The node that a DaemonSet made the pod for. */
export function pinOf({ object }: ScenarioObject, owner: KubeObject | undefined): string | undefined {
  if (owner?.kind !== 'DaemonSet') return undefined;
  const { spec } = object as Pod;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields = [] }) => matchFields.flatMap(({ values = [] }) => values))[0] ?? spec?.nodeName;
}

/** The index on which a pod of a Job works. */
export function jobPodOf({ object }: ScenarioObject): JobPod {
  const { metadata = {} } = object as Pod;
  const index = Number(metadata.annotations?.[COMPLETION_INDEX] ?? metadata.labels?.[COMPLETION_INDEX] ?? -1);
  return { index: Number.isSafeInteger(index) ? index : -1 };
}

/** The status of a pod whose kubelet is silent, as it was last written. */
export function foundBits({ phase, conditions = [], podIP }: PodStatus): number {
  const is = (type: string): boolean => conditions.some((one) => one.type === type && one.status === 'True');
  return (
    (phase === 'Running' ? PodPhase.Running : PodPhase.Pending) |
    (podIP === undefined ? 0 : PodBit.HasIp) |
    (is('Initialized') || phase === 'Running' ? PodBit.Initialized : 0) |
    (is('ContainersReady') ? PodBit.ContainersReady : 0) |
    (is('Ready') ? PodBit.Ready : 0)
  );
}
