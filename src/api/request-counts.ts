// How many requests were answered, and how, since the start.
import { Refused } from './refused.ts';

export class RequestCounts {
  /** Committed mutating requests, refused ones by why, and reads. */
  writes = 0;
  conflicts = 0;
  notFound = 0;
  alreadyExists = 0;
  /** Invalid or forbidden. */
  invalid = 0;
  reads = 0;
  events = 0;

  /** Counts the answer to a mutating request. */
  answered(result: number): void {
    if (result >= 0) this.writes += 1;
    else if (result === Refused.Conflict) this.conflicts += 1;
    else if (result === Refused.NotFound) this.notFound += 1;
    else if (result === Refused.AlreadyExists) this.alreadyExists += 1;
    else this.invalid += 1;
  }
}
