// Keys of the garbage collector's queue: objects and pods in one int, distinguished by the sign.
import type { ObjectRow, PodRow } from '../../model/rows.ts';

declare const key: unique symbol;

/** An object's row, or -1 - pod. Nobody but this file knows. */
export type GarbageKey = number & { readonly [key]: 'garbage' };

export function keyOfObject(row: ObjectRow): GarbageKey {
  return row as number as GarbageKey;
}

export function keyOfPod(pod: PodRow): GarbageKey {
  return (-1 - pod) as GarbageKey;
}

/** The pod of a key, -1 when it is an object's. */
export function podOfKey(item: GarbageKey): PodRow {
  return item < 0 ? ((-1 - item) as PodRow) : -1;
}

/** The object of a key, -1 when it is a pod's. */
export function objectOfKey(item: GarbageKey): ObjectRow {
  return item < 0 ? -1 : (item as number as ObjectRow);
}
