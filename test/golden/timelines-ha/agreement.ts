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

/** Simulated runs of recorded ones with one seed after the other, each made when it is first needed. `K`: what has runs of its own. */
export class SimulatedRuns<K> {
  readonly #simulate: (run: Run, seed: number) => Figures;
  readonly #keyOf: (run: Run) => K;
  readonly #seeds: number;
  readonly #made = new Map<K, Figures[]>();

  constructor(seeds: number, keyOf: (run: Run) => K, simulate: (run: Run, seed: number) => Figures) {
    this.#seeds = seeds;
    this.#keyOf = keyOf;
    this.#simulate = simulate;
  }

  /** Those of the first seeds, of all unless a number is given. */
  of(run: Run, seeds = this.#seeds): readonly Figures[] {
    const key = this.#keyOf(run);
    const made = this.#made.get(key) ?? [];
    this.#made.set(key, made);
    while (made.length < seeds) made.push(this.#simulate(run, made.length));
    return made.slice(0, seeds);
  }

  /** As `disagreement` with the runs of all seeds: more runs lie farther apart, so that whoever agrees with a few agrees with all. */
  disagreement(compared: Compared, runs: readonly Run[] = [compared.run]): string | undefined {
    let found: string | undefined;
    for (const seeds of [...FEW.filter((few) => few < this.#seeds), this.#seeds]) {
      found = disagreement(
        compared,
        runs.flatMap((run) => this.of(run, seeds)),
      );
      if (found === undefined) break;
    }
    return found;
  }
}

const FEW = [1, 2, 4, 7];

export const figure =
  (path: string): Measure =>
  (figures) => {
    const value = figures.get(path);
    return typeof value === 'number' ? value : undefined;
  };
