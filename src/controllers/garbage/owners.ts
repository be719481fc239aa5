// What has become of the owner that a reference names, as the API server has it.
import type { ApiClient } from '../../api/client.ts';
import type { OwnerReference } from '../../model/object-store.ts';
import type { Registry } from '../../model/registry.ts';
import { FOREGROUND_DELETION } from '../../model/storage/protection.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** `waits`: it is being deleted in the foreground, so its dependents go first. */
export type OwnerState = 'solid' | 'absent' | 'waits';

export class Owners {
  readonly #client: ApiClient;
  readonly #registry: Registry;
  /** UIDs of owners that are gone. */
  readonly #gone = new Set<string>();

  constructor(client: ApiClient, registry: Registry) {
    this.#client = client;
    this.#registry = registry;
  }

  isKnownGone(uid: string): boolean {
    return this.#gone.has(uid);
  }

  noteGone(uid: string): void {
    this.#gone.add(uid);
  }

  /** The answer to a GET of the owner. */
  look(owner: OwnerReference, namespace: string): OwnerState {
    const { kind, name, uid } = owner;
    if (this.#gone.has(uid)) return 'absent';
    if (kind === 'Pod') return this.#registry.identities.find(namespace, name) >= 0 ? 'solid' : this.#absent(uid);
    if (kind === 'Node') return this.#registry.findNode(name) >= 0 ? 'solid' : this.#absent(uid);
    return this.stateOf(this.#row(owner, namespace), uid);
  }

  /**
   * References with the UIDs that the owners have here: one that no object of this run has had came with a manifest, from another
   * cluster, and means the object of that name.
   */
  resolved(owners: readonly OwnerReference[], namespace: string): readonly OwnerReference[] {
    if (owners.every((owner) => this.uidOf(owner, namespace) === owner.uid)) return owners;
    return owners.map((owner) => ({ ...owner, uid: this.uidOf(owner, namespace) }));
  }

  uidOf(owner: OwnerReference, namespace: string): string {
    if (this.#gone.has(owner.uid)) return owner.uid;
    const row = this.#row(owner, namespace);
    return row < 0 ? owner.uid : this.#registry.objectUid(row);
  }

  #row({ kind, name }: OwnerReference, namespace: string): ObjectRow {
    const { objects } = this.#registry;
    const inNamespace = objects.find(kind, namespace, name);
    return inNamespace >= 0 ? inNamespace : objects.find(kind, undefined, name);
  }

  /** The same of an owner whose row is known. */
  stateOf(row: ObjectRow, uid: string): OwnerState {
    const object = this.#client.answered(row);
    if (object === undefined) return this.#absent(uid);
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND_DELETION) ? 'waits' : 'solid';
  }

  #absent(uid: string): OwnerState {
    this.#gone.add(uid);
    return 'absent';
  }
}
