// The new ReplicaSet of a Rollout: which one it is, its revision, and making it.
import { canonicalJson } from '../../model/interner.ts';
import { safeHash } from '../../model/names.ts';
import { annotation, type ReplicaSet, withAnnotations } from '../kit/deployment-objects.ts';
import { sameTemplate, templateHash } from '../kit/pod-template.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { isRuleOutdated, newSetAffinity } from './anti-affinity.ts';
import { metadataOfNewSet, withInjected, withoutInjected } from './ephemeral-metadata.ts';
import { highestRevision, withDesired, withNewSetAnnotations } from './rollout-annotations.ts';
import { ConditionType, Reason, withCondition } from './rollout-conditions.ts';
import { condition, findCondition } from '../kit/progress-conditions.ts';
import { hashOf, type Rollout, ROLLOUT_API, ROLLOUT_HASH_LABEL, RolloutAnnotation } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** The hash of the template that the Rollout has now. */
export function currentHash({ spec, status }: Rollout): string {
  return templateHash(spec.template, status?.collisionCount);
}

/** A text for the steps of a canary, by which a change of them is noticed. */
export function stepHash({ spec: { strategy } }: Rollout): string {
  return strategy.canary === undefined ? '' : safeHash(canonicalJson(strategy.canary.steps ?? []));
}

/** The ReplicaSet of the Rollout's template: by the hash, else by the template itself. */
export function findNewSet(rollout: Rollout, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const hash = currentHash(rollout);
  return (
    sets.find((set) => hashOf(set) === hash) ??
    sets.find((set) => sameTemplate(withoutLabel(withoutInjected(set).spec.template ?? {}), rollout.spec.template))
  );
}

/** Another template than the one recorded in the status. */
export function templateChanged({ rollout, newest }: RolloutSync): boolean {
  const recorded = rollout.status?.currentPodHash ?? '';
  return recorded !== '' && recorded !== (newest === undefined ? currentHash(rollout) : hashOf(newest));
}

export function templateOrStepsChanged(work: RolloutSync): boolean {
  const recorded = work.rollout.status?.currentStepHash ?? '';
  return recorded === '' || recorded !== stepHash(work.rollout) || templateChanged(work);
}

/** Brings the new ReplicaSet's annotations up to date, else the Rollout's revision; makes the ReplicaSet if there is none and `create`. */
export function* revise(work: RolloutSync, create: boolean): Steps {
  const { newest, rollout } = work;
  if (newest === undefined) {
    if (create) work.newest = yield* createNewSet(work);
    return;
  }
  const annotated = withNewSetAnnotations(rollout, newest, highestRevision(work.older) + 1);
  const minReadySeconds = rollout.spec.minReadySeconds ?? 0;
  const outdated = isRuleOutdated(rollout, newest.spec.template?.spec?.affinity, hashOf(newest));
  if (annotated !== newest || (newest.spec.minReadySeconds ?? 0) !== minReadySeconds || outdated) {
    const template = outdated ? { template: withAffinity(rollout, newest.spec.template ?? {}) } : {};
    const spec = { ...annotated.spec, ...template, minReadySeconds };
    work.newest = yield* work.port.updateReplicaSet({ ...annotated, spec });
    return;
  }
  yield* setRevision(work, annotation(newest, RolloutAnnotation.Revision) ?? '');
  if (findCondition(work.rollout.status?.conditions, ConditionType.Progressing) !== undefined) return;
  yield* noteProgress(work, 'True', Reason.NewSetFound, `Found new replica set "${newest.metadata.name}"`);
}

function* createNewSet(work: RolloutSync): Steps<ReplicaSet> {
  const revision = highestRevision(work.older) + 1;
  const made = withInjected(newSet(work.rollout), metadataOfNewSet(work.rollout));
  const wanted = withDesired(work.rollout, withNewSetAnnotations(work.rollout, made, revision));
  const { name } = wanted.metadata;
  const answer = yield* work.port.createReplicaSet(wanted);
  if (answer !== undefined && 'refused' in answer) return yield* refusedSet(work, name, answer.refused);
  const set = answer ?? (yield* existingSet(work, wanted));
  yield* setRevision(work, String(revision));
  if (answer !== undefined) {
    work.port.event('Normal', Reason.NewSetCreated, `Created ReplicaSet ${name} (revision ${revision})`);
    yield* noteProgress(work, 'True', Reason.NewSetCreated, `Created new replica set "${name}"`);
  }
  return set;
}

