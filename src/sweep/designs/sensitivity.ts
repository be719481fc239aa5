// Which axes a figure depends on: plans of cells for Morris' and Sobol's methods, and what their results say.
import { mean } from 'd3-array';
import type { SweepAxis } from '../../scenario/scenario.ts';
import { bootstrapInterval } from '../../statistics/bootstrap.ts';
import { elementary, trajectories } from '../../statistics/morris.ts';
import { sobolIndices, sobolIntervals, sobolSample } from '../../statistics/sobol.ts';
import type { Uniform } from '../../statistics/uniform.ts';
import type { Cell } from '../index-files.ts';
import { valuesOf } from '../figure-values.ts';

type Row = readonly number[];

export interface Sensitivity {
  readonly axis: string;
  readonly method: 'morris' | 'sobol';
  readonly points: number;
  readonly morris?: Estimates<'effect' | 'absolute' | 'deviation'>;
  readonly sobol?: Estimates<'first' | 'total'>;
}

type Estimates<Name extends string> = Readonly<
  Record<Name, { readonly value: number; readonly low?: number | undefined; readonly high?: number | undefined }>
>;

/** A plan: the cells to run, each once, and what their results say of one figure. */
export interface SensitivityPlan {
  readonly choices: readonly Row[];
  /** One row for each axis; `valueAt` is NaN for a cell that has no value. */
  judge(valueAt: (row: Row) => number): Sensitivity[];
}

/** Of the mean over seeds. `rowOf` says which cell is which. */
export function valuesByRow(cells: readonly Cell[], rowOf: (cell: Cell) => Row, figure: string): (row: Row) => number {
  const values = new Map(
    cells.map((cell) => {
      const own = valuesOf(cell, figure);
      return [rowOf(cell).join(), own.length < cell.ends.length ? NaN : (mean(own) ?? NaN)];
    }),
  );
  return (row) => values.get(row.join()) ?? NaN;
}

/** Elementary effects along `count` random ways. An axis of n values is taken at four places, the nearest value to each. */
export function morrisPlan(axes: readonly SweepAxis[], count: number, random: Uniform): SensitivityPlan {
  const ways = trajectories(axes.length, count, random);
  const rowOf = (point: Row) => point.map((share, axis) => Math.round(share * (axes[axis].values.length - 1)));
  return {
    choices: unique(ways.flatMap(({ points }) => points.map(rowOf))),
    judge(valueAt) {
      const effects = axes.map((): number[] => []);
      for (const { points, order } of ways) {
        for (const [step, axis] of order.entries()) {
          const [from, to] = [rowOf(points[step]), rowOf(points[step + 1])];
          const effect = ((valueAt(to) - valueAt(from)) / (to[axis] - from[axis])) * (axes[axis].values.length - 1);
          if (Number.isFinite(effect)) effects[axis].push(effect);
        }
      }
      return axes.flatMap(({ label }, axis): Sensitivity[] => {
        const own = effects[axis];
        if (own.length === 0) return [];
        const { mu, muStar, sigma } = elementary(own);
        const about = bootstrapInterval(own.map(Math.abs), (some) => mean(some) ?? NaN, { random });
        const morris = { effect: { value: mu }, absolute: { value: muStar, ...about }, deviation: { value: sigma } };
        return [{ axis: label, method: 'morris', points: own.length, morris }];
      });
    },
  };
}

/** First-order and total indices from `count` · (axes + 2) points. */
export function sobolPlan(axes: readonly SweepAxis[], count: number, random: Uniform): SensitivityPlan {
  const { a, b, mixed } = sobolSample(axes.length, count, random);
  const rowOf = (point: Row) => point.map((share, axis) => Math.floor(share * axes[axis].values.length));
  const rows = { a: a.map(rowOf), b: b.map(rowOf), mixed: mixed.map((points) => points.map(rowOf)) };
  return {
    choices: unique([...rows.a, ...rows.b, ...rows.mixed.flat()]),
    judge(valueAt) {
      const all = { a: rows.a.map(valueAt), b: rows.b.map(valueAt), mixed: rows.mixed.map((own) => own.map(valueAt)) };
      // A point without a value leaves with all that is compared with it.
      const whole = all.a.flatMap((_, at) =>
        [all.a, all.b, ...all.mixed].every((values) => Number.isFinite(values[at])) ? [at] : [],
      );
      if (whole.length < 2) return [];
      const kept = (values: readonly number[]) => whole.map((at) => values[at]);
      const results = { a: kept(all.a), b: kept(all.b), mixed: all.mixed.map(kept) };
      const indices = sobolIndices(results);
      if (Number.isNaN(indices[0].total)) return [];
      const intervals = sobolIntervals(results, random);
      return axes.map(({ label }, axis): Sensitivity => {
        const { low, high } = intervals[axis];
        const sobol = {
          first: { value: indices[axis].first, low: low.first, high: high.first },
          total: { value: indices[axis].total, low: low.total, high: high.total },
        };
        return { axis: label, method: 'sobol', points: whole.length, sobol };
      });
    },
  };
}

function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.join(), row])).values()];
}
