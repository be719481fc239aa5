// One sync of a Deployment, in Kubernetes' order: pause, rollback, change of size, else the rollout's own step.
import { assert } from '../../lib/assert.ts';
import { cleanUpHistory } from './deployment-cleanup.ts';
import { ConditionType, isComplete, Reason, withCondition } from './deployment-conditions.ts';
import { condition, findCondition } from '../kit/progress-conditions.ts';
import {
  Annotation,
  annotation,
  byCreation,
  type Deployment,
  desiredReplicas,
  isActiveSet,
  progressDeadline,
  type ReplicaSet,
  wholeNumber,
} from '../kit/deployment-objects.ts';
import type { DeploymentPort } from './deployment-port.ts';
import { rollbackTarget, withReplicasAnnotations } from './deployment-annotations.ts';
import { createNewSet, findNewSet, refreshNewSet, type Revisions } from './deployment-revisions.ts';
import { rollBack } from './deployment-rollback.ts';
import { scaleAll } from './deployment-scale.ts';
import { reportProgress, reportStatus } from './deployment-status.ts';
import type { Rollout } from './rollouts/rollout.ts';
import type { Steps } from '../kit/sync.ts';

/** Runs one sync. `sets` are the ReplicaSets that the Deployment controls, as the view has them. Throws SyncFailed. */
export function* syncDeployment(
  port: DeploymentPort,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  rollout: Rollout,
): Steps {
  const work = new DeploymentSync(port, deployment, sets, rollout);
  if (deployment.metadata.deletionTimestamp !== undefined) {
    const { newest, old } = yield* work.revisions(false);
    return yield* reportStatus(work, newest, old);
  }
  yield* notePause(work);
  if (deployment.spec.paused === true) return yield* scale(work);
  if (rollbackTarget(deployment) !== undefined) return yield* rollBack(work);
  if (rollout.limits !== undefined && (yield* isScalingEvent(work))) return yield* scale(work);
  yield* rollout.sync(work);
}

/** What the steps of one sync share. The Deployment changes in the course of it, as its writes do. */
export class DeploymentSync {
  readonly port: DeploymentPort;
  readonly rollout: Rollout;
  /** In the order of creation. They are not read again within the sync. */
  readonly sets: readonly ReplicaSet[];
  deployment: Deployment;

  constructor(port: DeploymentPort, deployment: Deployment, sets: readonly ReplicaSet[], rollout: Rollout) {
    this.port = port;
    this.rollout = rollout;
    this.sets = [...sets].sort(byCreation);
    this.deployment = deployment;
  }

  get desired(): number {
    return desiredReplicas(this.deployment);
  }

  /** desired + surge: what `max-replicas` is set to. */
  get most(): number {
    return this.desired + (this.rollout.limits?.maxSurge(this.desired) ?? 0);
  }

  /** The new ReplicaSet with its revision brought up to date, made if there is none and `create`; and the others. */
  *revisions(create: boolean): Steps<Revisions> {
    const current = findNewSet(this);
    const old = this.sets.filter((set) => set !== current);
    if (current !== undefined) return { newest: yield* refreshNewSet(this, current, old), old };
    return { newest: create ? yield* createNewSet(this, old) : undefined, old };
  }

  /** Sets the size and the annotations of a ReplicaSet where they differ from what is wanted. */
  *resize(set: ReplicaSet, size: number): Steps<{ readonly scaled: boolean; readonly set: ReplicaSet }> {
    assert(Number.isInteger(size) && size >= 0, () => `a ReplicaSet cannot have ${size} pods`);
    const before = desiredReplicas(set);
    const annotated = withReplicasAnnotations(set, this.desired, this.most);
    if (before === size && annotated === set) return { scaled: false, set };
    const updated = yield* this.port.updateReplicaSet({ ...annotated, spec: { ...annotated.spec, replicas: size } });
    if (before === size) return { scaled: false, set: updated };
    const way = before < size ? 'up' : 'down';
    const message = `Scaled ${way} replica set ${set.metadata.name} from ${before} to ${size}`;
    this.port.event('Normal', 'ScalingReplicaSet', message);
    return { scaled: true, set: updated };
  }

  /** As `resize`, but nothing is written when only the annotations differ. */
  *scaleTo(set: ReplicaSet, size: number): Steps<{ readonly scaled: boolean; readonly set: ReplicaSet }> {
    return desiredReplicas(set) === size ? { scaled: false, set } : yield* this.resize(set, size);
  }

  /** Deletes old ReplicaSets beyond the history limit, once the status stored before this sync was complete. */
  *cleanUpWhenComplete(old: readonly ReplicaSet[]): Steps {
    if (isComplete(this.deployment, this.deployment.status ?? {})) yield* cleanUpHistory(this, old);
  }

  *reportProgress(newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): Steps {
    yield* reportProgress(this, newest, old);
  }

  /** Notes that the strategy has given up the new revision: once, until another one is tried. */
  *giveUp(why: string): Steps {
    const progressing = findCondition(this.deployment.status?.conditions, ConditionType.Progressing);
    if (progressing?.reason === Reason.Aborted) return;
    this.setCondition(ConditionType.Progressing, 'False', Reason.Aborted, why);
    this.port.event('Warning', Reason.Aborted, why);
    yield* this.port.updateStatus(this.deployment);
  }

  /** Sets one condition more, for the next write of the status. */
  setCondition(type: string, status: 'True' | 'False' | 'Unknown', reason: string, message: string): void {
    const next = condition(this.port.nowUs, type, status, reason, message);
    const conditions = withCondition(this.deployment.status?.conditions ?? [], next);
    this.deployment = { ...this.deployment, status: { ...this.deployment.status, conditions } };
  }
}

/** The pause is noted in the condition Progressing, so that the deadline does not run through it. */
function* notePause(work: DeploymentSync): Steps {
  const { deployment } = work;
  if (progressDeadline(deployment) === undefined) return;
  const progressing = findCondition(deployment.status?.conditions, ConditionType.Progressing);
  if (progressing?.reason === Reason.DeadlineExceeded) return;
  const paused = deployment.spec.paused === true;
  if (paused === (progressing?.reason === Reason.Paused)) return;
  if (paused) work.setCondition(ConditionType.Progressing, 'Unknown', Reason.Paused, 'Deployment is paused');
  else work.setCondition(ConditionType.Progressing, 'Unknown', Reason.Resumed, 'Deployment is resumed');
  yield* work.port.updateStatus(work.deployment);
}

/** True when an active ReplicaSet was scaled for another size of the Deployment. */
function* isScalingEvent(work: DeploymentSync): Steps<boolean> {
  const { newest, old } = yield* work.revisions(false);
  const all = newest === undefined ? old : [...old, newest];
  return all.filter(isActiveSet).some((set) => {
    const desired = wholeNumber(annotation(set, Annotation.Desired));
    return desired !== undefined && desired !== work.desired;
  });
}

function* scale(work: DeploymentSync): Steps {
  const { newest, old } = yield* work.revisions(false);
  const ordered = yield* scaleAll(work, newest, old);
  const { deployment } = work;
  if (deployment.spec.paused === true && rollbackTarget(deployment) === undefined) yield* cleanUpHistory(work, ordered);
  yield* reportStatus(work, newest, ordered);
}
