// PATCH in its four media types: strategic merge, merge, JSON patch and apply.
import { type Patch, patched } from '../../api/resources/patch.ts';
import { badRequest, type Refusal } from '../../api/resources/status.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isPlainObject } from '../../model/objects/decode.ts';
import type { JsonPatchOperation } from '../../model/objects/patch/json-patch.ts';
import type { Exchange } from '../call.ts';
import { contentType } from '../media-types.ts';
import { APPLY_TYPE, isTooDeep } from './bodies.ts';
import { unsupportedMediaType } from '../refusals.ts';

const TYPES = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
} as const;
const ACCEPTED = [...Object.keys(TYPES), APPLY_TYPE];

export function isApply(exchange: Exchange): boolean {
  return contentType(exchange.header('content-type')) === APPLY_TYPE;
}

/** What the body makes of an object. Throws a Refusal for one that cannot be read, and when it cannot be applied. */
export function patchOf(exchange: Exchange): (object: KubeObject) => KubeObject {
  const media = contentType(exchange.header('content-type'));
  const type = TYPES[media as keyof typeof TYPES] as Patch['type'] | undefined;
  if (type === undefined) throw unsupportedMediaType(ACCEPTED);
  const value = parsed(new TextDecoder().decode(exchange.request.body));
  if (type === 'json') {
    if (!Array.isArray(value) || !value.every(isPlainObject)) {
      throw badPatch('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
    }
    return (object) => patched(object, { type, patch: value as unknown as readonly JsonPatchOperation[] });
  }
  if (!isPlainObject(value))
    throw badPatch('json: cannot unmarshal array into Go value of type map[string]interface {}');
  return (object) => patched(object, { type, patch: value });
}

function parsed(text: string): unknown {
  if (isTooDeep(text)) throw badPatch('exceeded max depth');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badPatch((error as Error).message);
  }
}

function badPatch(why: string): Refusal {
  return badRequest(`error decoding patch: ${why}`);
}
