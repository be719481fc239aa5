// ControllerRevisions: how a controller remembers the templates that its object had.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { canonicalJson } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';

export const REVISION_HASH_LABEL = 'controller-revision-hash';

export interface ControllerRevision extends KubeObject {
  readonly kind: 'ControllerRevision';
  /** A strategic merge patch that brings the template back. */
  readonly data?: unknown;
  readonly revision: number;
}

const patches = new WeakMap<PodTemplateSpec, object>();
const keys = new WeakMap<object, string>();

/** What a revision of that template has as its data. The same template gives the same object. */
export function templatePatch(template: PodTemplateSpec): object {
  let patch = patches.get(template);
  if (patch === undefined) {
    patch = { spec: { template: { ...template, $patch: 'replace' } } };
    patches.set(template, patch);
  }
  return patch;
}

export function isOfTemplate({ data }: ControllerRevision, template: PodTemplateSpec): boolean {
  const patch = templatePatch(template);
  return data === patch || (typeof data === 'object' && data !== null && keyOf(data) === keyOf(patch));
}

/** 0 when there is none. */
export function highestRevision(revisions: readonly ControllerRevision[]): number {
  return revisions.reduce((highest, { revision }) => Math.max(highest, revision), 0);
}

function keyOf(data: object): string {
  let key = keys.get(data);
  if (key === undefined) {
    key = canonicalJson(data);
    keys.set(data, key);
  }
  return key;
}
