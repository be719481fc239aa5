// What a controller has done and not seen yet: until its view shows it, the same object is not acted upon again.
import type { IdentityRow, ObjectRow } from '../../model/rows.ts';

/** After this long an expectation is given up: something was lost. */
const TIMEOUT_US = 5 * 60e6;

interface Expected {
  creations: number;
  /** Identities of pods. */
  readonly deletions: Set<IdentityRow>;
  readonly sinceUs: number;
}

/** Pods that an owner (its row) is expected to get and lose (behaviour B.0). */
export class Expectations {
  readonly #expected = new Map<ObjectRow, Expected>();

  expectCreations(owner: ObjectRow, count: number, nowUs: number): void {
    this.expect(owner, count, [], nowUs);
  }

  expectDeletions(owner: ObjectRow, identities: readonly IdentityRow[], nowUs: number): void {
    this.expect(owner, 0, identities, nowUs);
  }

  /** In place of what was expected before. */
  expect(owner: ObjectRow, creations: number, deletions: readonly IdentityRow[], nowUs: number): void {
    this.#expected.set(owner, { creations, deletions: new Set(deletions), sinceUs: nowUs });
  }

  /** A creation was seen, or will never be. */
  creationObserved(owner: ObjectRow, count = 1): void {
    const expected = this.#expected.get(owner);
    if (expected !== undefined) expected.creations -= count;
  }

  /** A deletion was seen, or will never be. */
  deletionObserved(owner: ObjectRow, identity: IdentityRow): void {
    this.#expected.get(owner)?.deletions.delete(identity);
  }

  satisfied(owner: ObjectRow, nowUs: number): boolean {
    const expected = this.#expected.get(owner);
    if (expected === undefined) return true;
    if (expected.creations <= 0 && expected.deletions.size === 0) return true;
    return nowUs - expected.sinceUs > TIMEOUT_US;
  }

  forget(owner: ObjectRow): void {
    this.#expected.delete(owner);
  }
}
