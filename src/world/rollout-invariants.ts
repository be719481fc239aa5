// What must hold of Argo's Rollouts: weights that are the whole, a stable ReplicaSet until another one is, and as many available pods as the strategy promises.
import { maxUnavailable } from '../controllers/rollout/canary-limits.ts';
import { wholeWeight } from '../controllers/rollout/canary-steps.ts';
import {
  availableReplicas,
  hashOf,
  isFullyPromoted,
  type Rollout,
  rolloutReplicas,
} from '../controllers/rollout/rollout-objects.ts';
import { desiredReplicas, type ReplicaSet } from '../controllers/kit/deployment-objects.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** What has been so for this long the controller has heard of, however slow its watch is. */
const HEARD_US = 10e6;

export class RolloutInvariants {
  readonly #state: ClusterState;
  /** By ReplicaSet of a Rollout: as it was last committed. */
  readonly #sets = new Map<ObjectRow, ReplicaSet>();
  /** By Rollout: when its pods were last fewer, or it was changed. */
  readonly #unsettledUs = new Map<ObjectRow, number>();
  readonly #specs = new Map<ObjectRow, Rollout['spec']>();

  constructor(state: ClusterState) {
    this.#state = state;
  }

  /** What is wrong after a change of a Rollout; undefined for nothing. */
  rolloutCommitted(row: ObjectRow, rollout: Rollout, nowUs: number): string | undefined {
    if (this.#specs.get(row) !== rollout.spec) this.#unsettledUs.set(row, nowUs);
    this.#specs.set(row, rollout.spec);
    return weightViolation(rollout) ?? this.#stableViolation(row, rollout, nowUs);
  }

  /** The same after a change of a ReplicaSet, which may be no Rollout's. */
  setCommitted(row: ObjectRow, set: ReplicaSet, nowUs: number): string | undefined {
    const { objects } = this.#state;
    const owner = objects.owner[row];
    if (owner < 0 || objects.kind[owner] !== 'Rollout') return undefined;
    const before = this.#sets.get(row);
    this.#sets.set(row, set);
    const rollout = objects.get(owner) as Rollout | undefined;
    if (rollout === undefined || before === undefined) return undefined;
    if (availableReplicas(set) < availableReplicas(before)) this.#unsettledUs.set(owner, nowUs);
    return this.#availabilityViolation(owner, rollout, before, set, nowUs);
  }

  /** A canary without a router takes no available pod that must stay. */
  #availabilityViolation(
    owner: ObjectRow,
    rollout: Rollout,
    before: ReplicaSet,
    after: ReplicaSet,
    nowUs: number,
  ): string | undefined {
    const { canary } = rollout.spec.strategy;
    if (canary === undefined || canary.trafficRouting !== undefined) return undefined;
    const taken = lasting(before) - lasting(after);
    if (taken <= 0 || desiredReplicas(after) >= desiredReplicas(before) || !this.#isSettled(owner, nowUs))
      return undefined;
    const left = this.#setsOf(owner).reduce((sum, set) => sum + lasting(set), 0);
    const least = rolloutReplicas(rollout) - maxUnavailable(rollout);
    if (left >= least) return undefined;
    return `Rollout ${rollout.metadata.name} scaled ${after.metadata.name} from ${desiredReplicas(before)} to ${desiredReplicas(after)}: ${left} available pods stay, of at least ${least}`;
  }

  /** Whose pods serve, or would after an abort, keeps some. */
  #stableViolation(row: ObjectRow, rollout: Rollout, nowUs: number): string | undefined {
    const { stableRS = '', blueGreen } = rollout.status ?? {};
    if (stableRS === '' || isFullyPromoted(rollout) || rolloutReplicas(rollout) === 0) return undefined;
    if (!this.#isSettled(row, nowUs)) return undefined;
    const { canary } = rollout.spec.strategy;
    const keeps =
      canary === undefined
        ? blueGreen?.activeSelector === stableRS
        : canary.trafficRouting !== undefined && canary.dynamicStableScale !== true;
    if (!keeps) return undefined;
    const stable = this.#setsOf(row).find((set) => hashOf(set) === stableRS);
    if (stable !== undefined && desiredReplicas(stable) > 0) return undefined;
    const what = stable === undefined ? 'is not there' : 'has no pods';
    return `the stable ReplicaSet (${stableRS}) of Rollout ${rollout.metadata.name} ${what} before another one is stable`;
  }

  #isSettled(row: ObjectRow, nowUs: number): boolean {
    return nowUs - (this.#unsettledUs.get(row) ?? 0) > HEARD_US;
  }

  #setsOf(owner: ObjectRow): ReplicaSet[] {
    const { objects } = this.#state;
    const found: ReplicaSet[] = [];
    for (const row of objects.ofKind('ReplicaSet')) {
      const set = objects.get(row) as ReplicaSet | undefined;
      if (set !== undefined && objects.owner[row] === owner) found.push(set);
    }
    return found;
  }
}

/** Available pods that are there after what is asked for has happened. */
function lasting(set: ReplicaSet): number {
  return Math.min(desiredReplicas(set), availableReplicas(set));
}

function weightViolation(rollout: Rollout): string | undefined {
  const weights = rollout.status?.canary?.weights;
  if (weights === undefined) return undefined;
  const parts = [weights.canary, weights.stable, ...(weights.additional ?? [])].map(({ weight }) => weight);
  const sum = parts.reduce((total, weight) => total + weight, 0);
  if (parts.every((weight) => weight >= 0) && sum === wholeWeight(rollout)) return undefined;
  return `Rollout ${rollout.metadata.name} has weights ${parts.join(' and ')}, of ${wholeWeight(rollout)}`;
}
