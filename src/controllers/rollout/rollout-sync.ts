// One sync of a Rollout, in Argo's order: pauses noted, a change of size, else the strategy's own step.
import { byCreation, desiredReplicas, type ReplicaSet } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import type { Experiment } from './experiment-objects.ts';
import { CurrentRuns } from './analysis-runs.ts';
import { CurrentExperiment } from './current-experiment.ts';
import type { AnalysisRun } from './analysis-objects.ts';
import { syncBlueGreen } from './blue-green.ts';
import { syncCanary } from './canary.ts';
import { PauseContext } from './pause-context.ts';
import { notePause } from './pause-conditions.ts';
import { revisionOf, withDeadline, withDesired } from './rollout-annotations.ts';
import {
  hashOf,
  isFullyPromoted,
  type Rollout,
  rolloutReplicas,
  type RolloutStatus,
  type TrafficWeights,
} from './rollout-objects.ts';
import type { RolloutPort } from './rollout-port.ts';
import { findNewSet, revise } from './rollout-revisions.ts';
import { scaleReferred } from './referred-workload.ts';
import { missingReference, noteInvalid } from './invalid-spec.ts';
import { isScalingEvent, syncReplicasOnly } from './rollout-scale.ts';
import { delaysScaleDownOnAbort } from './scale-down.ts';
import { compact, patched, sameStatus } from './status-patch.ts';

/** What the Rollout controls, as the view has it. */
export interface Controlled {
  readonly sets: readonly ReplicaSet[];
  readonly runs: readonly AnalysisRun[];
  readonly experiments: readonly Experiment[];
}

/** Runs one sync. `rollout` is the stored one with the template that it refers to. Throws SyncFailed. */
export function* syncRollout(port: RolloutPort, stored: Rollout, controlled: Controlled, rollout = stored): Steps {
  if (rollout.metadata.deletionTimestamp !== undefined) return;
  const work = new RolloutSync(port, rollout, controlled, stored);
  const missing = missingReference(work);
  if (missing !== undefined) return yield* noteInvalid(work, missing);
  // The next sync goes on.
  if (yield* notePause(work)) return;
  yield* revise(work, false);
  if (isScalingEvent(work)) yield* syncReplicasOnly(work);
  else if (rollout.spec.strategy.blueGreen !== undefined) yield* syncBlueGreen(work);
  else yield* syncCanary(work);
  yield* scaleReferred(work);
}

/** What the steps of one sync share. ReplicaSets are as they were when it began, but for the new one. */
export class RolloutSync {
  readonly port: RolloutPort;
  /** All that the Rollout controls, in the order of creation. */
  readonly sets: readonly ReplicaSet[];
  /** All but the new one. */
  readonly older: readonly ReplicaSet[];
  readonly stable: ReplicaSet | undefined;
  /** Neither new nor stable. */
  readonly others: readonly ReplicaSet[];
  readonly runs: CurrentRuns;
  readonly experiments: CurrentExperiment;
  readonly pause: PauseContext;
  /** Names of the ReplicaSets from which this sync took a deadline. */
  readonly undated = new Set<string>();
  /** As the sync began, with its own revision and progress. */
  rollout: Rollout;
  /** Of the Rollout's template. */
  newest: ReplicaSet | undefined;
  /** What the router does after this sync. */
  weights: TrafficWeights | undefined;
  restartedAt: string | undefined;
  /** As the API server has it after the last write. */
  #stored: Rollout;

  constructor(port: RolloutPort, rollout: Rollout, { sets, runs, experiments }: Controlled, stored: Rollout) {
    const { status = {} } = rollout;
    this.port = port;
    this.rollout = rollout;
    this.#stored = stored;
    this.sets = [...sets].sort(byCreation);
    this.newest = findNewSet(rollout, this.sets);
    this.older = this.sets.filter((set) => set !== this.newest);
    const stableHash = status.stableRS ?? '';
    this.stable = stableHash === '' ? undefined : this.sets.find((set) => hashOf(set) === stableHash);
    this.others = this.older.filter((set) => set !== this.stable);
    this.runs = new CurrentRuns(status, runs);
    this.experiments = new CurrentExperiment(status, experiments);
    this.pause = new PauseContext(rollout);
    this.weights = status.canary?.weights;
    this.restartedAt = status.restartedAt;
    if (isFullyPromoted(rollout) && this.pause.isAborted) this.pause.removeAbort();
  }

  get replicas(): number {
    return rolloutReplicas(this.rollout);
  }

  setOfHash(hash: string): ReplicaSet | undefined {
    return this.sets.find((set) => hashOf(set) === hash);
  }

  /** Why nothing may be scaled or switched now; undefined when it may. */
  get halted(): boolean {
    const { spec, status } = this.rollout;
    const inconclusive = status?.pauseConditions?.some(({ reason }) => reason === 'InconclusiveAnalysisRun') === true;
    return spec.paused === true || inconclusive;
  }

  /** Sets the size of a ReplicaSet, and the annotation of what it was scaled for. */
  *resize(set: ReplicaSet, size: number): Steps<{ readonly scaled: boolean; readonly set: ReplicaSet }> {
    const before = desiredReplicas(set);
    const annotated = withDesired(this.rollout, set);
    if (before === size && annotated === set) return { scaled: false, set };
    const undated = this.undated.has(set.metadata.name) || (size === 0 && !delaysScaleDownOnAbort(this));
    const kept = undated ? withDeadline(annotated, undefined) : annotated;
    const updated = yield* this.port.updateReplicaSet({ ...kept, spec: { ...kept.spec, replicas: size } });
    if (before === size) return { scaled: false, set: updated };
    const way = before < size ? 'up' : 'down';
    const what = `ReplicaSet ${set.metadata.name} (revision ${revisionOf(updated)})`;
    this.port.event('Normal', 'ScalingReplicaSet', `Scaled ${way} ${what} from ${before} to ${size}`);
    return { scaled: true, set: updated };
  }

  /** Writes a status that the rest of the sync sees. */
  *writeStatus(next: RolloutStatus): Steps {
    yield* this.patchStatus(next);
    const { metadata, status } = this.#stored;
    this.rollout = { ...this.rollout, metadata, ...(status === undefined ? {} : { status }) };
  }

  /** Writes what differs from the status with which the sync works, which stays; false when nothing does. */
  *patchStatus(next: RolloutStatus): Steps<boolean> {
    const from = compact(this.rollout.status ?? {});
    const to = compact(next);
    if (sameStatus(from, to)) return false;
    const status = patched(compact(this.#stored.status ?? {}), from, to);
    this.#stored = yield* this.port.updateStatus({ ...this.#stored, status });
    return true;
  }

  *writeAnnotations({ metadata: { annotations } }: Rollout): Steps {
    const metadata = { ...this.#stored.metadata, ...(annotations === undefined ? {} : { annotations }) };
    this.#stored = yield* this.port.updateRollout({ ...this.#stored, metadata });
    this.rollout = { ...this.rollout, metadata: this.#stored.metadata };
  }
}
