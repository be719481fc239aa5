// Hot dialect: which living pod has a name: an open hash table of identities by the two ints that their names are made of.
import type { PodIdentities } from './pod-identities.ts';
import type { IdentityRow } from '../rows.ts';

type NamedRows = Pick<PodIdentities, 'prefix' | 'suffix'>;

/** At most half full. Linear probing; what is removed leaves no gap behind. */
export class LivingNames {
  readonly #rows: NamedRows;
  /** Identities plus one, 0 for an empty slot. */
  #slots = new Int32Array(128);
  #count = 0;

  constructor(rows: NamedRows) {
    this.#rows = rows;
  }

  /** The identity that has the name, or -1. */
  find(prefix: number, suffix: number): IdentityRow {
    const mask = this.#slots.length - 1;
    for (let slot = hash(prefix, suffix) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const identity = (this.#slots[slot] - 1) as IdentityRow;
      if (this.#rows.prefix[identity] === prefix && this.#rows.suffix[identity] === suffix) return identity;
    }
    return -1;
  }

  add(identity: IdentityRow): void {
    if (2 * (this.#count + 1) > this.#slots.length) this.#grow();
    this.#count += 1;
    this.#enter(identity);
  }

  remove(identity: IdentityRow): void {
    const mask = this.#slots.length - 1;
    let hole = this.#home(identity);
    while (this.#slots[hole] !== identity + 1) {
      if (this.#slots[hole] === 0) return;
      hole = (hole + 1) & mask;
    }
    this.#count -= 1;
    // Whoever stands further from home than the hole moves into it.
    for (let slot = (hole + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#home((this.#slots[slot] - 1) as IdentityRow);
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#slots[hole] = this.#slots[slot];
      hole = slot;
    }
    this.#slots[hole] = 0;
  }

  #home(identity: IdentityRow): number {
    return hash(this.#rows.prefix[identity], this.#rows.suffix[identity]) & (this.#slots.length - 1);
  }

  #enter(identity: IdentityRow): void {
    const mask = this.#slots.length - 1;
    let slot = this.#home(identity);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = identity + 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += 1) if (old[slot] !== 0) this.#enter((old[slot] - 1) as IdentityRow);
  }
}

function hash(prefix: number, suffix: number): number {
  let h = Math.imul(prefix ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(suffix, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
