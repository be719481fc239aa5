// DELETE of all objects of a kind in a namespace: one request, decided for each of them when it is committed.
import { apiVersionOfKind } from '../kinds.ts';
import type { RequestArena } from './arena.ts';
import type { Commit } from './commit-context.ts';
import { endObject } from './delete-object.ts';
import { endPod } from './delete-pod.ts';
import { callResource } from './resource-call.ts';
import type { PodRow } from '../../model/rows.ts';

export function deleteCollection(requests: RequestArena, kind: string, namespace: string): number {
  const about = { apiVersion: apiVersionOfKind(kind) ?? '', kind, metadata: { name: '', namespace } };
  return callResource(requests, {
    verb: 'deletecollection',
    about,
    subresource: '',
    commit(at) {
      if (kind === 'Pod') endPods(at, namespace);
      else endObjects(at, kind, namespace);
      return 0;
    },
  });
}

function endPods(at: Commit, namespace: string): void {
  const { pods, identities } = at.state;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 1 && identities.namespace(pods.identity[pod]) === namespace) endPod(at, pod, -1);
  }
}

function endObjects(at: Commit, kind: string, namespace: string): void {
  const { objects } = at.state;
  for (const row of objects.ofKind(kind)) {
    const object = objects.get(row);
    if (object !== undefined && objects.namespace[row] === namespace) endObject(at, row, object, 'Background');
  }
}
