// Users who wait for an answer before they send the next request: closed loops, and visits that end. Times in integer microseconds.
import type { DistributionSpec } from '../../lib/distribution.ts';

/** How many users there are at a time; between two points the number changes evenly. */
export interface UserCount {
  readonly atUs: number;
  readonly users: number;
}

/** One step of a session: a request of a class, and what follows its answer, by weight. */
export interface SessionPage {
  /** Index among the classes of the source. */
  readonly requestClass: number;
  readonly next: readonly { readonly page: number; readonly weight: number }[];
  /** The weight of leaving. */
  readonly leave: number;
}

export interface UsersSpec {
  /** In the order of time; undefined where users come by the arrival process of their source, one with each arrival. */
  readonly count: readonly UserCount[] | undefined;
  /** Between an answer and the next request of the same user. */
  readonly think: DistributionSpec;
  /** The chance that a user leaves after a request that was answered, and after one that failed: 0 to 1. */
  readonly leave: number;
  readonly leaveAfterFailure: number;
  /** The path of a user, from the first page on; who failed tries the same page again. Without it all requests are alike. */
  readonly session?: readonly SessionPage[] | undefined;
  /** How long the place of one who has left stays empty, where the number of users is given. */
  readonly away: DistributionSpec;
}
