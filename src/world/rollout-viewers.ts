// What `kubectl rollout status` and `history` print of an object: Deployments, StatefulSets and DaemonSets have viewers (kubectl 1.36, polymorphichelpers).
import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { annotation, type ReplicaSet, revision as revisionOf } from '../controllers/kit/deployment-objects.ts';
import type { ControllerRevision } from '../controllers/kit/controller-revisions.ts';
import type { Deployment as DeploymentObject } from '../controllers/kit/deployment-objects.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { KubectlRefusal } from './kubectl-edits.ts';

export interface RolloutProgress {
  readonly line: string;
  readonly done: boolean;
}

const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const TIMED_OUT = 'ProgressDeadlineExceeded';
const ROLLING = 'RollingUpdate';

/** `qualified` is the kind with its group; `revision` 0 is the last one. */
export function statusLine(object: KubeObject, qualified: string, revision: number): RolloutProgress | KubectlRefusal {
  switch (object.kind) {
    case 'Deployment':
      return deploymentLine(object as unknown as Deployment, revisionOf(object), revision);
    case 'DaemonSet':
      return daemonSetLine(object as unknown as DaemonSet);
    case 'StatefulSet':
      return statefulSetLine(object as unknown as StatefulSet);
    default:
      return { refused: `no status viewer has been implemented for ${qualified}` };
  }
}

function deploymentLine(
  { metadata, spec, status = {} }: Deployment,
  running: number | undefined,
  revision: number,
): RolloutProgress | KubectlRefusal {
  const name = JSON.stringify(metadata?.name);
  if (revision > 0 && revision !== running) {
    return { refused: `desired revision (${revision}) is different from the running revision (${running ?? 0})` };
  }
  if ((metadata?.generation ?? 0) > (status.observedGeneration ?? 0)) {
    return waiting('Waiting for deployment spec update to be observed...');
  }
  if (status.conditions?.some(({ type, reason }) => type === 'Progressing' && reason === TIMED_OUT) === true) {
    return { refused: `deployment ${name} exceeded its progress deadline` };
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wait = (what: string): RolloutProgress =>
    waiting(`Waiting for deployment ${name} rollout to finish: ${what}...`);
  const wanted = spec?.replicas ?? 1;
  if (updatedReplicas < wanted) return wait(`${updatedReplicas} out of ${wanted} new replicas have been updated`);
  if (replicas > updatedReplicas) return wait(`${replicas - updatedReplicas} old replicas are pending termination`);
  if (availableReplicas < updatedReplicas) {
    return wait(`${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  }
  return finished(`deployment ${name} successfully rolled out`);
}

function daemonSetLine({ metadata, spec, status }: DaemonSet): RolloutProgress | KubectlRefusal {
  const name = JSON.stringify(metadata?.name);
  if (spec?.updateStrategy?.type !== ROLLING) return ONLY_ROLLING;
  if ((metadata?.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return waiting('Waiting for daemon set spec update to be observed...');
  }
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  const wait = (what: string): RolloutProgress =>
    waiting(`Waiting for daemon set ${name} rollout to finish: ${what}...`);
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return wait(`${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated`);
  }
  if (numberAvailable < desiredNumberScheduled) {
    return wait(`${numberAvailable} of ${desiredNumberScheduled} updated pods are available`);
  }
  return finished(`daemon set ${name} successfully rolled out`);
}

function statefulSetLine({ metadata, spec, status }: StatefulSet): RolloutProgress | KubectlRefusal {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type !== ROLLING) return ONLY_ROLLING;
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || (metadata?.generation ?? 0) > observed) {
    return waiting('Waiting for statefulset spec update to be observed...');
  }
  const wanted = spec?.replicas ?? 1;
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0, updateRevision, currentRevision } = status ?? {};
  if (readyReplicas < wanted) return waiting(`Waiting for ${wanted - readyReplicas} pods to be ready...`);
  if (rollingUpdate !== undefined) {
    const partition = rollingUpdate.partition ?? 0;
    if (updatedReplicas < wanted - partition) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted - partition} new pods have been updated...`,
      );
    }
    return finished(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (updateRevision !== currentRevision) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
    );
  }
  return finished(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`);
}

const ONLY_ROLLING: KubectlRefusal = { refused: `rollout status is only available for ${ROLLING} strategy type` };

function waiting(line: string): RolloutProgress {
  return { line, done: false };
}

function finished(line: string): RolloutProgress {
  return { line, done: true };
}

interface Kept {
  readonly number: number;
  readonly cause: string;
  readonly template: PodTemplateSpec;
}

/** The lines below the header: all revisions, or the template of one. */
export function historyLines(
  object: KubeObject,
  qualified: string,
  kept: { readonly sets: readonly ReplicaSet[]; readonly revisions: readonly ControllerRevision[] },
  revision: number,
): readonly string[] | KubectlRefusal {
  const known = revisionsOf(object, kept);
  if (known === undefined) return { refused: `no history viewer has been implemented for "${qualified}"` };
  if (known.length === 0) return ['No rollout history found.'];
  if (revision === 0) return known.map(({ number, cause }) => `REVISION ${number} CHANGE-CAUSE ${cause}`);
  const found = known.find(({ number }) => number === revision);
  return found === undefined ? { refused: 'unable to find the specified revision' } : [templateLine(found.template)];
}

/** By number; undefined for a kind that has no history. */
function revisionsOf(
  object: KubeObject,
  { sets, revisions }: { readonly sets: readonly ReplicaSet[]; readonly revisions: readonly ControllerRevision[] },
): readonly Kept[] | undefined {
  const cause = (one: KubeObject): string => {
    const given = annotation(one, CHANGE_CAUSE) ?? '';
    return given === '' ? '<none>' : given;
  };
  const byNumber = (a: Kept, b: Kept): number => a.number - b.number;
  if (object.kind === 'Deployment') {
    return sets
      .flatMap((set): Kept[] => {
        const number = revisionOf(set);
        return number === undefined ? [] : [{ number, cause: cause(set), template: set.spec.template ?? {} }];
      })
      .sort(byNumber);
  }
  if (object.kind !== 'StatefulSet' && object.kind !== 'DaemonSet') return undefined;
  const { template } = (object as unknown as DeploymentObject).spec;
  return revisions
    .map((one): Kept => {
      const { spec } = one.data as { readonly spec?: { readonly template?: PodTemplateSpec } };
      return { number: one.revision, cause: cause(one), template: spec?.template ?? template };
    })
    .sort(byNumber);
}

/** What `--revision` prints of a template, on one line. */
function templateLine({ metadata, spec }: PodTemplateSpec): string {
  const labels = Object.entries(metadata?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const containers = (spec?.containers ?? []).map(({ name, image }) => `${name}: Image: ${image ?? ''}`);
  return `Pod Template: Labels: ${labels.join(',')} Containers: ${containers.join(' ')}`;
}
