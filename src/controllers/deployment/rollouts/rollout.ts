// What a rollout strategy is: what it does in one sync, and what it has for that beside the sync itself.
import type { RequestFigure } from '../../../model/request-figures.ts';
import type { ReplicaSet } from '../../kit/deployment-objects.ts';
import type { Steps } from '../../kit/sync.ts';
import type { DeploymentSync } from '../deployment-sync.ts';

/** One is made for each Deployment, so that it may keep in variables what it knows of it. */
export interface Rollout {
  /**
   * One sync of the Deployment: after each change of it, of its ReplicaSets or their status, and after an alarm. It reads what is there, takes a step
   * and returns; it may come at any time, and again without a change. Paused Deployments and rollbacks do not come here.
   */
  sync(work: DeploymentSync): Steps;
  /** A sync as well when the last old pod is gone. */
  readonly waitsForOldPods?: boolean;
  /** Without it the strategy sets every size in its syncs: the new ReplicaSet begins with 0 pods, and a change of the Deployment's size comes to `sync`. */
  readonly limits?: RolloutLimits;
}

/** What Kubernetes' own strategies return to the rest of the Deployment controller, which then also spreads changes of the size. */
export interface RolloutLimits {
  /** Pods that may exist above the desired number. */
  maxSurge(desired: number): number;
  /** Pods that may be unavailable. */
  maxUnavailable(desired: number): number;
  /** The size that the new ReplicaSet may have now: `total` pods are desired of all ReplicaSets, `current` of the new one. */
  newSize(desired: number, total: number, current: number): number;
  /** In the middle of a rollout a change of size is spread over all ReplicaSets. */
  readonly proportional: boolean;
}

/** What a strategy has for one Deployment. Times in µs. */
export interface RolloutContext {
  readonly nowUs: number;
  /** A sync at or after that time. */
  alarm(atUs: number): void;
  /**
   * Divides the connections to the Services that select the Deployment's pods among its revisions, as each proxy learns it; pods of
   * others get none. A revision without ready pods refuses its share. Nothing is divided without weights. The same weights again change nothing.
   */
  setWeights(...weights: readonly (readonly [revision: ReplicaSet, weight: number])[]): void;
  /** How requests to the Deployment's pods go, recorded from now on, over a window that ends when they are read. */
  readings(windowUs: number): RevisionReadings;
}

export interface RevisionReadings {
  /** Of the attempts sent to the revision's pods; durations in µs. Undefined where none ended in the window, for a duration none well. */
  read(figure: RequestFigure, revision: ReplicaSet): number | undefined;
}
