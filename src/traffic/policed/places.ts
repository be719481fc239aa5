// All places where policies are used, and the copies that are made there for callers and servers.
import type { Engine } from '../../engine/engine.ts';
import type { Family } from '../../lib/family.ts';
import type { FamilyUse } from '../../model/settings/family-use.ts';
import { BreakerState } from '../policies/breaker-state.ts';
import type { Policy, PolicyContext } from '../policies/policy.ts';
import type { PodRow } from '../../model/rows.ts';
import { Place } from './place.ts';

/** What happens at a place that somebody may want to tell. */
export interface PlaceListener {
  /** A breaker of a caller (or server) at the pod, -1 outside, is in another `BreakerState`. */
  stateChanged(place: Place, pod: PodRow, state: number): void;
  ejected(place: Place, pod: PodRow, endpoint: number, reason: string, times: number): void;
  returned(place: Place, pod: PodRow, endpoint: number): void;
}

/** What a policy that lets attempts wait needs of whoever lets them go. */
export interface Waiters {
  resume(ticket: number): void;
  refuse(ticket: number): void;
}

export class Places {
  readonly all: Place[] = [];
  readonly listeners: PlaceListener[] = [];
  readonly #engine: Engine;
  readonly #family: Family<PolicyContext, Policy>;
  readonly #args = new Map<Place, unknown>();

  constructor(engine: Engine, family: Family<PolicyContext, Policy>) {
    this.#engine = engine;
    this.#family = family;
  }

  add(where: string, { name, args }: FamilyUse): Place {
    const place = new Place(where, name, this.#engine.stream(`traffic/policies/${where}/${name}`));
    this.all.push(place);
    this.#args.set(place, args);
    return place;
  }

  copy(place: Place, pod: PodRow, waiters: Waiters): Policy {
    const made = this.#make(place, pod, this.#args.get(place), waiters);
    place.copies.set(made, made.state?.() ?? 0);
    return made;
  }

  /** After a policy was asked or notified: whether its breaker is in another state. */
  look(place: Place, policy: Policy, pod: PodRow): void {
    const state = policy.state?.();
    const before = place.copies.get(policy);
    // A copy whose process is gone counts no more.
    if (state === undefined || before === undefined || state === before) return;
    if (state === BreakerState.Open) place.openings += 1;
    place.copies.set(policy, state);
    for (const listener of this.listeners) listener.stateChanged(place, pod, state);
  }

  #make(place: Place, pod: PodRow, args: unknown, waiters: Waiters): Policy {
    return this.#family.create(place.policy, args, {
      nowUs: () => this.#engine.now,
      random: place.random,
      shared: (make) => place.shared(make),
      resume: (ticket) => waiters.resume(ticket),
      refuse: (ticket) => waiters.refuse(ticket),
      ejected: (endpoint, reason, times) => {
        place.ejections += 1;
        for (const listener of this.listeners) listener.ejected(place, pod, endpoint, reason, times);
      },
      returned: (endpoint) => {
        for (const listener of this.listeners) listener.returned(place, pod, endpoint);
      },
    });
  }
}
