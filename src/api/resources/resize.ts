// The resize subresource of pods: CPU and memory of containers that are there.
import type { KubeObject } from '../../model/object-store.ts';
import type { DecodedObject } from '../../model/objects/decode.ts';
import { resizedPod, resizeErrors } from '../../model/objects/update/pod-resize.ts';
import type { Pod } from '../../model/objects/types.ts';
import { qosClass } from '../../model/resources.ts';
import type { Commit } from '../requests/commit-context.ts';
import { decode, forbid, type Kept, refuse, same } from './decide.ts';
import { notFound } from './status.ts';

/** What `change` makes of the pod as it is now, as far as it is about resources. What the node makes of it is its kubelet's. */
export function decideResize(
  at: Commit,
  { resource, rows }: Kept,
  row: number,
  change: (current: KubeObject) => KubeObject,
  dryRun = false,
): KubeObject {
  const current = rows.get(row);
  if (current === undefined) throw notFound(resource, '');
  const { name, namespace = 'default' } = current.metadata;
  const old = current as unknown as Pod;
  const next = resizedPod(old, decode(resource, change(current)) as unknown as Pod);
  refuse(resource, name, resizeErrors(next, old, qosClass(old.spec), qosClass(next.spec)));
  const problem =
    at.limitRanger.podProblem(namespace, next.spec) ?? at.quotas.chargeResize(namespace, next.spec, old.spec);
  if (problem !== undefined) throw forbid(resource, name, problem);
  const resized = next as unknown as KubeObject;
  if (dryRun) return resized;
  if (!same(next as unknown as DecodedObject, old as unknown as DecodedObject)) rows.replace(at, row, resized, false);
  return rows.get(row) ?? resized;
}
