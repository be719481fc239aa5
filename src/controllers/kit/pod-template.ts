// Pod templates: their hash, which names a ReplicaSet, and the equality that decides whether one is up to date.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { canonicalJson } from '../../model/interner.ts';
import { safeHash } from '../../model/names.ts';

export const TEMPLATE_HASH_LABEL = 'pod-template-hash';

const keys = new WeakMap<PodTemplateSpec, string>();

/** A text that is equal exactly for templates that are equal apart from the `pod-template-hash` label. */
export function templateKey(template: PodTemplateSpec): string {
  let key = keys.get(template);
  if (key === undefined) {
    key = canonicalJson(withoutHash(template));
    keys.set(template, key);
  }
  return key;
}

export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return a === b || templateKey(a) === templateKey(b);
}

/** The value of `pod-template-hash`; `collisions` is the Deployment's status.collisionCount. */
export function templateHash(template: PodTemplateSpec, collisions: number | undefined): string {
  return safeHash(templateKey(template) + (collisions ?? ''));
}

export function withHash(template: PodTemplateSpec, hash: string): PodTemplateSpec {
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH_LABEL]: hash };
  return { ...template, metadata: { ...template.metadata, labels } };
}

export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  if (template.metadata?.labels?.[TEMPLATE_HASH_LABEL] === undefined) return template;
  const { [TEMPLATE_HASH_LABEL]: _hash, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}