function newSet(rollout: Rollout): ReplicaSet {
  const { name, namespace, uid } = rollout.metadata;
  const { template, selector, minReadySeconds = 0 } = rollout.spec;
  const hash = currentHash(rollout);
  const labels = { ...template.metadata?.labels, [ROLLOUT_HASH_LABEL]: hash };
  const owner = { apiVersion: ROLLOUT_API, kind: 'Rollout', name, uid: uid ?? '' };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      // Unlike a Deployment's, it begins empty: the next sync scales it.
      replicas: 0,
      minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [ROLLOUT_HASH_LABEL]: hash } },
      template: withAffinity(rollout, { ...template, metadata: { ...template.metadata, labels } }),
    },
  };
}

type Template = Rollout['spec']['template'];

function withAffinity(rollout: Rollout, template: Template): Template {
  const affinity = newSetAffinity(rollout, currentHash(rollout));
  if (template.spec === undefined || affinity === template.spec.affinity) return template;
  const { affinity: _old, ...spec } = template.spec;
  return { ...template, spec: affinity === undefined ? spec : { ...spec, affinity } };
}

function withoutLabel(template: Template): Template {
  const { [ROLLOUT_HASH_LABEL]: hash, ...labels } = template.metadata?.labels ?? {};
  return hash === undefined ? template : { ...template, metadata: { ...template.metadata, labels } };
}

/** Admission refuses it: a quota, say. The Rollout is tried again and again. */
function* refusedSet(work: RolloutSync, name: string, why: string): Steps<never> {
  const message = `Failed to create new replica set "${name}": ${why}`;
  work.port.event('Warning', Reason.SetCreateError, message);
  yield* noteProgress(work, 'False', Reason.SetCreateError, message);
  throw new SyncFailed(message);
}

/** The name is taken: by the ReplicaSet that the view does not show yet, or by one of another template (a collision). */
function* existingSet(work: RolloutSync, wanted: ReplicaSet): Steps<ReplicaSet> {
  const { rollout } = work;
  const found = work.port.findReplicaSet(wanted.metadata.name);
  if (found === undefined) throw new SyncFailed(`ReplicaSet ${wanted.metadata.name} exists but is not in the view yet`);
  const owner = found.metadata.ownerReferences?.find((one) => one.controller === true);
  const same = sameTemplate(withoutLabel(withoutInjected(found).spec.template ?? {}), rollout.spec.template);
  if (owner?.uid === rollout.metadata.uid && same) return found;
  const collisionCount = (rollout.status?.collisionCount ?? 0) + 1;
  yield* work.writeStatus({ ...rollout.status, collisionCount });
  throw new SyncFailed(`the name ${wanted.metadata.name} is taken`);
}

/** Gives the Rollout the revision of its new ReplicaSet. */
function* setRevision(work: RolloutSync, revision: string): Steps {
  const { rollout } = work;
  if (annotation(rollout, RolloutAnnotation.Revision) === revision) return;
  const annotations = { ...rollout.metadata.annotations, [RolloutAnnotation.Revision]: revision };
  yield* work.writeAnnotations(withAnnotations(rollout, annotations));
  work.port.event('Normal', 'RolloutUpdated', `Rollout updated to revision ${revision}`);
}

function* noteProgress(work: RolloutSync, status: 'True' | 'False', reason: string, message: string): Steps {
  const next = condition(work.port.nowUs, ConditionType.Progressing, status, reason, message);
  const conditions = withCondition(work.rollout.status?.conditions ?? [], next);
  yield* work.writeStatus({ ...work.rollout.status, conditions });
}
