// What one sync of a Rollout may do: its writes in order, and what it asks of the work queue.
import type { RefusedCreation } from '../kit/create-replica-set.ts';
import type { TemplateReference } from '../../model/analysis/metric.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import type { Experiment } from './experiment-objects.ts';
import type { AnalysisRun } from './analysis-objects.ts';
import type { MetadataPatch } from './ephemeral-metadata.ts';
import type { RestartedPod } from './pod-restart.ts';
import type { Rollout, RolloutAnalysis, TrafficWeights } from './rollout-objects.ts';

/** A refused write throws SyncFailed. Answers carry the object as the API server has it now. */
export interface RolloutPort {
  /** Virtual time, µs. */
  readonly nowUs: number;
  /** Undefined when an object of that name exists already; the reason when admission refuses it. */
  createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | RefusedCreation | undefined>;
  updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet>;
  /** Of the ReplicaSet as it is now, by a patch: undefined takes the deadline away. */
  patchDeadline(set: ReplicaSet, deadline: string | undefined): Steps;
  deleteReplicaSet(set: ReplicaSet): Steps;
  updateRollout(rollout: Rollout): Steps<Rollout>;
  updateStatus(rollout: Rollout): Steps<Rollout>;
  /** The ReplicaSet of that name as the controller's view has it. */
  findReplicaSet(name: string): ReplicaSet | undefined;
  /** The Service of that name in the Rollout's namespace. */
  findService(name: string): ServiceObject | undefined;
  updateService(service: ServiceObject): Steps;
  /** Pods that those ReplicaSets control. */
  podsOf(sets: readonly ReplicaSet[]): Iterable<RestartedPod>;
  /** Changes the metadata of the pods that the ReplicaSet controls. */
  patchPods(set: ReplicaSet, patch: MetadataPatch): Steps;
  /** False when it may not go now. */
  evictPod(name: string): Steps<boolean>;
  /** Why a template of an analysis cannot be had, undefined where all are there. */
  missingTemplate(namespace: string | undefined, references: readonly TemplateReference[]): string | undefined;
  /** Has the traffic split; true once the router does so, undefined where nobody asks. */
  splitTraffic(rollout: Rollout, weights: TrafficWeights): boolean | undefined;
  readonly analyses: AnalysisPort;
  readonly experiments: ExperimentsPort;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
  syncAfter(delayUs: number): void;
  /** With the back-off of a failed sync. */
  syncRateLimited(): void;
}

export interface ExperimentsPort {
  /** Of a name that is taken there is another one. */
  create(experiment: Experiment): Steps<Experiment>;
  terminate(experiment: Experiment): Steps;
  delete(experiment: Experiment): Steps;
}

export interface AnalysisPort {
  /** From the templates of the analysis. Of a name that is taken there is another one. */
  create(run: AnalysisRun, analysis: RolloutAnalysis): Steps<AnalysisRun>;
  terminate(run: AnalysisRun): Steps;
  delete(run: AnalysisRun): Steps;
}
