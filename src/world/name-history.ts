// Name lookups over time: the rows of dns.csv, and their figures.
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { NameCounts, Names } from '../traffic/names/names.ts';

export class NameHistory {
  readonly rows: Row<'dns'>[] = [];
  /** By row: durations of lookups, µs. */
  readonly #durations: Histogram[] = [];
  readonly #names: Names | undefined;
  #before: NameCounts = { lookups: 0, failed: 0, queries: 0, fromNode: 0, fromProgram: 0, upstream: 0 };

  constructor(names: Names | undefined) {
    this.#names = names;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const names = this.#names;
    if (names === undefined) return;
    const now = { ...names.counts };
    const before = this.#before;
    const durations = names.takeDurations();
    this.#before = now;
    this.#durations.push(durations);
    this.rows.push({
      time_seconds,
      lookups: now.lookups - before.lookups,
      lookups_failed: now.failed - before.failed,
      queries: now.queries - before.queries,
      queries_node_cache: now.fromNode - before.fromNode,
      queries_upstream: now.upstream - before.upstream,
      program_cache_hits: now.fromProgram - before.fromProgram,
      lookup_duration_p50_seconds: durations.quantileSeconds(0.5),
      lookup_duration_p99_seconds: durations.quantileSeconds(0.99),
      lookup_duration_max_seconds: durations.quantileSeconds(1),
    });
  }

  /** Durations of the intervals from (included) to (excluded); undefined where nothing is looked up. */
  durations(from: number, to: number): Histogram | undefined {
    if (this.#names === undefined) return undefined;
    const all = new Histogram();
    for (const one of this.#durations.slice(from, to)) all.merge(one);
    return all;
  }
}
