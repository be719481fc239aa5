// Finalizers that somebody in the simulation takes away; an object with another one is deleted as if it had none.

export const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection';
export const VOLUME_PROTECTION = 'kubernetes.io/pv-protection';
/** An object that is being deleted waits for the garbage collector: to delete its dependents first, or to let go of them. */
export const FOREGROUND_DELETION = 'foregroundDeletion';
export const ORPHAN_DEPENDENTS = 'orphan';
/** Followed by the driver's name. */
export const ATTACHER = 'external-attacher/';

/** In the spec of a namespace: it waits until it is empty. */
export const NAMESPACE_CONTENT = 'kubernetes';

interface Finalized {
  readonly metadata: { readonly finalizers?: readonly string[] };
}

/** What else says that an object stays: `spec.finalizers` of a namespace. */
interface Emptied {
  readonly kind?: string;
  readonly spec?: { readonly finalizers?: readonly string[] };
}

/** Whether the object stays, with a deletionTimestamp, until its finalizers are gone. */
export function isHeld({ kind, metadata, spec }: Finalized & Emptied): boolean {
  if (kind === 'Namespace' && spec?.finalizers?.includes(NAMESPACE_CONTENT) === true) return true;
  return (metadata.finalizers ?? []).some(
    (one) =>
      one === CLAIM_PROTECTION ||
      one === VOLUME_PROTECTION ||
      one.startsWith(ATTACHER) ||
      one === FOREGROUND_DELETION ||
      one === ORPHAN_DEPENDENTS,
  );
}

/** The object without a finalizer. */
export function released<T extends Finalized>(object: T, finalizer: string): T {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** The object with a finalizer. */
export function held<T extends Finalized>(object: T, finalizer: string): T {
  const { finalizers = [] } = object.metadata;
  if (finalizers.includes(finalizer)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
}
