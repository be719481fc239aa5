// Whether a write that etcd commits when its client has long had its answer comes too late: its transaction asks for the version that the API server had read.
import { Verb } from '../requests/arena.ts';
import type { ApiServer } from '../server.ts';

/**
 * `revision`: the newest one when the write was handed to etcd. Of statuses only: whoever writes a whole object says which version it has read, and a
 * pod is bound once.
 */
export function isOvertaken(
  { state: { pods, nodes }, requests: { verb, target } }: Pick<ApiServer, 'state' | 'requests'>,
  request: number,
  revision: number,
): boolean {
  if (verb[request] === Verb.PatchPodStatus) return pods.version[target[request]] > revision;
  return verb[request] === Verb.UpdateNodeStatus && nodes.version[target[request]] > revision;
}
