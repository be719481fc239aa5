// Expectations: `requests.error_ratio during 9m..20m < 0.005`, as typed data.
import type { Place } from '../lib/errors.ts';

/** What a figure is measured in. Times are microseconds here; a rate is per second; a ratio is 0 to 1. */
export type FigureUnit = 'count' | 'ratio' | 'rate' | 'us';

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=' | 'between';

export type Aggregate = 'min' | 'max' | 'mean' | 'last';

/** A figure by its pattern, with the names that fill the pattern's places. */
export interface Figure {
  /** As written: `deployment.web.available`. */
  readonly name: string;
  /** As declared: `deployment.<deployment>.available`. */
  readonly pattern: string;
  readonly unit: FigureUnit;
  /** `{ deployment: 'web' }`; an object's name may be `namespace/name`. */
  readonly names: Readonly<Record<string, string>>;
}

export interface Expectation {
  /** As the user wrote it. */
  readonly text: string;
  readonly place: Place;
  readonly figure: Figure;
  /** Of a gauge over the window; undefined: the figure's own way (a gauge's value at the end of the window). */
  readonly aggregate: Aggregate | undefined;
  /** Undefined: the whole run after the warm-up. */
  readonly window: { readonly fromUs: number; readonly toUs: number } | undefined;
  /** `all`: every seed must hold it by itself; `mean`: the mean over the seeds must. */
  readonly overSeeds: 'all' | 'mean';
  readonly operator: Operator;
  /** In the figure's unit. For `between` the lower bound, both bounds belonging to it. */
  readonly bound: number;
  /** Only for `between`. */
  readonly upper: number | undefined;
}
