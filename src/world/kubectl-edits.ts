// What kubectl's commands change in an object: a new version of it, or why kubectl refuses.
import type { Container, PodTemplateSpec, Taint } from 'kubernetes-types/core/v1.js';
import { lastRevision, withAnnotationsOf } from '../controllers/deployment/deployment-annotations.ts';
import { type Deployment, type ReplicaSet, revision } from '../controllers/kit/deployment-objects.ts';
import { sameTemplate, withoutHash } from '../controllers/kit/pod-template.ts';
import { timestamp } from '../lib/timestamp.ts';
import type { KubeObject } from '../model/object-store.ts';
import { decodeObject, type DecodedObject, type PlainObject } from '../model/objects/decode.ts';
import { applyPatch } from '../model/objects/patch/apply-patch.ts';
import { mergePatch } from '../model/objects/patch/merge-patch.ts';
import { PatchError } from '../model/objects/patch/patch-error.ts';
import { strategicMerge } from '../model/objects/patch/strategic-merge.ts';
import { stripServerFields } from '../model/objects/strip.ts';
import { builtInKind } from '../model/objects/tables.ts';
import { updateObject } from '../model/objects/update/object.ts';
import type { KubernetesObject, TaintChange } from '../scenario/scenario.ts';

/** What kubectl would print instead of sending a request. */
export interface Refusal {
  readonly refused: string;
}

type Changed = Deployment | Refusal;

export function withImage(deployment: Deployment, container: string, image: string): Deployment {
  const { template } = deployment.spec;
  const containers = (template.spec?.containers ?? []).map((one): Container => {
    return one.name === container ? Object.assign({}, one, { image }) : one;
  });
  return withTemplate(deployment, { ...template, spec: { ...template.spec, containers } });
}

/** kubectl rollout restart: an annotation of the template with the time, so that it differs. */
export function restarted(deployment: Deployment, nowUs: number): Deployment {
  const { template } = deployment.spec;
  const annotations = { ...template.metadata?.annotations, 'kubectl.kubernetes.io/restartedAt': timestamp(nowUs) };
  return withTemplate(deployment, { ...template, metadata: { ...template.metadata, annotations } });
}

export function withPaused(deployment: Deployment, paused: boolean): Changed {
  const { name } = deployment.metadata;
  if ((deployment.spec.paused === true) === paused) {
    return { refused: `deployments.apps "${name}" is ${paused ? 'already' : 'not'} paused` };
  }
  return { ...deployment, spec: { ...deployment.spec, paused } };
}

/** kubectl rollout undo: the template and annotations of the wanted revision's ReplicaSet; 0 is the one before the last. */
export function undone(deployment: Deployment, sets: readonly ReplicaSet[], toRevision: number): Changed {
  const { name } = deployment.metadata;
  if (deployment.spec.paused === true) {
    return { refused: `cannot rollback a paused deployment; resume it first with 'kubectl rollout resume'` };
  }
  const wanted = toRevision === 0 ? lastRevision(sets) : toRevision;
  if (wanted === 0) return { refused: `no rollout history found for deployment "${name}"` };
  const set = sets.find((one) => revision(one) === wanted);
  if (set === undefined) return { refused: `unable to find specified revision ${wanted} in history` };
  const template = withoutHash(set.spec.template ?? {});
  if (sameTemplate(template, deployment.spec.template)) {
    return { refused: `skipped rollback (current template already matches revision ${wanted})` };
  }
  return withTemplate(withAnnotationsOf(deployment, set), template);
}

/** kubectl patch. */
export function patched(deployment: Deployment, patch: Readonly<Record<string, unknown>>): Changed {
  return sent(deployment, patch) as Changed;
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

function withTemplate(deployment: Deployment, template: PodTemplateSpec): Deployment {
  return { ...deployment, spec: { ...deployment.spec, template } };
}

/**
 * What `kubectl apply` makes of an object that is there; undefined where nothing is to be changed. `last` is the manifest that was applied
 * before: what that one named and this one does not goes, what neither names keeps its value.
 */
export function reapplied(
  current: KubeObject,
  last: KubernetesObject | undefined,
  manifest: KubernetesObject,
): KubeObject | Refusal | undefined {
  const type = builtInKind(current.apiVersion, current.kind)?.type;
  const patch = applyPatch(asWritten(last ?? {}), asWritten(manifest), { ...current }, type);
  return Object.keys(patch).length === 0 ? undefined : sent(current, patch);
}

/** Manifests may come from `kubectl get -o yaml`. */
function asWritten(manifest: object): PlainObject {
  const copy = { metadata: {}, ...structuredClone(manifest) } as DecodedObject;
  stripServerFields(copy);
  return copy;
}

/** A patch as the API server takes it: strategic for built-in kinds, else a JSON merge patch. */
function sent(current: KubeObject, patch: PlainObject): KubeObject | Refusal {
  const { apiVersion, kind, metadata } = current;
  const type = builtInKind(apiVersion, kind)?.type;
  const refuse = (why: string): Refusal => ({ refused: `The ${kind} "${metadata.name}" is invalid: ${why}` });
  let merged: unknown;
  try {
    merged = type === undefined ? mergePatch(current, patch) : strategicMerge({ ...current }, patch, type);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return refuse(error.message);
  }
  const known = { knownCustomKinds: new Set([`${apiVersion} ${kind}`]) };
  const { object, problems } = decodeObject(structuredClone(merged), known);
  const errors = problems.map(({ path, message }) => `${path}: ${message}`);
  if (object !== undefined && errors.length === 0) {
    const wrong = updateObject(object, current as unknown as DecodedObject);
    errors.push(...wrong.map(({ field, message }) => `${field}: ${message}`));
  }
  return errors.length === 0 ? (object as unknown as KubeObject) : refuse(errors.join(', '));
}
