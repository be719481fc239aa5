// JSON pointers (RFC 6901): the path of a JSON patch's operation, and the value that it points to.
import { isPlainObject } from '../decode.ts';
import { PatchError } from './patch-error.ts';

/** `/a~1b/0` as keys: `a/b`, `0`. Throws a PatchError. */
export function pointerKeys(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new PatchError(`the path ${JSON.stringify(pointer)} must begin with "/"`);
  const keys = pointer.slice(1).split('/');
  for (const key of keys) {
    if (/~(?![01])/.test(key))
      throw new PatchError(`the path ${JSON.stringify(pointer)} has a "~" that is not "~0" or "~1"`);
  }
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The index of an item that is there (or, `end` being allowed, the place after the last). Throws a PatchError. */
export function itemIndex(list: readonly unknown[], key: string, most: number): number {
  const index = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  if (index < 0 || index > most) {
    throw new PatchError(`no item ${JSON.stringify(key)} in a list of ${list.length}`);
  }
  return index;
}

/** Throws a PatchError where nothing is. */
export function childOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[itemIndex(value, key, value.length - 1)] as unknown;
  if (!isPlainObject(value) || !Object.hasOwn(value, key)) throw new PatchError(`there is no ${JSON.stringify(key)}`);
  return value[key];
}
