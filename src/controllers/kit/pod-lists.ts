// Hot dialect: pods by a key (their owner, node or class) as linked lists in the order of arrival.
import { grown, nextCapacity } from '../../model/columns.ts';
import type { PodRow } from '../../model/rows.ts';

/** `Key` is the kind of row by which they are listed. */
export class PodLists<Key extends number> {
  #first = new Int32Array(0);
  #last = new Int32Array(0);
  #size = new Int32Array(0);
  /** By pod row; the key is stored plus one, so that 0 is none. */
  #key = new Int32Array(0);
  #next = new Int32Array(0);
  #previous = new Int32Array(0);

  /** The first pod of a key, or -1. */
  first(key: Key): PodRow {
    return key < this.#first.length ? ((this.#first[key] - 1) as PodRow) : -1;
  }

  /** The pod after that one in its list, or -1. */
  next(pod: PodRow): PodRow {
    return (this.#next[pod] - 1) as PodRow;
  }

  size(key: Key): number {
    return key < this.#size.length ? this.#size[key] : 0;
  }

  /** Puts a pod at the end of a key's list, out of the list that it was in; -1 is no list. */
  move(pod: PodRow, key: Key): void {
    if (pod >= this.#key.length) this.#growPods(pod);
    const old = this.#key[pod] - 1;
    if (old === key) return;
    if (old >= 0) this.#unlink(pod, old);
    this.#key[pod] = key + 1;
    if (key < 0) return;
    if (key >= this.#first.length) this.#growKeys(key);
    const last = this.#last[key];
    this.#previous[pod] = last;
    this.#next[pod] = 0;
    if (last === 0) this.#first[key] = pod + 1;
    else this.#next[last - 1] = pod + 1;
    this.#last[key] = pod + 1;
    this.#size[key] += 1;
  }

  #unlink(pod: PodRow, key: number): void {
    const previous = this.#previous[pod];
    const next = this.#next[pod];
    if (previous === 0) this.#first[key] = next;
    else this.#next[previous - 1] = next;
    if (next === 0) this.#last[key] = previous;
    else this.#previous[next - 1] = previous;
    this.#size[key] -= 1;
  }

  #growPods(pod: PodRow): void {
    let capacity = this.#key.length;
    while (capacity <= pod) capacity = nextCapacity(capacity);
    this.#key = grown(this.#key, capacity);
    this.#next = grown(this.#next, capacity);
    this.#previous = grown(this.#previous, capacity);
  }

  #growKeys(key: number): void {
    let capacity = this.#first.length;
    while (capacity <= key) capacity = nextCapacity(capacity);
    this.#first = grown(this.#first, capacity);
    this.#last = grown(this.#last, capacity);
    this.#size = grown(this.#size, capacity);
  }
}
