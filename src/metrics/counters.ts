// Hot dialect: counters by small int, with what was added since the last interval.
import { assert } from '../lib/assert.ts';

/** Counters of given names. Handlers add by index; whoever samples asks for totals and takes the interval's share. */
export class Counters<Name extends string> {
  /** The index of each name, to be looked up once. */
  readonly index: Readonly<Record<Name, number>>;
  private readonly totals: Float64Array;
  private readonly marks: Float64Array;

  constructor(names: readonly Name[]) {
    assert(new Set(names).size === names.length, `a counter is named twice: ${names.join(', ')}`);
    this.index = Object.fromEntries(names.map((name, at) => [name, at])) as Record<Name, number>;
    this.totals = new Float64Array(names.length);
    this.marks = new Float64Array(names.length);
  }

  add(index: number, amount: number): void {
    this.totals[index] += amount;
  }

  /** All that was ever added. */
  total(index: number): number {
    return this.totals[index];
  }

  /** What was added since the last call for this counter. */
  take(index: number): number {
    const since = this.totals[index] - this.marks[index];
    this.marks[index] = this.totals[index];
    return since;
  }

  /** Forgets everything, as at the end of a warm-up. */
  reset(): void {
    this.totals.fill(0);
    this.marks.fill(0);
  }
}
