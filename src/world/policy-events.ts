// Events about policies: a breaker that opens or closes, an endpoint that is ejected or returns. They are about the pod that calls.
import type { ClusterState } from '../model/state.ts';
import { EventSubject } from '../model/event-log.ts';
import type { PodRow } from '../model/rows.ts';
import type { Place } from '../traffic/policed/place.ts';
import type { PlaceListener } from '../traffic/policed/places.ts';
import { BreakerState } from '../traffic/policies/breaker-state.ts';
import { podOfEndpoint } from '../traffic/policies/endpoint-ejections.ts';

const REASONS: Readonly<Record<number, readonly [reason: string, words: string]>> = {
  [BreakerState.Open]: ['CircuitBreakerOpened', 'opened'],
  [BreakerState.HalfOpen]: ['CircuitBreakerHalfOpen', 'is half open'],
  [BreakerState.Closed]: ['CircuitBreakerClosed', 'closed'],
};

export class PolicyEvents implements PlaceListener {
  readonly #state: ClusterState;
  readonly #nowUs: () => number;

  constructor(state: ClusterState, nowUs: () => number) {
    this.#state = state;
    this.#nowUs = nowUs;
  }

  stateChanged({ where, policy }: Place, pod: PodRow, state: number): void {
    const [reason, words] = REASONS[state];
    this.#record(state === BreakerState.Open ? 'Warning' : 'Normal', reason, `${policy} of ${where} ${words}`, pod);
  }

  ejected({ where, policy }: Place, pod: PodRow, endpoint: number, why: string, times: number): void {
    const message = `${policy} of ${where} ejected ${this.#nameOf(endpoint)} for the ${ordinal(times)} time: ${why}`;
    this.#record('Warning', 'EndpointEjected', message, pod);
  }

  returned({ where, policy }: Place, pod: PodRow, endpoint: number): void {
    this.#record('Normal', 'EndpointReturned', `${policy} of ${where} uses ${this.#nameOf(endpoint)} again`, pod);
  }

  #nameOf(endpoint: number): string {
    const { pods, identities } = this.#state;
    const identity = pods.identity[podOfEndpoint(endpoint)];
    return identity < 0 ? 'a pod that is gone' : `pod ${identities.name(identity)}`;
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string, pod: PodRow): void {
    const { events, pods } = this.#state;
    const id = events.messages.id({ source: 'policies', type, reason, message });
    const identity = pod < 0 ? -1 : pods.identity[pod];
    if (identity < 0) events.addAboutNobody(this.#nowUs(), id);
    else events.add(this.#nowUs(), id, EventSubject.Pod, identity, -1);
  }
}

function ordinal(times: number): string {
  return ['first', 'second', 'third'][times - 1] ?? `${times}th`;
}
