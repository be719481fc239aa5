// The claims that a StatefulSet makes for its pods, and to whom they belong by its retention policy.
import type { OwnerReference } from '../../model/object-store.ts';
import type { Claim } from '../../model/storage/objects.ts';
import { isInRange, retentionPolicy, type StatefulSet } from '../kit/stateful-set-objects.ts';

/** One for each claim template, named after it and the pod. */
export function claimsFor(set: StatefulSet, podName: string): Claim[] {
  const { namespace = 'default' } = set.metadata;
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata, spec }) => {
    const labels = { ...metadata?.labels, ...set.spec.selector.matchLabels };
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: `${metadata?.name ?? ''}-${podName}`,
        namespace,
        ...(Object.keys(labels).length === 0 ? {} : { labels }),
        ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      },
      ...(spec === undefined ? {} : { spec }),
    };
  });
}

export interface OwningPod {
  readonly ordinal: number;
  readonly name: string;
  readonly uid: string;
}

/** The claim belongs to an earlier pod of that name, and goes with it. */
export function isStaleClaim(set: StatefulSet, { metadata }: Claim, podName: string): boolean {
  if (retentionPolicy(set).whenScaled === 'Retain') return false;
  return (metadata.ownerReferences ?? []).some(({ kind, name }) => kind === 'Pod' && name === podName);
}

/**
 * The owners that the claim should have: the set when it goes with the set, the pod when the pod's ordinal is out of range and the claim
 * goes with it. Undefined where they are right already. A claim that somebody else controls is left to him.
 */
export function rightOwners(
  set: StatefulSet,
  { metadata: { ownerReferences = [] } }: Claim,
  pod: OwningPod,
): readonly OwnerReference[] | undefined {
  const setUid = set.metadata.uid ?? '';
  const isOurs = ({ uid }: OwnerReference): boolean => uid === setUid || uid === pod.uid;
  const others = ownerReferences.filter((one) => !isOurs(one));
  if (others.some(({ controller }) => controller === true)) {
    return others.length === ownerReferences.length ? undefined : others;
  }
  const { whenDeleted, whenScaled } = retentionPolicy(set);
  const condemned = !isInRange(set, pod.ordinal);
  const wanted: OwnerReference[] = [];
  if (whenScaled === 'Delete' && condemned) wanted.push(controllerReference('v1', 'Pod', pod.name, pod.uid));
  else if (whenDeleted === 'Delete') {
    wanted.push(controllerReference('apps/v1', 'StatefulSet', set.metadata.name, setUid));
  }
  const ours = ownerReferences.filter(isOurs);
  const right =
    ours.length === wanted.length && ours.every(({ uid, controller }) => controller === true && uid === wanted[0].uid);
  return right ? undefined : [...others, ...wanted];
}

function controllerReference(apiVersion: string, kind: string, name: string, uid: string): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
