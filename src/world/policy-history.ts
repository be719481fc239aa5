// Policies over time: the rows of policies.csv.
import type { Row } from '../metrics/catalogue.ts';
import type { Place } from '../traffic/policed/place.ts';
import type { Traffic } from '../traffic/traffic.ts';

/** Columns that are counts of the interval. */
const COUNTS = {
  permitted: 'permitted',
  rejected: 'rejected',
  waited: 'waited',
  retries: 'retries',
  retries_refused: 'retriesRefused',
  hedges: 'hedges',
  fallbacks: 'fallbacks',
  openings: 'openings',
  ejections: 'ejections',
} as const satisfies Partial<Record<keyof Row<'policies'>, keyof Place>>;

export type PolicyCount = keyof typeof COUNTS;
const names = Object.keys(COUNTS) as PolicyCount[];

export class PolicyHistory {
  readonly rows: Row<'policies'>[] = [];
  readonly #traffic: Traffic;
  readonly #before = new Map<Place, Record<PolicyCount, number>>();

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    for (const place of this.#traffic.policing?.places.all ?? []) {
      const before = this.#before.get(place);
      const total = Object.fromEntries(names.map((name) => [name, place[COUNTS[name]]])) as Record<PolicyCount, number>;
      const since = Object.fromEntries(names.map((name) => [name, total[name] - (before?.[name] ?? 0)]));
      this.#before.set(place, total);
      this.rows.push({
        time_seconds,
        place: place.where,
        policy: place.policy,
        ...(since as Record<PolicyCount, number>),
        open: place.open,
        half_open: place.halfOpen,
        ejected_endpoints: place.ejectedEndpoints,
        limit: place.limit ?? null,
      });
    }
  }
}
