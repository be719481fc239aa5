// Interning: equal values become one small integer, so that tables hold ints and comparing is `===`.

/** Gives each distinct value a number from 0 up, in the order of first sight. `key` must be equal exactly for equal values. */
export class Interner<T> {
  readonly #ids = new Map<string, number>();
  readonly #values: T[] = [];
  readonly #key: (value: T) => string;

  constructor(key: (value: T) => string) {
    this.#key = key;
  }

  get size(): number {
    return this.#values.length;
  }

  id(value: T): number {
    const key = this.#key(value);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#values.length;
    this.#ids.set(key, id);
    this.#values.push(value);
    return id;
  }

  get(id: number): T {
    return this.#values[id];
  }
}

export type Labels = Readonly<Record<string, string>>;

/** A key that does not depend on the order of the labels. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** JSON with sorted keys at every depth: equal exactly for equal plain values. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one) ?? 'null').join(',')}]`;
  let text = '{';
  for (const key of Object.keys(value).sort()) {
    const json = canonicalJson((value as Record<string, unknown>)[key]);
    // As in any JSON, what is undefined is not there.
    if (json === undefined) continue;
    text += text === '{' ? `${quoted(key)}:${json}` : `,${quoted(key)}:${json}`;
  }
  return `${text}}`;
}

const NOTHING_TO_ESCAPE = /^[\w./:@ -]*$/;

function quoted(text: string): string {
  return NOTHING_TO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);
}
