// One histogram per interval, packed: what a percentile over any window of the run is taken from.
import { assert } from '../lib/assert.ts';
import { Histogram } from './histogram.ts';

/** What is there when there is no room for more becomes so many times as long. */
const GROWS = 1.5;

/**
 * Keeps copies of histograms in the order in which they were pushed, two or three bytes for each bucket that holds something, so that
 * those of any range of intervals can be added up again.
 */
export class HistogramSeries {
  private bytes = new Uint8Array(1024);
  /** Where each histogram ends in `bytes`. */
  private readonly ends: number[] = [];
  private readonly sums: number[] = [];
  private readonly mins: number[] = [];
  private readonly maxs: number[] = [];

  get length(): number {
    return this.ends.length;
  }

  /** Copies a histogram as the next interval's. */
  push(histogram: Histogram): void {
    const start = this.ends.at(-1) ?? 0;
    const needed = start + histogram.mostBytes;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, Math.ceil(this.bytes.length * GROWS)));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.ends.push(histogram.packBytes(this.bytes, start));
    this.sums.push(histogram.sum);
    this.mins.push(histogram.min);
    this.maxs.push(histogram.max);
  }

  /** The sum of the intervals `from` (included) to `to` (excluded). */
  merged(from = 0, to = this.length): Histogram {
    assert(from >= 0 && to <= this.length, `intervals ${from}..${to} of ${this.length}`);
    const total = new Histogram();
    for (let row = from; row < to; row++) {
      const start = row === 0 ? 0 : this.ends[row - 1];
      total.mergeBytes(this.bytes, start, this.ends[row], this.sums[row], this.mins[row], this.maxs[row]);
    }
    return total;
  }
}
