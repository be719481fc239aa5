// Items by a key, those of equal keys in the order in which they came, as HAProxy's trees have them.

export class SortedTree<Item> {
  readonly #keys: number[] = [];
  readonly #items: Item[] = [];

  add(key: number, item: Item): void {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle] <= key) low = middle + 1;
      else high = middle;
    }
    this.#keys.splice(low, 0, key);
    this.#items.splice(low, 0, item);
  }

  remove(item: Item): void {
    const at = this.#items.indexOf(item);
    if (at < 0) return;
    this.#keys.splice(at, 1);
    this.#items.splice(at, 1);
  }

  first(): Item | undefined {
    return this.#items[0];
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items[Symbol.iterator]();
  }
}
