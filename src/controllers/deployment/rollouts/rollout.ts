// What a rollout strategy is: how far a Deployment may stray from its size, and what it does in one sync.
import type { DeploymentSync } from '../deployment-sync.ts';
import type { Steps } from '../../kit/sync.ts';

export interface Rollout {
  /** Pods that may exist above the desired number. */
  maxSurge(desired: number): number;
  /** Pods that may be unavailable. */
  maxUnavailable(desired: number): number;
  /** The size that the new ReplicaSet may have now: `total` pods are desired of all ReplicaSets, `current` of the new one. */
  newSize(desired: number, total: number, current: number): number;
  /** In the middle of a rollout a change of size is spread over all ReplicaSets. */
  readonly proportional: boolean;
  /** A new pod must not start before the last old one has ended. */
  readonly waitsForOldPods: boolean;
  /** One sync that is neither paused, nor a rollback, nor a change of size. */
  sync(work: DeploymentSync): Steps;
}
