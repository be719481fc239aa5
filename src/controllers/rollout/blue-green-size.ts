// The size of a Rollout's new ReplicaSet under blue-green: the whole, or first only the preview.
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import { hashOf, type Rollout, rolloutReplicas } from './rollout-objects.ts';

export function blueGreenSize(rollout: Rollout, newest: ReplicaSet, sets: readonly ReplicaSet[]): number {
  const { spec, status = {} } = rollout;
  const whole = rolloutReplicas(rollout);
  const preview = spec.strategy.blueGreen?.previewReplicaCount;
  if (preview === undefined || status.promoteFull === true) return whole;
  const active = status.blueGreen?.activeSelector ?? '';
  const activeSet = sets.find((set) => hashOf(set) === active);
  if (activeSet === undefined || activeSet.metadata.name === newest.metadata.name) return whole;
  if (hashOf(newest) !== (status.currentPodHash ?? '')) return preview;
  const paused = spec.paused === true || (status.pauseConditions ?? []).length > 0;
  return !paused && status.blueGreen?.scaleUpPreviewCheckPoint === true ? whole : preview;
}
