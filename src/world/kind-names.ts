// Kinds as kubectl's messages name them: `statefulsets.apps`, `StatefulSet.apps`.
import { qualified, qualifiedKind, resourceOf } from '../api/kinds.ts';
import type { ClusterState } from '../model/state.ts';

export function resourceName({ objects }: ClusterState, apiVersion: string, kind: string): string {
  const resource = resourceOf(objects, apiVersion, kind);
  return resource === undefined ? kind : qualified(resource);
}

export function kindName({ objects }: ClusterState, apiVersion: string, kind: string): string {
  const resource = resourceOf(objects, apiVersion, kind);
  return resource === undefined ? kind : qualifiedKind(resource);
}
