// The results of very many jobs in little memory: a figure that is the same in all jobs takes nothing, any other eight bytes a job.
import type { LeftBehind } from '../results/read-back.ts';
import type { Row } from '../metrics/catalogue.ts';
import type { Job } from '../scenario/scenario.ts';
import { fromBaseUnits, type Verdict } from '../world/expectations.ts';
import type { JobResult } from './job-results.ts';

export class KeptResults {
  #count = 0;
  readonly #columns = new Map<string, KeptColumn>();
  readonly #texts = new Map<string, (string | undefined)[]>();
  readonly #digests: string[] = [];
  /** Lists that are alike are one list. */
  readonly #lists = new Map<string, Lists>();

  /** Results look like any others; what is asked of them is made when it is asked. */
  add(job: Job, { run, summary }: LeftBehind, folder: string): JobResult {
    const at = this.#count;
    this.#count += 1;
    this.#digests.push(run.digest);
    for (const [name, value] of Object.entries(summary)) {
      if (typeof value === 'string') this.#putText(name, at, value);
      else this.#put(name, at, value);
    }
    this.#put('/events', at, run.events);
    this.#put('/wall', at, run.wall_s);
    this.#put('/rss', at, run.peak_rss_mib);
    for (const [name, value] of Object.entries(run.figures)) this.#put(`/figure ${name}`, at, value);
    for (const { text, pass } of run.expect) this.#put(`/pass ${text}`, at, pass ? 1 : 0);
    const { pending, refused, caveats } = run;
    return new KeptResult(this, at, job, folder, this.#shared({ pending, refused, caveats }));
  }

  digest(at: number): string {
    return this.#digests[at];
  }

  /** Null where there is none. */
  number(name: string, at: number): number | null {
    return this.#columns.get(name)?.get(at) ?? null;
  }

  summary(at: number): Row<'summary'> {
    const row: Record<string, unknown> = {};
    for (const [name, values] of this.#texts) row[name] = values[at] ?? values[0];
    for (const [name, column] of this.#columns) if (!name.startsWith('/')) row[name] = column.get(at);
    return row as Row<'summary'>;
  }

  #put(name: string, at: number, value: number | null): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new KeptColumn(at);
      this.#columns.set(name, column);
    }
    column.put(at, value);
  }

  /** What is as in the first job is not kept again. */
  #putText(name: string, at: number, value: string): void {
    const values = this.#texts.get(name);
    if (values === undefined) this.#texts.set(name, [value]);
    else if (value !== values[0]) values[at] = value;
  }

  #shared(lists: Lists): Lists {
    const key = JSON.stringify(lists);
    const known = this.#lists.get(key);
    if (known === undefined) this.#lists.set(key, lists);
    return known ?? lists;
  }
}

interface Lists {
  readonly pending: JobResult['pending'];
  readonly refused: readonly string[];
  readonly caveats: readonly string[];
}

class KeptResult implements JobResult {
  readonly job: Job;
  readonly folder: string;
  readonly #store: KeptResults;
  readonly #at: number;
  readonly #lists: Lists;

  constructor(store: KeptResults, at: number, job: Job, folder: string, lists: Lists) {
    this.#store = store;
    this.#at = at;
    this.job = job;
    this.folder = folder;
    this.#lists = lists;
  }

  get digest(): string {
    return this.#store.digest(this.#at);
  }

  get events(): number {
    return this.#store.number('/events', this.#at) ?? 0;
  }

  get wallSeconds(): number {
    return this.#store.number('/wall', this.#at) ?? 0;
  }

  get peakRssMib(): number {
    return this.#store.number('/rss', this.#at) ?? 0;
  }

  get summary(): Row<'summary'> {
    return this.#store.summary(this.#at);
  }

  get verdicts(): readonly Verdict[] {
    return this.job.loaded.scenario.expect.map((expectation) => ({
      expectation,
      actual: fromBaseUnits(expectation, this.#store.number(`/figure ${expectation.measured}`, this.#at)),
      // One about other cells of a sweep passes.
      pass: !expectation.applies || this.#store.number(`/pass ${expectation.text}`, this.#at) !== 0,
    }));
  }

  get pending(): JobResult['pending'] {
    return this.#lists.pending;
  }

  get refused(): readonly string[] {
    return this.#lists.refused;
  }

  get caveats(): readonly string[] {
    return this.#lists.caveats;
  }
}

const FIRST_CAPACITY = 1024;

/** Numbers in order, and null. Until one is another than the first it is that one number. */
class KeptColumn {
  readonly #from: number;
  #first = NaN;
  #values: Float64Array | undefined;

  /** Before `from` there is nothing. */
  constructor(from: number) {
    this.#from = from;
  }

  put(at: number, given: number | null): void {
    const value = given ?? NaN;
    if (at === this.#from) this.#first = value;
    if (this.#values === undefined) {
      if (Object.is(value, this.#first)) return;
      this.#values = new Float64Array(FIRST_CAPACITY).fill(this.#first);
      this.#values.fill(NaN, 0, this.#from);
    }
    if (at >= this.#values.length) {
      const more = new Float64Array(2 ** Math.ceil(Math.log2(at + 1))).fill(this.#first);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[at] = value;
  }

  get(at: number): number | null {
    const value =
      at < this.#from ? NaN : this.#values === undefined || at >= this.#values.length ? this.#first : this.#values[at];
    return Number.isNaN(value) ? null : value;
  }
}
