// Which volume a claim gets, and how the two are tied (component-helpers storage/volume/pv_helpers.go).
import { compileLabelSelector } from '../parse/label-selector.ts';
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

/** Each object's amount is parsed once. */
const parsed = new WeakMap<object, number>();

function storageBytes(amounts: Readonly<Record<string, string>> | undefined): number {
  const text = amounts?.['storage'];
  if (amounts === undefined || text === undefined) return 0;
  let bytes = parsed.get(amounts);
  if (bytes === undefined) {
    bytes = wholeUnits(text);
    parsed.set(amounts, bytes);
  }
  return bytes;
}

/** Whether the volume is meant for the claim and large enough for it. */
export function isMeantFor(volume: PersistentVolume, claim: Claim): boolean {
  return isBoundTo(volume, claim) && canHold(volume, claim);
}

/** What an available volume must be to be given to the claim, wherever it can be used. */
export function suits(claim: Claim): (volume: PersistentVolume) => boolean {
  const wantedClass = classOfClaim(claim);
  const selector = claim.spec?.selector === undefined ? undefined : compileLabelSelector(claim.spec.selector);
  const wanted = claim.spec?.accessModes ?? [];
  return (volume) =>
    volume.spec?.claimRef === undefined &&
    volume.status?.phase === 'Available' &&
    canHold(volume, claim) &&
    classOfVolume(volume) === wantedClass &&
    (selector === undefined || selector.matches(volume.metadata.labels ?? {})) &&
    wanted.every((mode) => volume.spec?.accessModes?.includes(mode) === true);
}

function canHold(volume: PersistentVolume, claim: Claim): boolean {
  if (capacityBytes(volume) < requestedBytes(claim) || volume.metadata.deletionTimestamp !== undefined) return false;
  return (claim.spec?.volumeMode ?? 'Filesystem') === (volume.spec?.volumeMode ?? 'Filesystem');
}

/**
 * The volume that is meant for the claim, else the smallest available one that suits it, the first of equals. A claim that waits for
 * the scheduler (`delayed`) gets no other than one that is meant for it.
 */
export function matchingVolume(
  claim: Claim,
  volumes: readonly PersistentVolume[],
  delayed: boolean,
): PersistentVolume | undefined {
  const meant = volumes.find((volume) => isMeantFor(volume, claim));
  if (meant !== undefined || delayed) return meant;
  let smallest: PersistentVolume | undefined;
  const isSuitable = suits(claim);
  for (const volume of volumes) {
    if (smallest !== undefined && capacityBytes(volume) >= capacityBytes(smallest)) continue;
    if (isSuitable(volume)) smallest = volume;
  }
  return smallest;
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
