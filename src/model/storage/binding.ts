// Which volume a claim gets, and how the two are tied (component-helpers storage/volume/pv_helpers.go).
import { compileLabelSelector, type LabelSelector } from '../parse/label-selector.ts';
import { wholeUnits } from '../parse/quantity.ts';
import {
  type Claim,
  type PersistentVolume,
  StorageAnnotation,
  type StorageClass,
  WAIT_FOR_FIRST_CONSUMER,
} from './objects.ts';

/** The name of the claim's StorageClass, empty for none. */
export function classOfClaim({ metadata, spec }: Claim): string {
  return metadata.annotations?.[StorageAnnotation.BetaClass] ?? spec?.storageClassName ?? '';
}

export function classOfVolume({ metadata, spec }: PersistentVolume): string {
  return metadata.annotations?.[StorageAnnotation.BetaClass] ?? spec?.storageClassName ?? '';
}

/** Whether the scheduler chooses the claim's volume, once there is a pod. */
export function waitsForConsumer(storageClass: StorageClass | undefined): boolean {
  return storageClass?.volumeBindingMode === WAIT_FOR_FIRST_CONSUMER;
}

export function isFullyBound({ metadata, spec }: Claim): boolean {
  const { volumeName = '' } = spec ?? {};
  return volumeName !== '' && metadata.annotations?.[StorageAnnotation.BindCompleted] !== undefined;
}

/** Bound, or meant for the claim by who made the volume. */
export function isBoundTo({ spec }: PersistentVolume, claim: Claim): boolean {
  const ref = spec?.claimRef;
  if (ref === undefined || ref.name !== claim.metadata.name || ref.namespace !== claim.metadata.namespace) return false;
  return ref.uid === undefined || ref.uid === '' || ref.uid === claim.metadata.uid;
}

/** Bytes that the claim asks for. */
export function requestedBytes({ spec }: Claim): number {
  return storageBytes(spec?.resources?.requests);
}

export function capacityBytes({ spec }: PersistentVolume): number {
  return storageBytes(spec?.capacity);
}

function storageBytes(amounts: Readonly<Record<string, string>> | undefined): number {
  const text = amounts?.['storage'];
  return text === undefined ? 0 : wholeUnits(text);
}

/** Looks for a volume on behalf of the scheduler (a node is given) or of the binder. */
export interface Search {
  /** Whether the volume can be used on the node; undefined when no node matters. */
  readonly fitsNode?: ((volume: PersistentVolume) => boolean) | undefined;
  /** Names of volumes that other claims of the same pod have got. */
  readonly taken?: ReadonlySet<string>;
  /** The claim waits for the scheduler: without a node, only a volume that is meant for it will do. */
  readonly delayed: boolean;
}

/** The volume that is meant for the claim, else the smallest available one that satisfies it; the first of equals. */
export function matchingVolume(
  claim: Claim,
  volumes: Iterable<PersistentVolume>,
  { fitsNode, taken, delayed }: Search,
): PersistentVolume | undefined {
  const requested = requestedBytes(claim);
  const wantedClass = classOfClaim(claim);
  let selector: LabelSelector | undefined;
  if (claim.spec?.selector !== undefined) selector = compileLabelSelector(claim.spec.selector);
  let smallest: PersistentVolume | undefined;
  let smallestBytes = 0;
  for (const volume of volumes) {
    if (taken?.has(volume.metadata.name) === true) continue;
    const meant = isBoundTo(volume, claim);
    if (volume.spec?.claimRef !== undefined && !meant) continue;
    const bytes = capacityBytes(volume);
    if (bytes < requested) continue;
    if ((claim.spec?.volumeMode ?? 'Filesystem') !== (volume.spec?.volumeMode ?? 'Filesystem')) continue;
    if (volume.metadata.deletionTimestamp !== undefined) continue;
    // A volume that is meant for the claim but cannot be used on the node: the pod cannot run there.
    if (meant) return fitsNode === undefined || fitsNode(volume) ? volume : undefined;
    if (fitsNode === undefined && delayed) continue;
    if (volume.status?.phase !== 'Available') continue;
    if (selector !== undefined && !selector.matches(volume.metadata.labels ?? {})) continue;
    if (classOfVolume(volume) !== wantedClass) continue;
    if (smallest !== undefined && bytes >= smallestBytes) continue;
    if (!hasModes(volume, claim) || fitsNode?.(volume) === false) continue;
    smallest = volume;
    smallestBytes = bytes;
  }
  return smallest;
}

/** Whether the volume can be mounted in all the ways that the claim asks for. */
function hasModes(volume: PersistentVolume, { spec }: Claim): boolean {
  const modes = volume.spec?.accessModes ?? [];
  return (spec?.accessModes ?? []).every((mode) => modes.includes(mode));
}

/** The volume with a reference to the claim; the volume itself when it has one already. */
export function boundVolume(volume: PersistentVolume, claim: Claim): PersistentVolume {
  const { name, namespace = 'default', uid = '', resourceVersion } = claim.metadata;
  const ref = volume.spec?.claimRef;
  const complete = ref?.name === name && ref.namespace === namespace && (ref.uid ?? '') === uid;
  const marked = isBoundTo(volume, claim) || hasAnnotation(volume, StorageAnnotation.BoundByController);
  if (complete && marked) return volume;
  const claimRef = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name,
    namespace,
    uid,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  const bound = complete ? volume : { ...volume, spec: { ...volume.spec, claimRef } };
  return marked ? bound : annotated(bound, { [StorageAnnotation.BoundByController]: 'yes' });
}

export function hasAnnotation({ metadata }: PersistentVolume | Claim, name: string): boolean {
  return metadata.annotations?.[name] !== undefined;
}

export function annotated<T extends PersistentVolume | Claim>(object: T, annotations: Record<string, string>): T {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}
