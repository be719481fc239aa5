// Which cells of a sweep are run: all, the extremes of each axis, a fraction of these, or a sample that is even on each axis.
import { InputError } from '../../lib/errors.ts';
import type { SweepAxis } from '../../scenario/scenario.ts';
import { fractionsOf, latinHypercube, twoLevel } from '../../statistics/designs.ts';
import type { Uniform } from '../../statistics/uniform.ts';

export interface Design {
  /** The index of the value on each axis, one row a cell. */
  readonly choices: readonly (readonly number[])[];
  /** Of a two-level design: rows of 0 for the first and 1 for the last value of each axis, and its resolution. */
  readonly factors?: { readonly rows: readonly (readonly number[])[]; readonly resolution: number };
}

const MOST_FACTORS = 12;

/** `full`, `two-level`, `fraction:N` or `latin:N`; undefined for the first. Throws an InputError that names `by`. */
export function designOf(text: string, axes: readonly SweepAxis[], random: Uniform, by: string): Design | undefined {
  const fail = (message: string): never => {
    throw new InputError(`${by}: ${message}`);
  };
  const [, name = text, size] = /^(\w+):(\d+)$/.exec(text) ?? [];
  const count = Number(size);
  if (text === 'full') return undefined;
  if (name === 'latin' && size !== undefined) {
    if (count < 2) fail('latin: expected 2 cells or more');
    const points = latinHypercube(axes.length, count, random);
    const rows = points.map((point) => point.map((share, axis) => Math.floor(share * axes[axis].values.length)));
    return { choices: [...new Map(rows.map((row) => [row.join(), row])).values()] };
  }
  if (text === 'two-level' || (name === 'fraction' && size !== undefined)) {
    const short = axes.find(({ values }) => values.length < 2);
    if (short !== undefined) fail(`${short.label} has one value, and a two-level design needs two`);
    if (axes.length > MOST_FACTORS) fail(`${axes.length} axes are more than ${MOST_FACTORS}`);
    const runs = text === 'two-level' ? 2 ** axes.length : count;
    const known = fractionsOf(axes.length);
    if (!known.includes(runs)) fail(`${axes.length} axes have no design of ${runs} cells, but of ${known.join(', ')}`);
    const { rows, resolution } = twoLevel(axes.length, runs);
    const choices = rows.map((row) => row.map((high, axis) => (high === 1 ? axes[axis].values.length - 1 : 0)));
    return { choices, factors: { rows, resolution } };
  }
  return fail(`expected full, two-level, fraction:N (8, 16, 32 cells) or latin:N, got ${JSON.stringify(text)}`);
}
