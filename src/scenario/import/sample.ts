// So many of the things of a trace, chosen by a hash of their names: the same ones in whatever order they come, in bounded memory.
import { avalanche } from '../../lib/hashing/string-hashes.ts';

interface Kept<T> {
  readonly hash: number;
  readonly value: T;
}

export class Sample<T> {
  /** How many different ones there were, if each was added once. */
  seen = 0;
  readonly #size: number;
  readonly #kept = new Map<string, Kept<T>>();
  /** Those with a hash of at least this are not among the chosen. */
  #bound = Infinity;

  /** The `size` with the smallest hashes stay: each subset is as likely as any other. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Undefined also for one that is not chosen. */
  get(id: string): T | undefined {
    return this.#kept.get(id)?.value;
  }

  add(id: string, value: T): void {
    this.seen += 1;
    const hash = hashOf(id);
    if (hash >= this.#bound) return;
    // A copy: a part of a line keeps the whole piece of the file that it was read with.
    this.#kept.set(JSON.parse(JSON.stringify(id)) as string, { hash, value });
    if (this.#kept.size >= 2 * this.#size + 1000) this.#cut();
  }

  /** The chosen ones. */
  values(): T[] {
    this.#cut();
    return [...this.#kept.values()].map(({ value }) => value);
  }

  #cut(): void {
    const sorted = [...this.#kept].sort(([, a], [, b]) => a.hash - b.hash);
    for (const [id] of sorted.slice(this.#size)) this.#kept.delete(id);
    this.#bound = Math.min(this.#bound, sorted[this.#size]?.[1].hash ?? Infinity);
  }
}

/** FNV-1a over UTF-16, and an avalanche: names that differ in one digit are far apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return avalanche(hash >>> 0) >>> 0;
}
