// The claims of a pod by name: those that its class names, and those that each pod has for itself.
import type { KubeObject } from '../../model/object-store.ts';
import type { Registry } from '../../model/registry.ts';
import { claimName, type PodClaim } from '../../model/storage/pod-volumes.ts';
import type { PodInfo } from '../framework/pod-info.ts';

const NONE: readonly PodClaim[] = [];

export function claimsOf({ podClass }: PodInfo): readonly PodClaim[] {
  return podClass.volumes?.claims ?? NONE;
}

/** The name of one of the pod's claims. */
export function nameOfClaim(state: Registry, { row }: PodInfo, claim: PodClaim): string {
  if (claim.template === undefined) return claim.name;
  return claimName(claim, state.podName(row));
}

/** Whether a volume in the pod's spec names the claim; claims of the pod's own do not count. */
export function namesClaim({ podClass }: PodInfo, { metadata }: KubeObject): boolean {
  if (podClass.namespace !== metadata.namespace) return false;
  return (podClass.volumes?.claims ?? NONE).some(
    ({ name, template }) => template === undefined && name === metadata.name,
  );
}

/** Whether the pod uses the claim, by its name or as its own. */
export function usesClaim(state: Registry, pod: PodInfo, { metadata }: KubeObject): boolean {
  if (pod.podClass.namespace !== metadata.namespace) return false;
  return claimsOf(pod).some((claim) => nameOfClaim(state, pod, claim) === metadata.name);
}
