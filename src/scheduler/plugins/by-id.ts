// What a plugin compiles once per shape or class, by the shape's or class's number.

/** Values by small number, made on first use. */
export class ById<Key extends { readonly id: number }, Value> {
  readonly #make: (key: Key) => Value;
  readonly #values: (Value | undefined)[] = [];

  constructor(make: (key: Key) => Value) {
    this.#make = make;
  }

  get(key: Key): Value {
    const known = this.#values[key.id];
    if (known !== undefined) return known;
    const made = this.#make(key);
    // Filled without holes: an array with holes is slow to read.
    for (let i = this.#values.length; i < key.id; i += 1) this.#values[i] = undefined;
    this.#values[key.id] = made;
    return made;
  }
}
