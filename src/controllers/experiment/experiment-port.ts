// What one sync of an Experiment may do: its writes in order, and what it asks of views and the work queue.
import type { TemplateReference } from '../../model/analysis/metric.ts';
import type { RefusedCreation } from '../kit/create-replica-set.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import type { AnalysisRun } from '../rollout/analysis-objects.ts';
import type { RolloutAnalysis } from '../rollout/rollout-objects.ts';

/** A refused write throws SyncFailed. Answers carry the object as the API server has it now. */
export interface ExperimentPort {
  /** Virtual time, µs. */
  readonly nowUs: number;
  /** Undefined when an object of that name exists already; the reason when admission refuses it. */
  createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | RefusedCreation | undefined>;
  updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet>;
  findReplicaSet(name: string): ReplicaSet | undefined;
  /** Undefined when somebody else has a Service of that name. */
  createService(service: ServiceObject): Steps<ServiceObject | undefined>;
  deleteService(service: ServiceObject): Steps;
  /** From templates. Of a name that is taken there is another one. */
  createRun(run: AnalysisRun, analysis: RolloutAnalysis): Steps<AnalysisRun>;
  terminateRun(run: AnalysisRun): Steps;
  findRun(name: string): AnalysisRun | undefined;
  /** Why it cannot be had, undefined where it is there. */
  missingTemplate(reference: TemplateReference): string | undefined;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
  syncAfter(delayUs: number): void;
}
