// Every gang over time: the rows of training.csv, and the figures of training.
import { thinning } from '../metrics/intervals.ts';
import type { Row } from '../metrics/catalogue.ts';
import type { Gangs } from '../training/gangs.ts';

type TrainingRow = Row<'training'>;

/** What had been spent at the end of the interval before, µs. */
interface Spent {
  readonly tried: number;
  readonly computeUs: number;
  readonly stragglerUs: number;
  readonly reduceUs: number;
}

const NOTHING: Spent = { tried: 0, computeUs: 0, stragglerUs: 0, reduceUs: 0 };

export class TrainingHistory {
  readonly #gangs: Gangs['all'];
  /** By gang: its rows, and the interval of the first of them. */
  readonly #rows: { readonly from: number; readonly rows: TrainingRow[] }[] = [];
  readonly #spent: Spent[] = [];
  #intervals = 0;

  constructor(gangs: Gangs | undefined) {
    this.#gangs = gangs?.all ?? [];
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    for (const [at, { gang, kind, namespace, name }] of this.#gangs.entries()) {
      const { tried, computeUs, stragglerUs, reduceUs } = gang;
      const before = this.#spent[at] ?? NOTHING;
      this.#spent[at] = { tried, computeUs, stragglerUs, reduceUs };
      const spentUs = computeUs - before.computeUs + reduceUs - before.reduceUs;
      const share = (us: number): number | null => (spentUs === 0 ? null : us / spentUs);
      this.#rows[at] ??= { from: this.#intervals, rows: [] };
      this.#rows[at].rows.push({
        time_seconds,
        kind,
        namespace,
        name,
        state: gang.state,
        members: gang.size,
        steps: gang.done,
        saved_steps: gang.saved,
        progress_ratio: gang.progress,
        begins: gang.begins,
        lost_seconds: gang.lostUs / 1e6,
        step_seconds: tried === before.tried ? null : spentUs / (tried - before.tried) / 1e6,
        straggler_ratio: share(stragglerUs - before.stragglerUs),
        all_reduce_ratio: share(reduceUs - before.reduceUs),
      });
    }
    this.#intervals += 1;
  }

  /** The last gang of the object of that `namespace/name`. */
  gangOf(key: string): Gangs['all'][number]['gang'] | undefined {
    return this.#gangs.findLast(({ namespace, name }) => `${namespace}/${name}` === key)?.gang;
  }

  /** A column of it at the ends of the intervals from (included) to (excluded); 0 before it was there. */
  values(key: string, column: 'progress_ratio' | 'members', from: number, to: number): number[] {
    const at = this.#gangs.findLastIndex(({ namespace, name }) => `${namespace}/${name}` === key);
    const known = at < 0 ? undefined : this.#rows[at];
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => {
      return known === undefined ? 0 : (known.rows[from + i - known.from]?.[column] ?? 0);
    });
  }

  /** By interval, in the order in which the gangs came. */
  *rows(): Generator<TrainingRow> {
    const count = this.#rows.reduce((sum, { rows }) => sum + rows.length, 0);
    const every = thinning(count, 1);
    for (let interval = 0; interval < this.#intervals; interval += 1) {
      if ((interval + 1) % every !== 0 && interval !== this.#intervals - 1) continue;
      for (const { from, rows } of this.#rows) {
        const row = interval < from ? undefined : rows[interval - from];
        if (row !== undefined) yield row;
      }
    }
  }
}
