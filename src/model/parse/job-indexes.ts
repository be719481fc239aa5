// Sets of completion indexes of Jobs as texts: `0-2,4` (pkg/apis/batch/validation, pkg/controller/job).
import { parseGoInt64 } from './go-int.ts';

/** First and last index of a run of indexes. */
export type IndexInterval = readonly [first: number, last: number];

/** The intervals in rising order, or what is wrong in the API server's words. Indexes are below `completions`. */
export function tryParseJobIndexes(
  text: string,
  completions: number,
): { readonly intervals: readonly IndexInterval[] } | { readonly error: string } {
  const intervals: IndexInterval[] = [];
  for (const fragment of text === '' ? [] : text.split(',')) {
    const interval = parseInterval(fragment, completions);
    if (typeof interval === 'string') return { error: interval };
    const previous = intervals[intervals.length - 1]?.[1];
    if (previous !== undefined && previous >= interval[0]) return { error: notIncreasing(previous, interval[0]) };
    intervals.push(interval);
  }
  return { intervals };
}

function parseInterval(fragment: string, completions: number): IndexInterval | string {
  const limits = fragment.split('-');
  if (limits.length > 2) {
    return `the fragment ${JSON.stringify(fragment)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  }
  const numbers: number[] = [];
  for (const limit of limits) {
    const number = parseGoInt64(limit);
    if (number === undefined) return `cannot convert string to integer for index: ${JSON.stringify(limit)}`;
    if (number >= BigInt(completions)) return `too large index: ${JSON.stringify(limit)}`;
    numbers.push(Number(number));
  }
  const [first, last = first] = numbers as [number, number?];
  return numbers.length > 1 && first >= last ? notIncreasing(first, last) : [first, last];
}

function notIncreasing(previous: number, current: number): string {
  return `non-increasing order, previous: ${previous}, current: ${current}`;
}
