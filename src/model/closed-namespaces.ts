// Namespaces into which nothing new comes (NamespaceLifecycle): those that are being deleted, and those that are gone.
import type { KubeObject } from './object-store.ts';

export class ClosedNamespaces {
  readonly #why = new Map<string, 'terminating' | 'gone'>();

  get size(): number {
    return this.#why.size;
  }

  /** Undefined for one that is open. */
  why(namespace: string): 'terminating' | 'gone' | undefined {
    return this.#why.get(namespace);
  }

  open(namespace: string): void {
    this.#why.delete(namespace);
  }

  /** An object was written; `removed` says that it is no more. */
  follow({ kind, metadata }: KubeObject, removed = false): void {
    if (kind !== 'Namespace') return;
    if (removed) this.#why.set(metadata.name, 'gone');
    else if (metadata.deletionTimestamp === undefined) this.#why.delete(metadata.name);
    else this.#why.set(metadata.name, 'terminating');
  }
}
