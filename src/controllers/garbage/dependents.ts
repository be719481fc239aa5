// Which objects depend on which: by the UIDs of their owner references, as the garbage collector's watches have them.
import type { OwnerReference } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';

export const NONE: readonly OwnerReference[] = [];
const NOBODY: ReadonlySet<ObjectRow> = new Set();

export class Dependents {
  /** By row of the dependent. */
  readonly #references = new Map<ObjectRow, readonly OwnerReference[]>();
  /** By UID of the owner: rows of its dependents. */
  readonly #dependents = new Map<string, Set<ObjectRow>>();

  /** References that have a Pod as owner: who has none need not look when a pod goes. */
  ofPods = 0;

  /** The object's references as they are now; none once it is gone. */
  set(row: ObjectRow, after: readonly OwnerReference[]): void {
    const before = this.ownersOf(row);
    if (before === after) return;
    for (const { uid, kind } of before) {
      if (kind === 'Pod') this.ofPods -= 1;
      const dependents = this.#dependents.get(uid);
      dependents?.delete(row);
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
    if (after.length === 0) this.#references.delete(row);
    else this.#references.set(row, after);
    for (const { uid, kind } of after) {
      if (kind === 'Pod') this.ofPods += 1;
      const dependents = this.#dependents.get(uid);
      if (dependents === undefined) this.#dependents.set(uid, new Set([row]));
      else dependents.add(row);
    }
  }

  ownersOf(row: ObjectRow): readonly OwnerReference[] {
    return this.#references.get(row) ?? NONE;
  }

  /** Rows of the dependents of an owner, in the order of their arrival. */
  of(uid: string): ReadonlySet<ObjectRow> {
    return this.#dependents.get(uid) ?? NOBODY;
  }

  /** Rows of the dependents that hold up the foreground deletion of an owner. */
  blocking(uid: string): ObjectRow[] {
    return [...this.of(uid)].filter((row) =>
      this.ownersOf(row).some((one) => one.uid === uid && one.blockOwnerDeletion === true),
    );
  }
}
