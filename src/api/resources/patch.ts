// The patch of an object by the media type in which it comes.
import type { KubeObject } from '../../model/object-store.ts';
import type { PlainObject } from '../../model/objects/decode.ts';
import { jsonPatch, type JsonPatchOperation } from '../../model/objects/patch/json-patch.ts';
import { mergePatch } from '../../model/objects/patch/merge-patch.ts';
import { PatchError } from '../../model/objects/patch/patch-error.ts';
import { strategicMerge } from '../../model/objects/patch/strategic-merge.ts';
import { builtInKind } from '../../model/objects/tables.ts';
import { badRequest, Refusal } from './status.ts';

export type Patch =
  | { readonly type: 'strategic' | 'merge'; readonly patch: PlainObject }
  | { readonly type: 'json'; readonly patch: readonly JsonPatchOperation[] };

/** What the patch makes of the object. Throws a Refusal for a patch that cannot be applied. */
export function patched(object: KubeObject, patch: Patch): KubeObject {
  try {
    return apply(object as unknown as PlainObject, patch) as KubeObject;
  } catch (error) {
    if (error instanceof PatchError) throw badRequest(error.message);
    throw error;
  }
}

function apply(object: PlainObject, patch: Patch): unknown {
  if (patch.type === 'json') return jsonPatch(object, patch.patch);
  if (patch.type === 'merge') return mergePatch(object, patch.patch);
  const kind = builtInKind(String(object.apiVersion), String(object.kind));
  if (kind !== undefined) return strategicMerge(object, patch.patch, kind.type);
  const message =
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
  throw new Refusal(415, 'UnsupportedMediaType', message);
}
