// Keys of a provisioner's queue: claims that want a volume and volumes that are to be deleted, in one int.
import type { ObjectRow } from '../../model/rows.ts';

declare const key: unique symbol;

/** The row of a claim, or -1 - the row of a volume. Nobody but this file knows. */
export type ProvisionerKey = number & { readonly [key]: 'provisioner' };

export function toMake(claim: ObjectRow): ProvisionerKey {
  return claim as number as ProvisionerKey;
}

export function toDelete(volume: ObjectRow): ProvisionerKey {
  return (-1 - volume) as ProvisionerKey;
}

export function isVolume(item: ProvisionerKey): boolean {
  return item < 0;
}

/** The row of the claim, or of the volume. */
export function rowOf(item: ProvisionerKey): ObjectRow {
  const row: number = item < 0 ? -1 - item : item;
  return row as ObjectRow;
}
