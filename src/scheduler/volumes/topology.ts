// Where volumes can be used and where storage classes make them, as predicates over a node's labels.
import type { TopologySelectorTerm } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../../model/interner.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import { wholeUnits } from '../../model/parse/quantity.ts';
import { requestedBytes } from '../../model/storage/binding.ts';
import type { Claim, CsiStorageCapacity, PersistentVolume, StorageClass } from '../../model/storage/objects.ts';
import { selectorMatches } from '../../model/parse/node-terms.ts';
import type { StorageObjects } from '../framework/listers/storage-objects.ts';

/** spec.nodeAffinity of the volume (component-helpers CheckNodeAffinity): the node's name does not count. */
export function usableOn({ spec }: PersistentVolume, labels: Labels): boolean {
  const required = spec?.nodeAffinity?.required;
  return required === undefined || selectorMatches(required.nodeSelectorTerms, '', labels);
}

/** allowedTopologies of a class: alternatives, of which an empty one matches nothing; none at all allow every node. */
export function isAllowed(terms: readonly TopologySelectorTerm[] | undefined, labels: Labels): boolean {
  if (terms === undefined || terms.length === 0) return true;
  return terms.some(
    ({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.length > 0 &&
      matchLabelExpressions.every(({ key, values }) => Object.hasOwn(labels, key) && values.includes(labels[key])),
  );
}

/** Bytes of the largest volume that the storage can hold; undefined when its driver does not say. */
export function volumeLimit({ capacity, maximumVolumeSize }: CsiStorageCapacity): number | undefined {
  const text = maximumVolumeSize ?? capacity;
  return text === undefined ? undefined : wholeUnits(text);
}

/** Whether the driver has room for the claim somewhere that the node reaches; drivers that publish no capacity always have. */
export function hasRoom(storage: StorageObjects, claim: Claim, storageClass: StorageClass, labels: Labels): boolean {
  if (claim.spec?.resources?.requests?.['storage'] === undefined) return true;
  if (storage.drivers.named(storageClass.provisioner ?? '')?.spec?.storageCapacity !== true) return true;
  const bytes = requestedBytes(claim);
  for (const one of storage.capacities.values()) {
    if (one.storageClassName !== storageClass.metadata.name || one.nodeTopology === undefined) continue;
    const limit = volumeLimit(one);
    if (limit !== undefined && limit >= bytes && compileLabelSelector(one.nodeTopology).matches(labels)) return true;
  }
  return false;
}
