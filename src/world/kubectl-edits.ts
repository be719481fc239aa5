// What kubectl's commands send for a Deployment or a node: a patch, or why kubectl refuses to send one.
import type { PodTemplateSpec, Taint } from 'kubernetes-types/core/v1.js';
import type { Patch } from '../api/resources/patch.ts';
import { lastRevision, withAnnotationsOf } from '../controllers/deployment/deployment-annotations.ts';
import { type Deployment, type ReplicaSet, revision } from '../controllers/kit/deployment-objects.ts';
import { sameTemplate, withoutHash } from '../controllers/kit/pod-template.ts';
import type { KubeObject } from '../model/object-store.ts';
import { timestamp } from '../lib/timestamp.ts';
import type { TaintChange } from '../scenario/scenario.ts';

/** What kubectl would print instead of sending a request. */
export interface KubectlRefusal {
  readonly refused: string;
}

/** Where a kind has the pod template in its spec; a Pod has none. */
function templateAt(kind: string): readonly string[] {
  if (kind === 'Pod') return [];
  return kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
}

export function imagePatch(object: KubeObject, container: string, image: string): Patch | KubectlRefusal {
  const path = [...templateAt(object.kind), 'spec'];
  const containers = at(object, [...path, 'containers']);
  const has = Array.isArray(containers) && containers.some((one: { readonly name?: string }) => one.name === container);
  if (!has) return { refused: `unable to find container named "${container}"` };
  const patch = path.reduceRight<object>((inner, field) => ({ [field]: inner }), {
    containers: [{ name: container, image }],
  });
  return { type: 'strategic', patch: patch as Readonly<Record<string, unknown>> };
}

function at(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, field) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[field] : undefined,
    object,
  );
}

const RESTARTED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** kubectl rollout restart: an annotation of the template with the time, so that it differs. `resource` is `deployments.apps` and the like. */
export function restartPatch(object: KubeObject, resource: string, nowUs: number): Patch | KubectlRefusal {
  const { kind, metadata } = object;
  if (!RESTARTED.has(kind)) return { refused: `${resource} "${metadata.name}" restarting is not supported` };
  if (kind === 'Deployment' && (object as Deployment).spec.paused === true) {
    const refused = `deployments.apps "${metadata.name}" can't restart paused deployment (run rollout resume first)`;
    return { refused };
  }
  const annotations = { 'kubectl.kubernetes.io/restartedAt': timestamp(nowUs) };
  return templatePatch({ metadata: { annotations } });
}

/** kubectl rollout pause and resume, which only a Deployment knows. */
export function pausePatch(object: KubeObject, resource: string, paused: boolean): Patch | KubectlRefusal {
  const { name } = object.metadata;
  if (object.kind !== 'Deployment') {
    return { refused: `${resource} "${name}" ${paused ? 'pausing' : 'resuming'} is not supported` };
  }
  if (((object as Deployment).spec.paused === true) === paused) {
    return { refused: `${resource} "${name}" is ${paused ? 'already' : 'not'} paused` };
  }
  return { type: 'strategic', patch: { spec: { paused: paused ? true : null } } };
}

/** kubectl rollout undo: the template and annotations of the wanted revision's ReplicaSet; 0 is the one before the last. */
export function undoPatch(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  toRevision: number,
): Patch | KubectlRefusal {
  const { name } = deployment.metadata;
  if (deployment.spec.paused === true) {
    const refused = `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`;
    return { refused };
  }
  const wanted = toRevision === 0 ? lastRevision(sets) : toRevision;
  if (wanted === 0) return { refused: `no rollout history found for deployment "${name}"` };
  const set = sets.find((one) => revision(one) === wanted);
  if (set === undefined) return { refused: `unable to find specified revision ${wanted} in history` };
  const template = withoutHash(set.spec.template ?? {});
  if (sameTemplate(template, deployment.spec.template)) {
    return { refused: `skipped rollback (current template already matches revision ${wanted})` };
  }
  const { annotations = {} } = withAnnotationsOf(deployment, set).metadata;
  return {
    type: 'json',
    patch: [
      { op: 'replace', path: '/spec/template', value: template },
      { op: 'add', path: '/metadata/annotations', value: annotations },
    ],
  };
}

/** kubectl taint: a taint of the same key and effect is replaced; the API server asks for no more. */
export function withTaints(taints: readonly Taint[], changes: readonly TaintChange[]): Taint[] {
  let after = [...taints];
  for (const { key, value, effect, remove } of changes) {
    after = after.filter((one) => one.key !== key || (effect !== undefined && one.effect !== effect));
    if (!remove && effect !== undefined) after.push({ key, effect, ...(value === '' ? {} : { value }) });
  }
  return after;
}

function templatePatch(template: PodTemplateSpec | object): Patch {
  return { type: 'strategic', patch: { spec: { template } } };
}
