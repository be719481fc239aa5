// Which axis of a sweep is drawn as what: one below the chart, one as curves, the others as panels.
import { parseDurationUs, parseRate } from '../../lib/units.ts';
import type { Sweep } from './read-sweep.ts';

export interface Axis {
  readonly path: string;
  readonly label: string;
  readonly values: readonly string[];
  /** Of each value, when all of them are numbers of one kind. */
  readonly numbers: readonly number[] | undefined;
}

export interface Roles {
  readonly x: Axis;
  readonly curves: Axis | undefined;
  readonly panels: readonly Axis[];
}

const MOST_CURVES = 8;

const KINDS: readonly ((text: string) => number | undefined)[] = [
  (text) => (/^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined),
  (text) => (/^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) : undefined),
  parseRate,
  parseDurationUs,
];

/** The axes with a choice on them. */
export function axesOf({ axes }: Sweep): Axis[] {
  return axes.filter(({ values }) => values.length > 1).map((axis) => ({ ...axis, numbers: numbersOf(axis.values) }));
}

function numbersOf(values: readonly string[]): number[] | undefined {
  for (const kind of KINDS) {
    const numbers = values.map(kind);
    if (numbers.every((number) => number !== undefined)) return numbers;
  }
  return undefined;
}

/**
 * Below goes the axis with the most numbers, or without numbers the one with the most names; of the others the first one that has
 * names, or else the first, becomes curves, as long as they can be distinguished. Undefined without any choice.
 */
export function rolesOf(axes: readonly Axis[]): Roles | undefined {
  const rank = (axis: Axis) => (axis.numbers === undefined ? 0 : 1000) + axis.values.length;
  const [x] = axes.toSorted((a, b) => rank(b) - rank(a));
  if (x === undefined) return undefined;
  const rest = axes.filter((axis) => axis !== x);
  const few = rest.filter(({ values }) => values.length <= MOST_CURVES);
  const curves = few.find(({ numbers }) => numbers === undefined) ?? few.at(0);
  return { x, curves, panels: rest.filter((axis) => axis !== curves) };
}

/** The same with its numbers from the least to the greatest, as a line goes; names stay in their order. */
export function ascending(axis: Axis): Axis {
  const { values, numbers } = axis;
  if (numbers === undefined) return axis;
  const order = numbers.map((_, at) => at).toSorted((a, b) => numbers[a] - numbers[b]);
  return { ...axis, values: order.map((at) => values[at]), numbers: order.map((at) => numbers[at]) };
}

/** Numbers so far apart that they are drawn by their logarithms. */
export function isWide(numbers: readonly number[]): boolean {
  const least = Math.min(...numbers);
  return least > 0 && Math.max(...numbers) / least > 8;
}

/** Places from 0 to 1: of numbers by their value, or its logarithm where they are far apart; of names evenly. */
export function placesOf({ values, numbers }: Axis): number[] {
  if (numbers === undefined) return values.map((_, at) => (at + 0.5) / values.length);
  const drawn = isWide(numbers) ? numbers.map(Math.log) : numbers;
  const from = Math.min(...drawn);
  const span = Math.max(...drawn) - from;
  return drawn.map((number) => (span === 0 ? 0.5 : (number - from) / span));
}
