// The policies of one caller at one place, or of one pod that serves: in order, the first one outermost.
import { InputError } from '../../lib/errors.ts';
import type { Fallback, Hedging, Policy } from '../policies/policy.ts';
import { MOST_POLICIES } from './attempt-notes.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Place } from './place.ts';
import type { Places, Waiters } from './places.ts';

export class Chain {
  readonly places: readonly Place[];
  readonly policies: readonly Policy[];
  /** The pod, -1 for clients outside. */
  readonly pod: PodRow;
  readonly deadlineUs: number;
  readonly hedging: Hedging | undefined;
  readonly hedgingPlace: Place | undefined;
  readonly fallback: Fallback | undefined;
  readonly fallbackPlace: Place | undefined;
  /** Decides how often and when attempts are made, instead of the call's `retries`. */
  readonly retry: Policy | undefined;
  readonly retryPlace: Place | undefined;
  readonly uses: Policy | undefined;
  readonly #book: Places;

  constructor(book: Places, places: readonly Place[], pod: PodRow, waiters: Waiters) {
    if (places.length > MOST_POLICIES) {
      throw new InputError(
        `${places[0].where}: ${places.length} policies are too many, expected at most ${MOST_POLICIES}`,
      );
    }
    this.#book = book;
    this.places = places;
    this.pod = pod;
    this.policies = places.map((place) => book.copy(place, pod, waiters));
    const first = (part: keyof Policy): number => this.policies.findIndex((policy) => policy[part] !== undefined);
    this.deadlineUs = Math.min(...this.policies.map(({ deadlineUs = Infinity }) => deadlineUs));
    const hedging = first('hedging');
    this.hedging = this.policies.at(hedging)?.hedging;
    this.hedgingPlace = places.at(hedging);
    const fallback = first('fallback');
    this.fallback = this.policies.at(fallback)?.fallback;
    this.fallbackPlace = places.at(fallback);
    const retry = first('retryUs');
    this.retry = retry < 0 ? undefined : this.policies[retry];
    this.retryPlace = retry < 0 ? undefined : places[retry];
    this.uses = this.policies.find((policy) => policy.uses !== undefined);
  }

  look(index: number): void {
    const place = this.places[index];
    this.#book.look(place, this.policies[index], this.pod);
  }

  /** Its pod has another process now. */
  close(): void {
    for (const [index, place] of this.places.entries()) place.copies.delete(this.policies[index]);
  }
}
