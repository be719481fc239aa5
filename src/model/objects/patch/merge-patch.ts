// JSON merge patches (RFC 7386): mappings merge, null removes, everything else replaces.
import { isPlainObject } from '../decode.ts';

/** The patched value. Neither argument is changed; they share what did not change. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return patch;
  const merged = isPlainObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
