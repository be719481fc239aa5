// What one sync of a Deployment may do: its writes in order, and what it asks of the work queue.
import type { Deployment, ReplicaSet } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';

export interface RefusedCreation {
  readonly refused: string;
}

/** A refused write throws SyncFailed. Answers carry the object as the API server has it now. */
export interface DeploymentPort {
  /** Virtual time, µs. */
  readonly nowUs: number;
  /** Undefined when an object of that name exists already; the reason when admission refuses it. */
  createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | RefusedCreation | undefined>;
  updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet>;
  deleteReplicaSet(set: ReplicaSet): Steps;
  updateStatus(deployment: Deployment): Steps;
  updateDeployment(deployment: Deployment): Steps;
  /** The ReplicaSet of that name as the controller's view has it. */
  findReplicaSet(name: string): ReplicaSet | undefined;
  /** True while a pod of the ReplicaSet has not ended. */
  hasRunningPods(set: ReplicaSet): boolean;
  /** Restarts of containers in the pods that it has now. */
  restarts(set: ReplicaSet): number;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
  syncAfter(delayUs: number): void;
  /** With the back-off of a failed sync. */
  syncRateLimited(): void;
}
