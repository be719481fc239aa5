// Hot dialect: client-go's event spam filter: a burst of 25 events per source, object and type, then one each five minutes; of each source the last 4,096 objects are remembered.
import { grown } from '../model/columns.ts';
import type { SubjectRow } from '../model/event-log.ts';

const BURST = 25;
const REFILL_US = 300e6;
/** Of one source (maxLruCacheEntries). */
const REMEMBERED = 4096;
const FIRST_SLOTS = 64;
/** Subjects and types fit below a row in a key. */
const KINDS = 16;

/** Buckets of tokens in slots, which are a list from the one used last to the one to be forgotten next, and a hash table by key. */
export class EventSpamFilter {
  /** How many sources share this filter: each brings room for its own. */
  readonly #sources: () => number;
  #tokens = new Float64Array(FIRST_SLOTS);
  #lastUs = new Float64Array(FIRST_SLOTS);
  #key = new Float64Array(FIRST_SLOTS);
  #newer = new Int32Array(FIRST_SLOTS);
  #older = new Int32Array(FIRST_SLOTS);
  /** Slot plus one by hash; 0 is free. */
  #table = new Int32Array(2 * FIRST_SLOTS);
  #used = 0;
  #newest = -1;
  #oldest = -1;

  constructor(sources: () => number = () => 1) {
    this.#sources = sources;
  }

  /** Takes a token of the object's bucket; false when there is none and the event is dropped. */
  admits(subject: number, row: SubjectRow, isWarning: boolean, nowUs: number): boolean {
    const slot = this.#slotOf(row * KINDS + 2 * subject + Number(isWarning));
    const tokens = Math.min(BURST, this.#tokens[slot] + (nowUs - this.#lastUs[slot]) / REFILL_US);
    this.#lastUs[slot] = nowUs;
    this.#tokens[slot] = tokens < 1 ? tokens : tokens - 1;
    return tokens >= 1;
  }

  /** The bucket of the key, the newest from now on. One that is not known is full. */
  #slotOf(key: number): number {
    let at = this.#find(key);
    if (this.#table[at] !== 0) {
      const known = this.#table[at] - 1;
      if (known !== this.#newest) {
        this.#unlink(known);
        this.#link(known);
      }
      return known;
    }
    let slot = this.#used;
    if (slot >= REMEMBERED * this.#sources()) {
      slot = this.#oldest;
      this.#unlink(slot);
      this.#forget(this.#find(this.#key[slot]));
      at = this.#find(key);
    } else {
      if (slot === this.#key.length) {
        this.#grow();
        at = this.#find(key);
      }
      this.#used += 1;
    }
    this.#key[slot] = key;
    this.#tokens[slot] = BURST;
    this.#lastUs[slot] = 0;
    this.#table[at] = slot + 1;
    this.#link(slot);
    return slot;
  }

  /** Where the key is in the table, or would be. */
  #find(key: number): number {
    const mask = this.#table.length - 1;
    let at = this.#home(key);
    while (this.#table[at] !== 0 && this.#key[this.#table[at] - 1] !== key) at = (at + 1) & mask;
    return at;
  }

  #home(key: number): number {
    return (Math.imul(key % 0x7fff_ffff, 0x9e37_79b1) >>> 7) & (this.#table.length - 1);
  }

  /** Empties a place of the table; those behind it that belong before it move up. */
  #forget(place: number): void {
    const mask = this.#table.length - 1;
    let free = place;
    for (let at = (free + 1) & mask; this.#table[at] !== 0; at = (at + 1) & mask) {
      const home = this.#home(this.#key[this.#table[at] - 1]);
      if (((at - home) & mask) < ((at - free) & mask)) continue;
      this.#table[free] = this.#table[at];
      free = at;
    }
    this.#table[free] = 0;
  }

  #link(slot: number): void {
    this.#older[slot] = this.#newest;
    this.#newer[slot] = -1;
    if (this.#newest >= 0) this.#newer[this.#newest] = slot;
    else this.#oldest = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const newer = this.#newer[slot];
    const older = this.#older[slot];
    if (newer >= 0) this.#older[newer] = older;
    else this.#newest = older;
    if (older >= 0) this.#newer[older] = newer;
    else this.#oldest = newer;
  }

  #grow(): void {
    const capacity = 2 * this.#key.length;
    this.#tokens = grown(this.#tokens, capacity);
    this.#lastUs = grown(this.#lastUs, capacity);
    this.#key = grown(this.#key, capacity);
    this.#newer = grown(this.#newer, capacity);
    this.#older = grown(this.#older, capacity);
    this.#table = new Int32Array(2 * capacity);
    for (let slot = 0; slot < this.#used; slot += 1) this.#table[this.#find(this.#key[slot])] = slot + 1;
  }
}
