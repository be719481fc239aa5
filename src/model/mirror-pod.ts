// Mirror pods: how the API server knows of static pods, which kubelets run from manifests on their node.
import type { OwnerReference } from 'kubernetes-types/meta/v1.js';
import type { Labels } from './interner.ts';
import { fnv1a, uuid } from './names.ts';
import { CONFIG_HASH, MIRROR } from './objects/static-pod.ts';
import type { PodClass } from './pod-class.ts';
import type { NodeRow, ObjectRow, PodRow } from './rows.ts';
import type { ClusterState } from './state.ts';

/** The owner of a mirror pod in the table of pods: no object of the store, but the node that it is on. */
export const NODE_OWNER = -2 as number as ObjectRow;
/** The priority from which on a pod is critical (system-cluster-critical). */
const CRITICAL_PRIORITY = 2_000_000_000;

const HASHES = fnv1a('static pod');

export function isMirror({ annotations }: Pick<PodClass, 'annotations'>): boolean {
  return annotations[MIRROR] !== undefined;
}

/** A kubelet neither evicts nor preempts it, and makes room for it. */
export function isCritical(podClass: Pick<PodClass, 'annotations' | 'priority'>): boolean {
  return podClass.priority >= CRITICAL_PRIORITY || isMirror(podClass);
}

/** The hash of its manifest and its node, by which a kubelet knows its mirror. */
export function mirrorAnnotations(podClass: PodClass, node: NodeRow): Labels {
  if (!isMirror(podClass)) return {};
  const hash = uuid(HASHES, podClass.id, node).replaceAll('-', '');
  return { [CONFIG_HASH]: hash, [MIRROR]: hash };
}

export function nodeReference(state: ClusterState, pod: PodRow): OwnerReference {
  const node = state.pods.node[pod];
  return { apiVersion: 'v1', kind: 'Node', name: state.nodeName(node), uid: state.nodeUid(node), controller: true };
}
