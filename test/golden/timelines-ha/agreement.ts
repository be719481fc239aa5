// What it means that a recorded figure and simulated ones agree: the same protocol, each with its own chance and its own machine.
import type { Figures } from './etcd-run.ts';
import { BUSY_LOAD, type Run } from './recordings.ts';

/** What of a figure is the protocol's: the figure itself, or what is left of it when the run's own chance is taken away. */
export type Measure = (figures: ReadonlyMap<string, unknown>, run: Run) => number | undefined;

export interface Comparison {
  readonly figure: string;
  readonly measure: Measure;
  /** How far outside of what the simulated runs show a recorded one may be, below and above. */
  readonly below: number;
  readonly above: number;
  /** A figure that a busy processor makes larger: the least of the case's runs is compared. */
  readonly cpuBound?: boolean;
  /** What a busy machine does late, such as a signal: its runs are not compared. */
  readonly needsQuiet?: boolean;
  /** All runs of the case are drawn from for it: it does not depend on who was struck. */
  readonly ofCase?: boolean;
}

/** One recorded figure of one run. */
export interface Compared {
  readonly run: Run;
  readonly comparison: Comparison;
  readonly recorded: number;
}

const BUSY_STRETCH = 0.25;

export function comparedFigures(runs: readonly Run[], comparisonsOf: (run: Run) => readonly Comparison[]): Compared[] {
  const found: Compared[] = [];
  for (const run of runs) {
    for (const comparison of comparisonsOf(run)) {
      const recorded = comparison.measure(run.figures, run);
      if (recorded === undefined || (comparison.needsQuiet === true && !run.quiet)) continue;
      if (comparison.cpuBound === true && recorded > least(runs, run, comparison)) continue;
      found.push({ run, comparison, recorded });
    }
  }
  return found;
}

function least(runs: readonly Run[], of: Run, { measure }: Comparison): number {
  return Math.min(
    ...runs.filter((run) => run.case === of.case).map((run) => measure(run.figures, run) ?? Number.POSITIVE_INFINITY),
  );
}

/** Undefined where a recorded figure lies where the simulated ones do. */
export function disagreement(
  { run, comparison, recorded }: Compared,
  simulated: readonly Figures[],
): string | undefined {
  const values = simulated
    .map((figures) => comparison.measure(figures, run))
    .filter((value): value is number => value !== undefined);
  if (values.length === 0) return `${comparison.figure}: recorded ${recorded}, simulated none`;
  const low = Math.min(...values) - comparison.below;
  const stretch = run.load > BUSY_LOAD ? BUSY_STRETCH * Math.abs(recorded) : 0;
  const high = Math.max(...values) + comparison.above + stretch;
  if (recorded >= low && recorded <= high) return undefined;
  const range = `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
  return `${run.case} run ${run.index + 1}, ${comparison.figure}: recorded ${recorded}, simulated ${range}`;
}

export const figure =
  (path: string): Measure =>
  (figures) => {
    const value = figures.get(path);
    return typeof value === 'number' ? value : undefined;
  };
