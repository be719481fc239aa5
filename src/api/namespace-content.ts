// What a list of everything in a namespace has.
import { isTerminal } from '../model/pods.ts';
import type { ClusterState } from '../model/state.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';

export interface NamespaceContent {
  readonly pods: number;
  /** The longest time that one of its pods may take to end. */
  readonly graceSeconds: number;
  /** Kinds of its stored objects. */
  readonly kinds: ReadonlySet<string>;
}

export function namespaceContent({ pods, identities, objects }: ClusterState, namespace: string): NamespaceContent {
  let count = 0;
  let graceSeconds = 0;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 0 || identities.namespace(pods.identity[pod]) !== namespace) continue;
    count += 1;
    if (!isTerminal(pods.state[pod])) graceSeconds = Math.max(graceSeconds, pods.graceUs[pod] / 1e6);
  }
  const kinds = new Set<string>();
  for (let row = 0 as ObjectRow; row < objects.length; row = (row + 1) as ObjectRow) {
    if (objects.namespace[row] === namespace && objects.get(row) !== undefined) kinds.add(objects.kind[row]);
  }
  return { pods: count, graceSeconds, kinds };
}
