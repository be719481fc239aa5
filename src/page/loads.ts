// What was measured of many rows in one interval after the other, found again by time.
import { countUntil, float32, float64, type Growing, int32 } from './growing.ts';

export class Loads {
  readonly #columns: Growing<Float32Array>[];
  readonly #row = int32();
  /** Times of intervals, and where each begins among the values. */
  readonly #times = float64();
  readonly #starts = int32();

  constructor(columns: number) {
    this.#columns = Array.from({ length: columns }, () => float32());
  }

  /** Times never fall; rows of one time may come in several parts. */
  append(time: readonly number[], row: readonly number[], columns: readonly (readonly (number | null)[])[]): void {
    for (const [at, one] of time.entries()) {
      if (this.#times.length > 0 && this.#times.values[this.#times.length - 1] === one) continue;
      this.#times.append([one]);
      this.#starts.append([this.#row.length + at]);
    }
    this.#row.append(row);
    for (const [at, column] of this.#columns.entries()) column.append(columns[at]);
  }

  /** Intervals known. */
  get intervals(): number {
    return this.#times.length;
  }

  /** The interval in which `time` is: that which ends next, or the last one. -1 where nothing is known. */
  intervalAt(time: number): number {
    const ended = countUntil(this.#times.values, this.#times.length, time);
    const isEnd = ended > 0 && this.#times.values[ended - 1] === time;
    return Math.min(isEnd ? ended - 1 : ended, this.#times.length - 1);
  }

  /** End of an interval, in seconds. */
  endOf(interval: number): number {
    return this.#times.values[interval];
  }

  /** Calls `each` with the row and where its values are, for every row of the interval. */
  inInterval(interval: number, each: (row: number, at: number) => void): void {
    if (interval < 0) return;
    const next = interval + 1 < this.#starts.length ? this.#starts.values[interval + 1] : this.#row.length;
    for (let at = this.#starts.values[interval]; at < next; at += 1) each(this.#row.values[at], at);
  }

  /** NaN where nothing was measured. */
  value(column: number, at: number): number {
    return this.#columns[column].values[at];
  }

  /** The values of a row in the interval of `time`; undefined where it has none. */
  of(row: number, time: number): readonly number[] | undefined {
    let found: readonly number[] | undefined;
    this.inInterval(this.intervalAt(time), (one, at) => {
      if (one === row) found = this.#columns.map(({ values }) => values[at]);
    });
    return found;
  }

  /** A column of one row over all intervals; NaN where nothing was measured. */
  over(row: number, column: number): { readonly times: Float64Array; readonly values: Float64Array } {
    const times = this.#times.values.slice(0, this.#times.length);
    const values = new Float64Array(times.length).fill(Number.NaN);
    for (let interval = 0; interval < times.length; interval += 1) {
      this.inInterval(interval, (one, at) => {
        if (one === row) values[interval] = this.value(column, at);
      });
    }
    return { times, values };
  }
}
