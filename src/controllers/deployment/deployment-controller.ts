// The Deployment controller: hears of Deployments, ReplicaSets and pods, and runs syncs against the API server.
import { ApiClient } from '../../api/client.ts';
import type { ApiServer } from '../../api/server.ts';
import { Refused } from '../../api/refused.ts';
import type { Engine } from '../../engine/engine.ts';
import { Change } from '../../model/change-log.ts';
import { isTerminal } from '../../model/pods.ts';
import type { Deployment, ReplicaSet } from '../kit/deployment-objects.ts';
import type { DeploymentPort } from './deployment-port.ts';
import { syncDeployment } from './deployment-sync.ts';
import type { RolloutChoice } from './rollouts/choice.ts';
import type { ControllerSettings } from '../settings.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';

/** What the syncs of all Deployments share. */
interface Shared {
  readonly engine: Engine;
  readonly api: ApiServer;
  readonly client: ApiClient;
  readonly views: SharedViews;
  readonly queue: WorkQueue;
}

export class DeploymentController {
  readonly #shared: Shared;
  readonly #rollouts: RolloutChoice;

  constructor(
    engine: Engine,
    api: ApiServer,
    views: SharedViews,
    settings: ControllerSettings,
    rollouts: RolloutChoice,
  ) {
    this.#rollouts = rollouts;
    const client = new ApiClient(api, 'deployment-controller', settings.clients, 'in-turn');
    const workers = settings.concurrentSyncs['deployment'] ?? 5;
    const { syncWorkUs } = settings;
    const queue = new WorkQueue(engine, 'deployment', { workers, syncWorkUs }, (row) => this.#sync(row));
    this.#shared = { engine, api, client, views, queue };
    const { owner } = api.state.objects;
    views.deployments.subscribe((row) => queue.add(row));
    views.replicaSets.subscribe((row) => {
      if (owner[row] >= 0 && views.deployments.get(owner[row]) !== undefined) queue.add(owner[row]);
    });
    views.pods.view.subscribe((pod, _epoch, what) => {
      if ((what & Change.Removed) !== 0) this.#podGone(pod);
    });
  }

  /** A rollout that waits for old pods goes on when the last one is gone. */
  #podGone(pod: number): void {
    const { api, views, queue } = this.#shared;
    const { owner } = api.state.objects;
    const set = api.state.pods.owner[pod];
    if (set < 0 || owner[set] < 0) return;
    const deployment = views.deployments.get(owner[set]);
    if (deployment === undefined || !this.#rollouts.of(deployment).waitsForOldPods) return;
    for (const row of views.setsOf(owner[set])) if (views.pods.byOwner.size(row) > 0) return;
    queue.add(owner[set]);
  }

  *#sync(row: number): Steps {
    const { views } = this.#shared;
    const deployment = views.deployments.get(row);
    if (deployment === undefined) return;
    const rows = new Map<string, number>();
    const sets: ReplicaSet[] = [];
    for (const set of views.setsOf(row)) {
      const object = views.replicaSets.get(set);
      if (object === undefined) continue;
      rows.set(object.metadata.name, set);
      sets.push(object);
    }
    yield* syncDeployment(new ApiPort(this.#shared, row, rows), deployment, sets, this.#rollouts.of(deployment));
  }
}

/** One sync's port to the API server. */
class ApiPort implements DeploymentPort {
  readonly #shared: Shared;
  readonly #row: number;
  /** Rows of the ReplicaSets by name. */
  readonly #rows: Map<string, number>;

  constructor(shared: Shared, row: number, rows: Map<string, number>) {
    this.#shared = shared;
    this.#row = row;
    this.#rows = rows;
  }

  get nowUs(): number {
    return this.#shared.engine.now;
  }

  *createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | undefined> {
    const row = yield* this.#shared.client.create(set, this.#row).wait();
    if (row === Refused.AlreadyExists) return undefined;
    this.#rows.set(set.metadata.name, accepted(row, set));
    return this.#answer(row, set);
  }

  *updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet> {
    const row = this.#rowOf(set);
    accepted(yield* this.#shared.client.update(row, set).wait(), set);
    return this.#answer(row, set);
  }

  *deleteReplicaSet(set: ReplicaSet): Steps {
    const result = yield* this.#shared.client.delete(this.#rowOf(set)).wait();
    if (result !== Refused.NotFound) accepted(result, set);
  }

  *updateStatus(deployment: Deployment): Steps {
    accepted(yield* this.#shared.client.updateStatus(this.#row, deployment).wait(), deployment);
  }

  *updateDeployment(deployment: Deployment): Steps {
    accepted(yield* this.#shared.client.update(this.#row, deployment).wait(), deployment);
  }

  findReplicaSet(name: string): ReplicaSet | undefined {
    const { api, views } = this.#shared;
    const { objects } = api.state;
    return views.replicaSets.get(objects.find('ReplicaSet', objects.namespace[this.#row], name));
  }

  hasRunningPods(set: ReplicaSet): boolean {
    const { byOwner, view } = this.#shared.views.pods;
    for (let pod = byOwner.first(this.#rowOf(set)); pod >= 0; pod = byOwner.next(pod)) {
      if (!isTerminal(view.state[pod])) return true;
    }
    return false;
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#shared.client.objectEvent(type, reason, message, this.#row);
  }

  syncAfter(delayUs: number): void {
    this.#shared.queue.addAfter(this.#row, delayUs);
  }

  syncRateLimited(): void {
    this.#shared.queue.addRateLimited(this.#row);
  }

  #rowOf(set: ReplicaSet): number {
    const row = this.#rows.get(set.metadata.name);
    if (row === undefined) throw new SyncFailed(`ReplicaSet ${set.metadata.name} is not in the view`);
    return row;
  }

  /** The body of the answer: the object as committed. */
  #answer(row: number, set: ReplicaSet): ReplicaSet {
    return (this.#shared.api.state.objects.get(row) as ReplicaSet | undefined) ?? set;
  }
}

function accepted(result: number, object: Deployment | ReplicaSet): number {
  if (result < 0) throw new SyncFailed(`${object.kind} ${object.metadata.name}: the write was refused (${result})`);
  return result;
}
