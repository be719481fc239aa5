// The Deployment controller: hears of Deployments, ReplicaSets and pods, and runs syncs against the API server.
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import { isTerminal } from '../../model/pods.ts';
import { type Controller, controller, type Work } from '../kit/controller.ts';
import type { Deployment, ReplicaSet } from '../kit/deployment-objects.ts';
import { RetryDelays } from '../kit/retry-delays.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { createSet, type RefusedCreation } from '../kit/create-replica-set.ts';
import { SetClaims } from '../kit/set-claims.ts';
import type { DeploymentPort } from './deployment-port.ts';
import { syncDeployment } from './deployment-sync.ts';
import type { RolloutChoice } from './rollouts/choice.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

/** client-go's usual back-off; this controller gives up after so many tries in a row (maxRetries). */
const FIRST_RETRY_US = 5000;
const LONGEST_RETRY_US = 1000e6;
const MOST_RETRIES = 15;

export const deployment = (rollouts: RolloutChoice): Controller =>
  controller({
    name: 'deployment-controller',
    queue: 'deployment',
    workers: 'deployment',
    retries: () => new RetryDelays(FIRST_RETRY_US, LONGEST_RETRY_US, { mostRetries: MOST_RETRIES }),
    create: (work) => new DeploymentSyncs(work, rollouts),
    watches({ views, queue }, syncs) {
      views.deployments.subscribe((row) => queue.add(row));
      views.replicaSets.subscribe((row, set, what) => {
        const owner = views.replicaSets.ownerOf(row);
        for (const one of [views.formerOwner, owner]) if (views.deployments.get(one) !== undefined) queue.add(one);
        if (set !== undefined && owner < 0) syncs.orphanChanged(row, what);
      });
      views.pods.view.subscribe((pod, _epoch, what) => {
        if ((what & Change.Removed) !== 0) syncs.podGone(pod);
      });
    },
  });

class DeploymentSyncs {
  readonly #work: Work;
  readonly #rollouts: RolloutChoice;
  readonly #claims: SetClaims;

  constructor(work: Work, rollouts: RolloutChoice) {
    this.#work = work;
    this.#rollouts = rollouts;
    this.#claims = new SetClaims(work, () => work.views.deployments.entries());
  }

  /** Whoever selects it may adopt it. A new status changes nothing in that. */
  orphanChanged(row: ObjectRow, what: number): void {
    const { queue, views } = this.#work;
    const set = views.replicaSets.get(row);
    if (set === undefined || (what & (Change.Created | Change.Spec)) === 0) return;
    for (const one of this.#claims.claimants(set)) queue.add(one);
  }

  /** A rollout that waits for old pods goes on when the last one is gone. */
  podGone(pod: PodRow): void {
    const { views, queue } = this.#work;
    const set = views.pods.view.owner[pod];
    const row = set < 0 ? -1 : views.replicaSets.ownerOf(set);
    if (row < 0) return;
    const deployment = views.deployments.get(row);
    if (deployment === undefined || this.#rollouts.of(this.#work, row, deployment).waitsForOldPods !== true) return;
    for (const one of views.setsOf(row)) if (views.pods.byOwner.size(one) > 0) return;
    queue.add(row);
  }

  *sync(row: ObjectRow): Steps {
    const { views } = this.#work;
    const deployment = views.deployments.get(row);
    if (deployment === undefined) return this.#rollouts.forget(row);
    const rows = new Map<string, ObjectRow>();
    const sets: ReplicaSet[] = [];
    for (const set of yield* this.#claims.claim(row, deployment)) {
      // One just adopted is as the view has it: a write of it conflicts, and the sync is tried again.
      const object = views.replicaSets.get(set);
      if (object === undefined) continue;
      rows.set(object.metadata.name, set);
      sets.push(object);
    }
    const rollout = this.#rollouts.of(this.#work, row, deployment);
    yield* syncDeployment(new ApiPort(this.#work, row, rows), deployment, sets, rollout);
  }
}

/** One sync's port to the API server. */
class ApiPort implements DeploymentPort {
  readonly #work: Work;
  readonly #row: ObjectRow;
  /** Rows of the ReplicaSets by name. */
  readonly #rows: Map<string, ObjectRow>;

  constructor(work: Work, row: ObjectRow, rows: Map<string, ObjectRow>) {
    this.#work = work;
    this.#row = row;
    this.#rows = rows;
  }

  get nowUs(): number {
    return this.#work.engine.now;
  }

  *createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | RefusedCreation | undefined> {
    const made = yield* createSet(this.#work.client, set, this.#row);
    if (made === undefined || 'refused' in made) return made;
    this.#rows.set(set.metadata.name, made.row);
    return this.#answer(made.row, set);
  }

  *updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet> {
    const row = this.#rowOf(set);
    accepted(yield* this.#work.client.update(row, set).wait(), set);
    return this.#answer(row, set);
  }

  *deleteReplicaSet(set: ReplicaSet): Steps {
    const result = yield* this.#work.client.delete(this.#rowOf(set)).wait();
    if (result !== Refused.NotFound) accepted(result, set);
  }

  *updateStatus(deployment: Deployment): Steps {
    accepted(yield* this.#work.client.updateStatus(this.#row, deployment).wait(), deployment);
  }

  *updateDeployment(deployment: Deployment): Steps {
    accepted(yield* this.#work.client.update(this.#row, deployment).wait(), deployment);
  }

  findReplicaSet(name: string): ReplicaSet | undefined {
    const { api, views } = this.#work;
    const { objects } = api.registry;
    return views.replicaSets.get(objects.find('ReplicaSet', objects.namespace[this.#row], name));
  }

  hasRunningPods(set: ReplicaSet): boolean {
    const { byOwner, view } = this.#work.views.pods;
    for (let pod = byOwner.first(this.#rowOf(set)); pod >= 0; pod = byOwner.next(pod)) {
      if (!isTerminal(view.state[pod])) return true;
    }
    return false;
  }

  restarts(set: ReplicaSet): number {
    const { byOwner, view } = this.#work.views.pods;
    let restarts = 0;
    for (let pod = byOwner.first(this.#rowOf(set)); pod >= 0; pod = byOwner.next(pod)) restarts += view.restarts[pod];
    return restarts;
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#work.client.objectEvent(type, reason, message, this.#row);
  }

  syncAfter(delayUs: number): void {
    this.#work.queue.addAfter(this.#row, delayUs);
  }

  syncRateLimited(): void {
    this.#work.queue.addRateLimited(this.#row);
  }

  #rowOf(set: ReplicaSet): ObjectRow {
    const row = this.#rows.get(set.metadata.name);
    if (row === undefined) throw new SyncFailed(`ReplicaSet ${set.metadata.name} is not in the view`);
    return row;
  }

  /** The body of the answer: the object as committed. */
  #answer(row: ObjectRow, set: ReplicaSet): ReplicaSet {
    return (this.#work.client.answered(row) as ReplicaSet | undefined) ?? set;
  }
}

function accepted(result: number, object: Deployment | ReplicaSet): ObjectRow {
  if (result < 0) throw new SyncFailed(`${object.kind} ${object.metadata.name}: the write was refused (${result})`);
  return result as ObjectRow;
}
