// One Experiment sync's port to the API server.
import { Refused } from '../../api/refused.ts';
import type { NamedObjects } from '../../api/named-objects.ts';
import type { TemplateReference } from '../../model/analysis/metric.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { createSet, type RefusedCreation } from '../kit/create-replica-set.ts';
import type { Work } from '../kit/controller.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { AnalysisRun } from '../rollout/analysis-objects.ts';
import type { AnalysisTemplates } from '../rollout/analysis-templates.ts';
import { ApiAnalyses } from '../rollout/api-analyses.ts';
import { ownerUid } from '../rollout/api-terminable.ts';
import type { RolloutAnalysis } from '../rollout/rollout-objects.ts';
import type { ExperimentPort } from './experiment-port.ts';

export interface SharedObjects {
  readonly sets: NamedObjects<ReplicaSet>;
  readonly services: NamedObjects<ServiceObject>;
  readonly runs: NamedObjects<AnalysisRun>;
  readonly templates: AnalysisTemplates;
}

export class ApiExperimentPort implements ExperimentPort {
  readonly #work: Work;
  readonly #row: ObjectRow;
  readonly #shared: SharedObjects;
  readonly #namespace: string;
  readonly #analyses: ApiAnalyses;

  constructor(work: Work, row: ObjectRow, shared: SharedObjects) {
    this.#work = work;
    this.#row = row;
    this.#shared = shared;
    this.#namespace = work.api.registry.objects.namespace[row];
    this.#analyses = new ApiAnalyses(work, row, shared.runs, shared.templates);
  }

  get nowUs(): number {
    return this.#work.engine.now;
  }

  *createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | RefusedCreation | undefined> {
    const made = yield* createSet(this.#work.client, set, this.#row);
    return made === undefined || 'refused' in made ? made : this.#taken(this.#shared.sets, made.row, set);
  }

  *updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet> {
    const row = this.#rowOf(set);
    const { resourceVersion: _old, ...metadata } = set.metadata;
    // Where the ReplicaSet's own controller was quicker, the next sync would send the same again.
    const result = yield* this.#work.client.update(row, { ...set, metadata }).wait();
    if (result < 0) throw new SyncFailed(`ReplicaSet ${set.metadata.name}: the write was refused (${result})`);
    return this.#taken(this.#shared.sets, row, set);
  }

  findReplicaSet(name: string): ReplicaSet | undefined {
    return this.#shared.sets.find(this.#namespace, name);
  }

  *createService(service: ServiceObject): Steps<ServiceObject | undefined> {
    const result = yield* this.#work.client.create(service, this.#row).wait();
    if (result === Refused.AlreadyExists) {
      const existing = this.#shared.services.find(this.#namespace, service.metadata.name);
      return existing !== undefined && ownerUid(existing) === ownerUid(service) ? existing : undefined;
    }
    if (result < 0) throw new SyncFailed(`Service ${service.metadata.name} was refused (${result})`);
    return this.#taken(this.#shared.services, result as ObjectRow, service);
  }

  *deleteService(service: ServiceObject): Steps {
    const row = this.#rowOf(service);
    const result = row < 0 ? Refused.NotFound : yield* this.#work.client.delete(row).wait();
    if (result < 0 && result !== Refused.NotFound) {
      throw new SyncFailed(`Service ${service.metadata.name} could not be deleted`);
    }
  }

  createRun(run: AnalysisRun, analysis: RolloutAnalysis): Steps<AnalysisRun> {
    return this.#analyses.create(run, analysis);
  }

  terminateRun(run: AnalysisRun): Steps {
    return this.#analyses.terminate(run);
  }

  findRun(name: string): AnalysisRun | undefined {
    return this.#shared.runs.find(this.#namespace, name);
  }

  missingTemplate(reference: TemplateReference): string | undefined {
    return this.#shared.templates.missing(this.#namespace, [reference]);
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#work.client.objectEvent(type, reason, message, this.#row);
  }

  syncAfter(delayUs: number): void {
    // A timer rings when its time has passed, not at the same instant.
    this.#work.queue.addAfter(this.#row, Math.max(0, delayUs) + 1);
  }

  #rowOf({ kind, metadata }: KubeObject): ObjectRow {
    return this.#work.api.registry.objects.find(kind, this.#namespace, metadata.name);
  }

  /** The body of the answer, which later syncs know before the watch brings it. */
  #taken<T extends KubeObject>(newest: NamedObjects<T>, row: ObjectRow, sent: T): T {
    const answer = (this.#work.client.answered(row) as T | undefined) ?? sent;
    newest.take(row, answer);
    return answer;
  }
}
