// The claims of a pod by name: those that its class names, and those that each pod has for itself.
import type { KubeObject } from '../../model/object-store.ts';
import type { Registry } from '../../model/registry.ts';
import { claimName, type PodClaim } from '../../model/storage/pod-volumes.ts';
import type { PodInfo } from '../framework/pod-info.ts';

const NONE: readonly PodClaim[] = [];

export function claimsOf({ podClass }: PodInfo): readonly PodClaim[] {
  return podClass.volumes?.claims ?? NONE;
}

/** The name of one of the pod's claims; only those that each pod has for itself need its name. */
export function nameOfClaim(state: Registry, { row }: PodInfo, claim: PodClaim): string {
  if (claim.template === undefined && claim.byOrdinal !== true) return claim.name;
  return claimName(claim, state.podName(row));
}

/** Whether a volume in the pod's spec names the claim; ephemeral ones do not count. */
export function namesClaim(state: Registry, pod: PodInfo, { metadata }: KubeObject): boolean {
  if (pod.podClass.namespace !== metadata.namespace) return false;
  return claimsOf(pod).some(
    (claim) => claim.template === undefined && nameOfClaim(state, pod, claim) === metadata.name,
  );
}

/** Whether the pod uses the claim, by its name or as its own. */
export function usesClaim(state: Registry, pod: PodInfo, { metadata }: KubeObject): boolean {
  if (pod.podClass.namespace !== metadata.namespace) return false;
  return claimsOf(pod).some((claim) => nameOfClaim(state, pod, claim) === metadata.name);
}
