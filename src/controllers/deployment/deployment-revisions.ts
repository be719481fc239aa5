// The new ReplicaSet of a Deployment: which one it is, its revision, and making it.
import { highestRevision, withNewSetAnnotations, withReplicasAnnotations } from './deployment-annotations.ts';
import { ConditionType, Reason } from './deployment-conditions.ts';
import { findCondition } from '../kit/progress-conditions.ts';
import {
  Annotation,
  annotation,
  desiredReplicas,
  progressDeadline,
  type ReplicaSet,
  totalDesired,
  withAnnotations,
} from '../kit/deployment-objects.ts';
import type { DeploymentSync } from './deployment-sync.ts';
import { sameTemplate, TEMPLATE_HASH_LABEL, templateHash, withHash } from '../kit/pod-template.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';

export interface Revisions {
  /** The ReplicaSet of the Deployment's current template. */
  readonly newest: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** The oldest ReplicaSet whose template is the Deployment's. */
export function findNewSet(work: DeploymentSync): ReplicaSet | undefined {
  return work.sets.find((set) => sameTemplate(set.spec.template ?? {}, work.deployment.spec.template));
}

/** Brings annotations and minReadySeconds of the new ReplicaSet up to date, else those of the Deployment. */
export function* refreshNewSet(work: DeploymentSync, set: ReplicaSet, old: readonly ReplicaSet[]): Steps<ReplicaSet> {
  const { deployment } = work;
  const annotated = withNewSetAnnotations(deployment, set, highestRevision(old) + 1);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (annotated !== set || (set.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    return yield* work.port.updateReplicaSet({ ...annotated, spec: { ...annotated.spec, minReadySeconds } });
  }
  let changed = setRevision(work, annotation(set, Annotation.Revision) ?? '');
  const progressing = findCondition(deployment.status?.conditions, ConditionType.Progressing);
  if (progressDeadline(deployment) !== undefined && progressing === undefined) {
    const message = `Found new replica set "${set.metadata.name}"`;
    work.setCondition(ConditionType.Progressing, 'True', Reason.NewSetFound, message);
    changed = true;
  }
  if (changed) yield* work.port.updateStatus(work.deployment);
  return set;
}

/** Makes the new ReplicaSet at the size that the rollout allows now. */
export function* createNewSet(work: DeploymentSync, old: readonly ReplicaSet[]): Steps<ReplicaSet> {
  const { deployment } = work;
  const newRevision = highestRevision(old) + 1;
  const wanted = withReplicasAnnotations(
    withNewSetAnnotations(deployment, newSet(work, old), newRevision),
    work.desired,
    work.most,
  );
  const { name } = wanted.metadata;
  const size = desiredReplicas(wanted);
  const answer = yield* work.port.createReplicaSet(wanted);
  if (answer !== undefined && 'refused' in answer) return yield* refusedSet(work, name, answer.refused);
  const created = answer;
  if (created !== undefined && size > 0) {
    work.port.event('Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`);
  }
  const set = created ?? (yield* existingSet(work, wanted));
  let changed = setRevision(work, String(newRevision));
  if (created !== undefined && progressDeadline(deployment) !== undefined) {
    work.setCondition(ConditionType.Progressing, 'True', Reason.NewSetCreated, `Created new replica set "${name}"`);
    changed = true;
  }
  if (changed) yield* work.port.updateStatus(work.deployment);
  return set;
}

/** Admission refuses it: a quota, say. The Deployment is tried again and again, as long as its deadline lasts. */
function* refusedSet(work: DeploymentSync, name: string, why: string): Steps<never> {
  const message = `Failed to create new replica set "${name}": ${why}`;
  if (progressDeadline(work.deployment) !== undefined) {
    work.setCondition(ConditionType.Progressing, 'False', Reason.CreateFailed, message);
    yield* work.port.updateStatus(work.deployment);
  }
  work.port.event('Warning', Reason.CreateFailed, message);
  throw new SyncFailed(message);
}

function newSet(work: DeploymentSync, old: readonly ReplicaSet[]): ReplicaSet {
  const { deployment, rollout } = work;
  const { name, namespace, uid } = deployment.metadata;
  const { template, selector, minReadySeconds = 0 } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labelled = withHash(template, hash);
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: uid ?? '' };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...labelled.metadata?.labels },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      replicas: rollout.limits?.newSize(work.desired, totalDesired(old), 0) ?? 0,
      minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH_LABEL]: hash } },
      template: labelled,
    },
  };
}

/** The name is taken: by the ReplicaSet that the view does not show yet, or by one of another template (a collision). */
function* existingSet(work: DeploymentSync, wanted: ReplicaSet): Steps<ReplicaSet> {
  const { deployment } = work;
  const found = work.port.findReplicaSet(wanted.metadata.name);
  if (found === undefined) throw new SyncFailed(`ReplicaSet ${wanted.metadata.name} exists but is not in the view yet`);
  const owner = found.metadata.ownerReferences?.find((one) => one.controller === true);
  if (owner?.uid === deployment.metadata.uid && sameTemplate(found.spec.template ?? {}, deployment.spec.template)) {
    return found;
  }
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  yield* work.port.updateStatus({ ...deployment, status: { ...deployment.status, collisionCount } });
  throw new SyncFailed(`the name ${wanted.metadata.name} is taken`);
}

/** Gives the Deployment the revision of its new ReplicaSet; false if it has it. */
function setRevision(work: DeploymentSync, revision: string): boolean {
  const { deployment } = work;
  if (annotation(deployment, Annotation.Revision) === revision) return false;
  work.deployment = withAnnotations(deployment, {
    ...deployment.metadata.annotations,
    [Annotation.Revision]: revision,
  });
  return true;
}
