// Which combinations of choices to run: all, the extremes of each axis, a fraction of these, or a sample that is even on each axis.
import { assert } from '../lib/assert.ts';
import { permutation, type Uniform } from './uniform.ts';

/** Every combination of 0 … levels − 1, the last axis fastest. */
export function factorial(levels: readonly number[]): number[][] {
  return levels.reduce<number[][]>(
    (rows, count) => rows.flatMap((row) => Array.from({ length: count }, (_, level) => [...row, level])),
    [[]],
  );
}

/**
 * Generators of 2^(k − p) designs by runs and factors, of the highest resolution and least aberration: A, B, C … are the first factors,
 * a word is the product of their columns (G. Box, W. Hunter and S. Hunter, Statistics for Experimenters, 1978; as tabled in D. Montgomery,
 * Design and Analysis of Experiments, 8th edition, table 8.14).
 */
const GENERATORS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  4: { 3: 'AB' },
  8: { 4: 'ABC', 5: 'AB AC', 6: 'AB AC BC', 7: 'AB AC BC ABC' },
  16: {
    5: 'ABCD',
    6: 'ABC BCD',
    7: 'ABC BCD ACD',
    8: 'BCD ACD ABC ABD',
    9: 'ABC BCD ACD ABD ABCD',
    10: 'ABC BCD ACD ABD ABCD AB',
    11: 'ABC BCD ACD ABD ABCD AB AC',
  },
  32: {
    6: 'ABCDE',
    7: 'ABCD ABDE',
    8: 'ABC ABD BCDE',
    9: 'BCDE ACDE ABDE ABCE',
    10: 'ABCD ABCE ABDE ACDE BCDE',
    11: 'ABC BCD CDE ACD ADE BDE',
  },
};

export interface TwoLevelDesign {
  /** One row a run: 0 for the low, 1 for the high level of each factor. */
  readonly rows: readonly (readonly number[])[];
  /** The length of the shortest word of the defining relation: 3, main effects are mixed up with interactions of two; Infinity, all is clear. */
  readonly resolution: number;
}

/** The runs that a fraction of k factors may have: `[4, 8, …]`, all 2^k last. */
export function fractionsOf(factors: number): number[] {
  const tabled = Object.keys(GENERATORS).map(Number);
  return [...tabled.filter((runs) => GENERATORS[runs][factors] !== undefined), 2 ** factors];
}

/** The two-level design of `factors` factors in `runs` runs, one of `fractionsOf`; in standard order, the first factor fastest. */
export function twoLevel(factors: number, runs = 2 ** factors): TwoLevelDesign {
  const base = Math.log2(runs);
  const words = runs === 2 ** factors ? [] : (GENERATORS[runs]?.[factors]?.split(' ') ?? []);
  assert(base + words.length === factors, () => `there is no design of ${factors} factors in ${runs} runs`);
  const generators = words.map((word) => Array.from(word, (letter) => letter.charCodeAt(0) - 65));
  const rows = Array.from({ length: runs }, (_, run) => {
    const row = Array.from({ length: base }, (_level, factor) => (run >> factor) & 1);
    // A product of signs, as levels 0 and 1: high when an even number of its factors is low.
    return [...row, ...generators.map((word) => 1 - (word.reduce((low, factor) => low + 1 - row[factor], 0) % 2))];
  });
  return { rows, resolution: resolutionOf(generators, base) };
}

/** The defining relation is all products of the generators, each times its own factor. */
function resolutionOf(generators: readonly (readonly number[])[], base: number): number {
  const words = generators.map((word, at) => word.reduce((mask, factor) => mask | (1 << factor), 1 << (base + at)));
  let shortest = Infinity;
  for (let some = 1; some < 2 ** words.length; some += 1) {
    let product = words.reduce((mask, word, at) => ((some >> at) & 1 ? mask ^ word : mask), 0);
    let letters = 0;
    for (; product !== 0; product &= product - 1) letters += 1;
    shortest = Math.min(shortest, letters);
  }
  return shortest;
}

const TRIES = 30;

/**
 * `count` points in the unit cube of `axes` dimensions, one in each of `count` equal slices of every axis, in its middle
 * (M. McKay, R. Beckman and W. Conover, Technometrics 21(2), 1979); of thirty such samples the one whose closest points are farthest
 * apart (M. Johnson, L. Moore and D. Ylvisaker, Journal of Statistical Planning and Inference 26(2), 1990).
 */
export function latinHypercube(axes: number, count: number, random: Uniform): number[][] {
  let best: number[][] = [];
  let farthest = -1;
  for (let attempt = 0; attempt < (count > 200 || axes === 1 ? 1 : TRIES); attempt += 1) {
    const columns = Array.from({ length: axes }, () => permutation(count, random));
    const points = Array.from({ length: count }, (_, at) => columns.map((column) => (column[at] + 0.5) / count));
    const apart = count > 200 ? 0 : closest(points);
    if (apart > farthest) [best, farthest] = [points, apart];
  }
  return best;
}

function closest(points: readonly (readonly number[])[]): number {
  let least = Infinity;
  for (const [at, point] of points.entries()) {
    for (const other of points.slice(0, at)) {
      least = Math.min(
        least,
        point.reduce((sum, value, axis) => sum + (value - other[axis]) ** 2, 0),
      );
    }
  }
  return least;
}
