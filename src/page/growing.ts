// A column of numbers that grows without being copied each time.

type Column = Float64Array | Float32Array | Int32Array | Uint8Array;

/** `values` is longer than `length`, and another array after it has grown. */
export class Growing<Values extends Column> {
  values: Values;
  length = 0;
  readonly #make: (length: number) => Values;

  constructor(make: (length: number) => Values) {
    this.#make = make;
    this.values = make(64);
  }

  append(more: readonly (number | null)[]): void {
    this.reserve(this.length + more.length);
    for (const value of more) {
      this.values[this.length] = value ?? Number.NaN;
      this.length += 1;
    }
  }

  /** Room for `length` values. */
  reserve(length: number): void {
    if (length <= this.values.length) return;
    const larger = this.#make(Math.max(length, this.values.length * 2));
    larger.set(this.values);
    this.values = larger;
  }
}

export const float64 = (): Growing<Float64Array> => new Growing((length) => new Float64Array(length));
export const float32 = (): Growing<Float32Array> => new Growing((length) => new Float32Array(length));
export const int32 = (): Growing<Int32Array> => new Growing((length) => new Int32Array(length));
export const uint8 = (): Growing<Uint8Array> => new Growing((length) => new Uint8Array(length));

/** How many of the first `length` values, which never fall, are at most `value`. */
export function countUntil(values: ArrayLike<number>, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
