// What figures of requests are measured from: rows of intervals, or of the seconds of the last one.
import type { Row } from '../metrics/catalogue.ts';
import type { Histogram } from '../metrics/histogram.ts';

/** Request durations by row. */
export interface Durations {
  readonly length: number;
  merged(from?: number, to?: number): Histogram;
}

export type RequestRow = Pick<
  Row<'series'>,
  | 'time_seconds'
  | 'requests'
  | 'requests_completed'
  | 'requests_failed'
  | 'requests_timeout'
  | 'requests_refused'
  | 'requests_overload'
  | 'apiserver_writes_per_second'
>;
export type ServiceRow = Pick<Row<'services'>, 'time_seconds' | 'namespace' | 'service' | 'requests' | 'errors'>;

export interface RequestHistory {
  readonly series: readonly RequestRow[];
  readonly services: readonly ServiceRow[];
  readonly durations: Durations;
  /** Of each Service, by `namespace/name`. */
  readonly serviceDurations: ReadonlyMap<string, Durations>;
}
