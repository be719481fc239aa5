// One Rollout sync's port to the API server.
import { Refused } from '../../api/refused.ts';
import { Resources } from '../../api/resources/resources.ts';
import type { TemplateReference } from '../../model/analysis/metric.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { createSet, type RefusedCreation } from '../kit/create-replica-set.ts';
import type { Work } from '../kit/controller.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { NamedObjects } from '../../api/named-objects.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { PodBit } from '../../model/pods.ts';
import type { MetadataPatch } from './ephemeral-metadata.ts';
import type { RestartedPod } from './pod-restart.ts';
import { withDeadline } from './rollout-annotations.ts';
import type { Rollout, TrafficWeights } from './rollout-objects.ts';
import type { AnalysisRun } from './analysis-objects.ts';
import type { AnalysisTemplates } from './analysis-templates.ts';
import type { Experiment } from './experiment-objects.ts';
import { ApiAnalyses } from './api-analyses.ts';
import { ApiTerminable } from './api-terminable.ts';
import type { AnalysisPort, ExperimentsPort, RolloutPort } from './rollout-port.ts';
import type { TrafficRouter } from './traffic-router.ts';

/** Argo's controller looks again at once, and for ever, where a blue-green Rollout has no delay. */
const AT_ONCE_US = 1e6;

interface Shared {
  readonly rollouts: NamedObjects<Rollout>;
  readonly sets: NamedObjects<ReplicaSet>;
  readonly router: TrafficRouter;
  readonly runs: NamedObjects<AnalysisRun>;
  readonly experiments: NamedObjects<Experiment>;
  readonly templates: AnalysisTemplates;
}

export class ApiPort implements RolloutPort {
  readonly #work: Work;
  readonly #row: ObjectRow;
  readonly #shared: Shared;

  readonly analyses: AnalysisPort;
  readonly experiments: ExperimentsPort;

  constructor(work: Work, row: ObjectRow, shared: Shared) {
    this.#work = work;
    this.#row = row;
    this.#shared = shared;
    this.analyses = new ApiAnalyses(work, row, shared.runs, shared.templates);
    this.experiments = new ApiTerminable(work, row, shared.experiments, '-');
  }

  get nowUs(): number {
    return this.#work.engine.now;
  }

  *createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | RefusedCreation | undefined> {
    const made = yield* createSet(this.#work.client, set, this.#row);
    return made === undefined || 'refused' in made ? made : this.#taken(this.#shared.sets, made.row, set);
  }

  *updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet> {
    const row = this.#rowOf('ReplicaSet', set.metadata.name);
    let result = yield* this.#work.client.update(row, set).wait();
    // Where the ReplicaSet's own controller was quicker, Argo sends a patch.
    if (result === Refused.Conflict) {
      const { resourceVersion: _old, ...metadata } = set.metadata;
      result = yield* this.#work.client.update(row, { ...set, metadata }).wait();
    }
    accepted(result, set);
    return this.#taken(this.#shared.sets, row, set);
  }

  *patchDeadline(set: ReplicaSet, deadline: string | undefined): Steps {
    const current = this.findReplicaSet(set.metadata.name) ?? set;
    yield* this.updateReplicaSet(withDeadline(current, deadline));
  }

  *deleteReplicaSet(set: ReplicaSet): Steps {
    const result = yield* this.#work.client.delete(this.#rowOf('ReplicaSet', set.metadata.name)).wait();
    if (result !== Refused.NotFound) accepted(result, set);
  }

  *updateRollout(rollout: Rollout): Steps<Rollout> {
    accepted(yield* this.#work.client.update(this.#row, rollout).wait(), rollout);
    return this.#taken(this.#shared.rollouts, this.#row, rollout);
  }

  *updateStatus(rollout: Rollout): Steps<Rollout> {
    accepted(yield* this.#work.client.updateStatus(this.#row, rollout).wait(), rollout);
    return this.#taken(this.#shared.rollouts, this.#row, rollout);
  }

  findReplicaSet(name: string): ReplicaSet | undefined {
    return this.#shared.sets.get(this.#rowOf('ReplicaSet', name));
  }

  findService(name: string): ServiceObject | undefined {
    return this.#work.views.services.get(this.#rowOf('Service', name));
  }

  missingTemplate(namespace: string | undefined, references: readonly TemplateReference[]): string | undefined {
    return this.#shared.templates.missing(namespace, references);
  }

  *podsOf(sets: readonly ReplicaSet[]): Generator<RestartedPod, void, undefined> {
    const { views, api } = this.#work;
    const { byOwner, view } = views.pods;
    for (const set of sets) {
      const row = this.#rowOf('ReplicaSet', set.metadata.name);
      const minReadyUs = (set.spec.minReadySeconds ?? 0) * 1e6;
      for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) {
        const isReady = (view.state[pod] & PodBit.Ready) !== 0;
        yield {
          name: api.registry.podName(pod),
          createdUs: Math.floor(view.table.createdAt[pod] / 1e6) * 1e6,
          isAvailable: isReady && view.readyAt[pod] + minReadyUs <= this.nowUs,
          isDeleted: (view.state[pod] & PodBit.Deleting) !== 0,
        };
      }
    }
  }

  *patchPods(set: ReplicaSet, metadata: MetadataPatch): Steps {
    const { objects } = this.#work.api.registry;
    const resources = new Resources(this.#work.client);
    const namespace = objects.namespace[this.#row];
    // As they are now: the list changes while this waits.
    const pods = [...this.podsOf([set])];
    for (const { name, isDeleted } of pods) {
      if (isDeleted) continue;
      const target = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } };
      const answer = yield* resources.patch(target, { type: 'merge', patch: { metadata } }).wait();
      // One that is gone by now needs none.
      if ('failure' in answer && answer.failure.code !== 404) throw new SyncFailed(`pod ${name} could not be changed`);
    }
  }

  /** A PodDisruptionBudget may refuse it for now. */
  *evictPod(name: string): Steps<boolean> {
    const { objects } = this.#work.api.registry;
    const resources = new Resources(this.#work.client);
    const answer = yield* resources.evict(objects.namespace[this.#row], name).wait();
    return 'object' in answer;
  }

  *updateService(service: ServiceObject): Steps {
    accepted(yield* this.#work.client.update(this.#rowOf('Service', service.metadata.name), service).wait(), service);
  }

  /** Nobody asks whether the proxies have it already. */
  splitTraffic(rollout: Rollout, weights: TrafficWeights): undefined {
    this.#shared.router.split(this.#row, rollout, weights);
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#work.client.objectEvent(type, reason, message, this.#row);
  }

  syncAfter(delayUs: number): void {
    // A timer rings when its time has passed, not at the same instant.
    this.#work.queue.addAfter(this.#row, delayUs <= 0 ? AT_ONCE_US : delayUs + 1);
  }

  syncRateLimited(): void {
    this.#work.queue.addRateLimited(this.#row);
  }

  #rowOf(kind: string, name: string): ObjectRow {
    const { objects } = this.#work.api.registry;
    return objects.find(kind, objects.namespace[this.#row], name);
  }

  /** The body of the answer, which later syncs know before the watch brings it. */
  #taken<T extends KubeObject>(newest: NamedObjects<T>, row: ObjectRow, sent: T): T {
    const answer = (this.#work.client.answered(row) as T | undefined) ?? sent;
    newest.take(row, answer);
    return answer;
  }
}

function accepted(result: number, { kind, metadata }: KubeObject): ObjectRow {
  if (result < 0) throw new SyncFailed(`${kind} ${metadata.name}: the write was refused (${result})`);
  return result as ObjectRow;
}
