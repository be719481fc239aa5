// `metadata.generation` counts the versions of what was asked for: which fields those are, kind by kind (the update strategies in pkg/registry).
import type { DecodedObject, PlainObject } from '../decode.ts';
import { equalJson, equalValues } from '../equal.ts';
import { objectType, type Kind } from '../tables.ts';

const TOP = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** Kinds with a generation that never changes, since nothing of them may. */
const CONSTANT = new Set(['PriorityClass']);

/** A kind has a generation if its creation gave it one; custom objects always have. */
export function bumpGeneration(object: DecodedObject, old: DecodedObject, kind: Kind | undefined): void {
  const before = old.metadata.generation;
  if (typeof before !== 'number' || CONSTANT.has(object.kind)) return;
  if (!sameRequest(object, old, kind)) object.metadata.generation = before + 1;
}

function sameRequest(object: DecodedObject, old: DecodedObject, kind: Kind | undefined): boolean {
  if (kind === undefined) return equalJson(withoutTop(object), withoutTop(old));
  const { metadata } = object;
  // Controllers copy a Deployment's annotations; consumers of EndpointSlices select by labels.
  if (object.kind === 'Deployment' && !equalJson(metadata.annotations ?? {}, old.metadata.annotations ?? {})) {
    return false;
  }
  if (object.kind === 'EndpointSlice' && !equalJson(metadata.labels ?? {}, old.metadata.labels ?? {})) return false;
  return objectType(kind.type).fields.every(
    ({ name, type }) => TOP.has(name) || equalValues(type, object[name], old[name]),
  );
}

function withoutTop(object: DecodedObject): PlainObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !TOP.has(field)));
}
