// What kubectl's commands change in an object: a new version of it, or why kubectl refuses.
import type { Container, PodTemplateSpec, Taint } from 'kubernetes-types/core/v1.js';
import { lastRevision, withAnnotationsOf } from '../controllers/deployment/deployment-annotations.ts';
import { type Deployment, type ReplicaSet, revision } from '../controllers/kit/deployment-objects.ts';
import { sameTemplate, withoutHash } from '../controllers/kit/pod-template.ts';
import { timestamp } from '../lib/timestamp.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { TaintChange } from '../scenario/scenario.ts';
import { strategicMerge } from './strategic-merge.ts';

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

export function patched(deployment: Deployment, patch: Readonly<Record<string, unknown>>): Deployment {
  return strategicMerge(deployment, patch) as Deployment;
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

/** Kinds whose spec and annotations belong to controllers as well. */
const SHARED: ReadonlySet<string> = new Set(['PersistentVolumeClaim', 'PersistentVolume']);

/** What `kubectl apply` makes of an object that is there: of a claim or a volume, what its manifest does not name stays. */
export function reapplied(current: KubeObject | undefined, object: KubeObject): KubeObject {
  if (current === undefined || !SHARED.has(object.kind)) return object;
  const { resourceVersion: _, ...kept } = current.metadata;
  const metadata = {
    ...kept,
    labels: { ...kept.labels, ...object.metadata.labels },
    annotations: { ...kept.annotations, ...object.metadata.annotations },
  };
  return { ...current, metadata, spec: { ...current.spec, ...object.spec } };
}
