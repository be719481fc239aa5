// The search for the cheapest setting that keeps the expectations, and its proof with seeds that the search has not seen.
import type { Job } from '../../scenario/scenario.ts';
import { type Cell, cellsOf } from '../index-files.ts';
import type { JobEnd } from '../run-jobs.ts';
import { withSeed } from '../seeds.ts';
import type { Cost } from './cost.ts';
import { cheapest, keyOf, leastMargin, type Method } from './method.ts';
import { meansShown, type Setting, settingOf, shareShown } from './setting.ts';

export interface SearchOptions {
  readonly method: Method;
  readonly cost: Cost;
  /** Seeds of each setting. */
  readonly seeds: number;
  /** Fresh seeds that the setting found must hold as well; 0 for none. */
  readonly verify: number;
  /** The jobs of one setting. */
  readonly jobsOf: (row: readonly number[]) => readonly Job[];
}

export interface Optimum {
  readonly settings: readonly Setting[];
  readonly best: Setting | undefined;
  /** Settings that no other beats both in cost and in margin, from the cheapest to the dearest. */
  readonly frontier: ReadonlySet<Setting>;
  /** The share of runs that hold with `best`, shown with 95 % confidence; undefined when it was not verified. */
  readonly share: number | undefined;
  readonly remarks: readonly string[];
}

/** What is next depends on the results so far and on nothing else. */
export class Search {
  readonly #options: SearchOptions;
  /** Rows by the cells of their jobs. */
  readonly #rows = new Map<string, readonly number[]>();

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  first(): Job[] {
    return this.#options.method.first().flatMap((row) => this.#jobsOf(row));
  }

  next(ends: readonly JobEnd[]): readonly Job[] {
    const { method, seeds, verify } = this.#options;
    const settings = this.#settings(cellsOf(ends));
    const row = method.next(settings);
    if (row !== undefined) return this.#jobsOf(row);
    const best = cheapest(settings);
    if (best === undefined || best.cell.ends.length >= seeds + verify) return [];
    const [{ job }] = best.cell.ends;
    return Array.from({ length: verify }, (_, at) => withSeed(job, job.seed + seeds + at));
  }

  /** By their choices, the first axis first. */
  inOrder(cells: readonly Cell[]): Cell[] {
    const rowOf = ({ id }: Cell) => this.#rows.get(id) ?? [];
    return cells.toSorted((a, b) => {
      const [left, right] = [rowOf(a), rowOf(b)];
      const axis = left.findIndex((level, at) => level !== right[at]);
      return axis === -1 ? 0 : left[axis] - right[axis];
    });
  }

  /** When there is nothing next any more. */
  outcome(cells: readonly Cell[]): Optimum {
    const { method, seeds, verify } = this.#options;
    const settings = this.#settings(cells);
    const best = cheapest(settings);
    const failed = settings.filter(({ keeps, cell }) => !keeps && cell.ends.length > seeds);
    const verified = best !== undefined && verify > 0 && best.cell.ends.length > seeds;
    return {
      settings,
      best,
      frontier: frontierOf(settings),
      share: verified ? shareShown(verify) : undefined,
      remarks: [
        ...method.remarks(settings),
        ...failed.map(
          ({ cell }) =>
            `${cell.values.join(', ')} held with the seeds of the search and broke an expectation with others.`,
        ),
      ],
    };
  }

  #jobsOf(row: readonly number[]): readonly Job[] {
    const jobs = this.#options.jobsOf(row);
    this.#rows.set(cellOf(jobs[0]), row);
    return jobs;
  }

  #settings(cells: readonly Cell[]): Setting[] {
    const { cost, seeds } = this.#options;
    return cells.map((cell) => {
      const row = this.#rows.get(cell.id) ?? [];
      const setting = settingOf(row, cell, cost.after(row, cell));
      // Verified ones must show it of means as well.
      const shown = cell.ends.length <= seeds || meansShown(setting, seeds);
      return shown ? setting : { ...setting, keeps: false };
    });
  }
}

function cellOf({ id }: Job): string {
  return id.slice(0, id.indexOf('/'));
}

function frontierOf(settings: readonly Setting[]): Set<Setting> {
  const sorted = settings
    .filter(({ cost }) => !Number.isNaN(cost))
    .toSorted((a, b) => a.cost - b.cost || leastMargin(b) - leastMargin(a) || (keyOf(a.row) < keyOf(b.row) ? -1 : 1));
  let highest = -Infinity;
  return new Set(
    sorted.filter((one) => {
      const margin = leastMargin(one);
      if (margin <= highest) return false;
      highest = margin;
      return true;
    }),
  );
}
