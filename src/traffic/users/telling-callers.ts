// Hot dialect: the caller's half of calls where users wait for the end of their requests.
import { CALL, Field } from '../calls.ts';
import type { CallersKind } from '../callers.ts';
import type { Users } from './users.ts';

/** A Callers, or a kind of it, that tells users of the end of their requests. */
export function telling(Base: CallersKind, users: () => Users): CallersKind {
  return class TellingCallers extends Base {
    protected override endRequest(row: number, site: number, outcome: number): void {
      super.endRequest(row, site, outcome);
      users().answered(this.sites.sourceOf(site), this.calls.ints[CALL * row + Field.Ordinal], outcome);
    }
  };
}
