// JSON patches (RFC 6902): a list of operations, all of which are applied or none.
import { isPlainObject } from '../decode.ts';
import { equalJson } from '../equal.ts';
import { childOf, itemIndex, pointerKeys } from './json-pointer.ts';
import { PatchError } from './patch-error.ts';

export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** The patched value; `target` stays as it is. Throws a PatchError that names the operation. */
export function jsonPatch(target: unknown, operations: readonly JsonPatchOperation[]): unknown {
  let value = structuredClone(target);
  for (const [index, operation] of operations.entries()) {
    try {
      value = apply(value, operation);
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      throw new PatchError(`operation ${index} (${operation.op} ${operation.path}): ${error.message}`);
    }
  }
  return value;
}

function apply(document: unknown, operation: JsonPatchOperation): unknown {
  const path = keysOf(operation, 'path');
  switch (operation.op) {
    case 'add':
      return add(document, path, structuredClone(valueOf(operation)));
    case 'remove':
      return remove(document, path);
    case 'replace':
      // What is replaced must be there.
      valueAt(document, path);
      return add(path.length === 0 ? document : remove(document, path), path, structuredClone(valueOf(operation)));
    case 'move': {
      const from = keysOf(operation, 'from');
      if (from.length < path.length && from.every((key, index) => key === path[index])) {
        throw new PatchError('a value cannot be moved into itself');
      }
      const moved = valueAt(document, from);
      return add(remove(document, from), path, moved);
    }
    case 'copy':
      return add(document, path, structuredClone(valueAt(document, keysOf(operation, 'from'))));
    case 'test':
      if (!equalJson(valueAt(document, path), valueOf(operation))) throw new PatchError('the value is another one');
      return document;
    default:
      throw new PatchError('unknown operation, expected add, remove, replace, move, copy or test');
  }
}

function keysOf(operation: JsonPatchOperation, field: 'path' | 'from'): string[] {
  const pointer = operation[field];
  if (typeof pointer !== 'string') throw new PatchError(`"${field}" is required`);
  return pointerKeys(pointer);
}

function valueOf(operation: JsonPatchOperation): unknown {
  if (operation.value === undefined) throw new PatchError('"value" is required');
  return operation.value;
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(childOf, document);
}

/** In place, but for the document as a whole. */
function add(document: unknown, path: readonly string[], value: unknown): unknown {
  const key = path.at(-1);
  if (key === undefined) return value;
  const parent = valueAt(document, path.slice(0, -1));
  if (Array.isArray(parent))
    parent.splice(key === '-' ? parent.length : itemIndex(parent, key, parent.length), 0, value);
  else if (isPlainObject(parent)) parent[key] = value;
  else throw new PatchError('the parent is neither a mapping nor a list');
  return document;
}

function remove(document: unknown, path: readonly string[]): unknown {
  const key = path.at(-1);
  if (key === undefined) return null;
  const parent = valueAt(document, path.slice(0, -1));
  childOf(parent, key);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
  return document;
}
