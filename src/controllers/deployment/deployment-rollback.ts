// Rolling a Deployment back to an earlier revision, as the annotation deprecated.deployment.rollback.to asks.
import { lastRevision, rollbackTarget, withAnnotationsOf } from './deployment-annotations.ts';
import { Annotation, type ReplicaSet, revision, withAnnotations } from '../kit/deployment-objects.ts';
import type { DeploymentSync } from './deployment-sync.ts';
import { sameTemplate, withoutHash } from '../kit/pod-template.ts';
import type { Steps } from '../kit/sync.ts';

/** Copies the template of the wanted revision (0: the one before) into the Deployment; the rollout begins with the next sync. */
export function* rollBack(work: DeploymentSync): Steps {
  const { newest, old } = yield* work.revisions(true);
  const all = newest === undefined ? old : [...old, newest];
  const asked = rollbackTarget(work.deployment) ?? 0;
  const target = asked === 0 ? lastRevision(all) : asked;
  if (target === 0) {
    work.port.event('Warning', 'DeploymentRollbackRevisionNotFound', 'Unable to find last revision.');
    return yield* forgetRequest(work);
  }
  const found = all.find((set) => revision(set) === target);
  if (found === undefined) {
    const message = 'Unable to find the revision to rollback to.';
    work.port.event('Warning', 'DeploymentRollbackRevisionNotFound', message);
    return yield* forgetRequest(work);
  }
  yield* takeTemplate(work, found, target);
}

function* takeTemplate(work: DeploymentSync, set: ReplicaSet, target: number): Steps {
  const { deployment, port } = work;
  const { name } = deployment.metadata;
  if (sameTemplate(deployment.spec.template, set.spec.template ?? {})) {
    const message = `The rollback revision contains the same template as current deployment "${name}"`;
    port.event('Warning', 'DeploymentRollbackTemplateUnchanged', message);
    return yield* forgetRequest(work);
  }
  const template = withoutHash(set.spec.template ?? {});
  work.deployment = withAnnotationsOf({ ...deployment, spec: { ...deployment.spec, template } }, set);
  yield* forgetRequest(work);
  port.event('Normal', 'DeploymentRollback', `Rolled back deployment "${name}" to revision ${target}`);
}

function* forgetRequest(work: DeploymentSync): Steps {
  const { [Annotation.RollbackTo]: _request, ...annotations } = work.deployment.metadata.annotations ?? {};
  work.deployment = withAnnotations(work.deployment, annotations);
  yield* work.port.updateDeployment(work.deployment);
}
