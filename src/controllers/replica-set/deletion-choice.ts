// The pods of a ReplicaSet or a ReplicationController that go when it shrinks, as the view has them.
import { isActive, PodBit, PodPhase } from '../../model/pods.ts';
import type { Registry } from '../../model/registry.ts';
import { compareForDeletion, type DeletionCandidate, deletionCost } from './deletion-order.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import type { Claimed } from '../kit/pod-claims.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

interface Candidate extends DeletionCandidate {
  readonly pod: PodRow;
}

export class DeletionChoice {
  readonly #state: Registry;
  readonly #views: SharedViews;

  constructor(state: Registry, views: SharedViews) {
    this.#state = state;
    this.#views = views;
  }

  /** Rows of the `count` active pods of the ReplicaSet that are deleted first; the view may not show yet what it has claimed. */
  choose(set: ObjectRow, count: number, claimed: Claimed, nowUs: number): PodRow[] {
    const candidates = this.#candidates(set, claimed);
    if (count < candidates.length) candidates.sort((a, b) => compareForDeletion(a, b, nowUs) || byUid(a, b));
    return candidates.slice(0, count).map(({ pod }) => pod);
  }

  #candidates(set: ObjectRow, { adopted, released }: Claimed): Candidate[] {
    const { byOwner, view } = this.#views.pods;
    const ranks = this.#ranks(set);
    const candidates: Candidate[] = [];
    for (let pod = byOwner.first(set); pod >= 0; pod = byOwner.next(pod)) {
      if (isActive(view.state[pod]) && !released.includes(pod)) candidates.push(this.#candidate(pod, ranks));
    }
    for (const pod of adopted) {
      if (isActive(view.state[pod]) && view.owner[pod] !== set) candidates.push(this.#candidate(pod, ranks));
    }
    return candidates;
  }

  #candidate(pod: PodRow, ranks: ReadonlyMap<NodeRow, number>): Candidate {
    const { view } = this.#views.pods;
    const { pods, classes } = this.#state;
    const state = view.state[pod];
    let uid: string | undefined;
    return {
      pod,
      assigned: view.node[pod] >= 0,
      phase: (state & PodBit.PhaseMask) === PodPhase.Pending ? 0 : 2,
      ready: (state & PodBit.Ready) !== 0,
      cost: deletionCost(classes.get(view.podClass[pod]).annotations[DELETION_COST]),
      rank: ranks.get(view.node[pod]) ?? 0,
      readyAtUs: wholeSecond(view.readyAt[pod]),
      // The view has the sum over the containers.
      restarts: view.restarts[pod],
      sidecarRestarts: 0,
      createdAtUs: wholeSecond(pods.createdAt[pod]),
      uid: () => (uid ??= this.#state.podUid(pod)),
    };
  }

  /** Active pods by node of all ReplicaSets of the same Deployment; none where nobody controls it (getReplicaSetsWithSameController). */
  #ranks(set: ObjectRow): Map<NodeRow, number> {
    const { byOwner, view } = this.#views.pods;
    const deployment = this.#views.replicaSets.ownerOf(set);
    const ranks = new Map<NodeRow, number>();
    for (const sibling of deployment < 0 ? [] : this.#views.setsOf(deployment)) {
      for (let pod = byOwner.first(sibling); pod >= 0; pod = byOwner.next(pod)) {
        if (isActive(view.state[pod])) ranks.set(view.node[pod], (ranks.get(view.node[pod]) ?? 0) + 1);
      }
    }
    return ranks;
  }
}

/** API times are whole seconds. */
function wholeSecond(us: number): number {
  return Math.floor(us / 1e6) * 1e6;
}

function byUid(a: Candidate, b: Candidate): number {
  return a.uid() < b.uid() ? -1 : 1;
}
