// Sets of completion indexes as Jobs write them, `0-3,5,7-9`: ordered intervals.

export interface Interval {
  readonly first: number;
  readonly last: number;
}

export class Indexes {
  static readonly none = new Indexes([]);
  readonly intervals: readonly Interval[];
  readonly size: number;

  private constructor(intervals: readonly Interval[]) {
    this.intervals = intervals;
    this.size = intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  /** Those of a text that are below `completions`; what cannot be read is left out, as the controller does. */
  static parse(text: string | undefined, completions: number): Indexes {
    const found: Interval[] = [];
    for (const part of (text ?? '').split(',')) {
      const match = /^(\d+)(?:-(\d+))?$/.exec(part);
      if (match === null) continue;
      const first = Number(match[1]);
      const last = Math.min(match[2] === undefined ? first : Number(match[2]), completions - 1);
      if (first < completions && last >= first) found.push({ first, last });
    }
    return new Indexes(merged(found));
  }

  has(index: number): boolean {
    let low = 0;
    let high = this.intervals.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { first, last } = this.intervals[middle];
      if (index < first) high = middle - 1;
      else if (index > last) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** With some more, in any order. */
  with(indexes: Iterable<number>): Indexes {
    const more = [...indexes].map((index) => ({ first: index, last: index }));
    return more.length === 0 ? this : new Indexes(merged([...this.intervals, ...more]));
  }

  union(other: Indexes): Indexes {
    return new Indexes(merged([...this.intervals, ...other.intervals]));
  }

  /** How many are in both. */
  overlap(other: Indexes): number {
    let count = 0;
    let at = 0;
    for (const { first, last } of this.intervals) {
      while (at < other.intervals.length && other.intervals[at].last < first) at += 1;
      for (let next = at; next < other.intervals.length && other.intervals[next].first <= last; next += 1) {
        count += Math.min(last, other.intervals[next].last) - Math.max(first, other.intervals[next].first) + 1;
      }
    }
    return count;
  }

  /** The lowest `count` numbers below `completions` that are not in it. */
  missing(count: number, completions: number): number[] {
    const found: number[] = [];
    let candidate = 0;
    for (const { first, last } of [...this.intervals, { first: completions, last: completions }]) {
      for (; candidate < Math.min(first, completions) && found.length < count; candidate += 1) found.push(candidate);
      candidate = Math.max(candidate, last + 1);
    }
    return found;
  }

  /** Two neighbours are written apart, three or more as an interval (`1,2,5-7`). */
  toString(): string {
    return this.intervals
      .map(({ first, last }) => {
        if (first === last) return String(first);
        return last - first === 1 ? `${first},${last}` : `${first}-${last}`;
      })
      .join(',');
  }
}

function merged(intervals: readonly Interval[]): Interval[] {
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of intervals.toSorted((a, b) => a.first - b.first)) {
    const end = result.at(-1);
    if (end !== undefined && first <= end.last + 1) end.last = Math.max(end.last, last);
    else result.push({ first, last });
  }
  return result;
}
