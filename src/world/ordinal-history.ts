// What the pod of each ordinal of each StatefulSet was like over time, for ordinals.csv: one stretch after the other.
import type { ApiServer } from '../api/server.ts';
import type { Row } from '../metrics/catalogue.ts';
import { Change } from '../model/change-log.ts';
import { PodBit, PodPhase } from '../model/pods.ts';
import type { ClassRow, IdentityRow, ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { PodRevisions } from './pod-revisions.ts';

type OrdinalState = 'Pending' | 'NotReady' | 'Ready' | 'Terminating' | 'Ended';

interface Stretch {
  readonly owner: ObjectRow;
  readonly identity: IdentityRow;
  readonly podClass: ClassRow;
  readonly state: OrdinalState;
  readonly fromUs: number;
  /** Infinity while it lasts. */
  toUs: number;
}

/** Follows what is committed, from the first StatefulSet on; before there is one it costs nothing. */
export class OrdinalHistory {
  readonly #state: ClusterState;
  readonly #clock: { readonly now: number };
  readonly #stretches: Stretch[] = [];
  /** The stretch that lasts, by pod. */
  readonly #current = new Map<PodRow, Stretch>();
  #follows = false;

  constructor(api: ApiServer) {
    this.#state = api.state;
    this.#clock = api.engine;
    const { objects } = api.state;
    api.objectCommits.push((row) => {
      if (this.#follows || objects.kind[row] !== 'StatefulSet') return;
      this.#follows = true;
      api.podCommits.push((pod, _epoch, what) => this.#changed(pod, what));
    });
  }

  /** In the order in which they began. */
  *rows(untilUs: number): Generator<Row<'ordinals'>> {
    const { objects, identities, classes } = this.#state;
    const revisions = new PodRevisions(this.#state);
    for (const { owner, identity, podClass, state, fromUs, toUs } of this.#stretches) {
      const { hash, number } = revisions.of(owner, classes.get(podClass));
      const name = identities.name(identity);
      yield {
        namespace: objects.namespace[owner],
        statefulset: objects.name[owner],
        ordinal: Number(name.slice(name.lastIndexOf('-') + 1)),
        uid: identities.uid(identity),
        revision: number,
        pod_template_hash: hash,
        state,
        from_seconds: fromUs / 1e6,
        to_seconds: Math.min(toUs, untilUs) / 1e6,
      };
    }
  }

  #changed(pod: PodRow, what: number): void {
    const { pods, objects } = this.#state;
    const current = this.#current.get(pod);
    const owner = pods.owner[pod];
    const isGone = (what & Change.Removed) !== 0 || owner < 0 || objects.kind[owner] !== 'StatefulSet';
    const state = isGone ? undefined : stateOf(pods.state[pod]);
    const podClass = pods.podClass[pod];
    const identity = pods.identity[pod];
    if (current !== undefined) {
      if (current.state === state && current.podClass === podClass && current.identity === identity) return;
      current.toUs = this.#clock.now;
      this.#current.delete(pod);
    }
    if (state === undefined) return;
    const stretch = { owner, identity, podClass, state, fromUs: this.#clock.now, toUs: Infinity };
    this.#stretches.push(stretch);
    this.#current.set(pod, stretch);
  }
}

function stateOf(state: number): OrdinalState {
  const phase = state & PodBit.PhaseMask;
  if ((state & PodBit.Deleting) !== 0) return 'Terminating';
  if (phase > PodPhase.Running) return 'Ended';
  if (phase === PodPhase.Pending) return 'Pending';
  return (state & PodBit.Ready) === 0 ? 'NotReady' : 'Ready';
}
