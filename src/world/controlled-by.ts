// What an object controls, as the API server has it.
import type { KubeObject } from '../model/object-store.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

export function controlledBy<T extends KubeObject>({ objects }: ClusterState, kind: T['kind'], owner: ObjectRow): T[] {
  return [...objects.ofKind(kind)].flatMap((row) => {
    const one = objects.get(row);
    return one === undefined || objects.owner[row] !== owner ? [] : [one as T];
  });
}
