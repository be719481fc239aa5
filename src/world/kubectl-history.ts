// kubectl rollout undo of what keeps its history in ControllerRevisions: StatefulSets and DaemonSets.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { type ControllerRevision, isOfTemplate } from '../controllers/kit/controller-revisions.ts';
import type { Patch } from '../api/resources/patch.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { KubectlRefusal } from './kubectl-edits.ts';

/** The template of the wanted revision; 0 is the one before the last. */
export function undoRevisionPatch(
  object: KubeObject,
  revisions: readonly ControllerRevision[],
  toRevision: number,
): Patch | KubectlRefusal {
  const sorted = [...revisions].sort((a, b) => a.revision - b.revision);
  if (toRevision === 0 && sorted.length < 2) return { refused: 'no last revision to roll back to' };
  const wanted = toRevision === 0 ? sorted.at(-2) : sorted.find(({ revision }) => revision === toRevision);
  if (wanted === undefined) return { refused: `unable to find specified revision ${toRevision} in history` };
  const { template } = object.spec as { readonly template: PodTemplateSpec };
  if (isOfTemplate(wanted, template)) {
    return { refused: `skipped rollback (current template already matches revision ${wanted.revision})` };
  }
  return { type: 'strategic', patch: wanted.data as Readonly<Record<string, unknown>> };
}
