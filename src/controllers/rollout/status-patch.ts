// How a Rollout's status is written: as a merge patch, which leaves what it does not change as others wrote it.
import { canonicalJson } from '../../model/interner.ts';
import type { RolloutStatus } from './rollout-objects.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Numbers for which 0 is a value like any other; elsewhere it is left out, as Go does. */
const COUNTED_FROM_ZERO: ReadonlySet<string> = new Set(['weight', 'currentStepIndex']);
/** The same for false. */
const YES_OR_NO: ReadonlySet<string> = new Set(['verified']);

/** Without fields that have Go's zero value. */
export function compact(status: RolloutStatus): RolloutStatus {
  return compactFields(status as Fields);
}

function compactFields(fields: Fields): Fields {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    const next = isFields(value) ? compactFields(value) : value;
    if (!isZero(key, next)) kept[key] = next;
  }
  return kept;
}

function isZero(key: string, value: unknown): boolean {
  if (value === undefined || value === '') return true;
  if (value === 0) return !COUNTED_FROM_ZERO.has(key);
  if (value === false) return !YES_OR_NO.has(key);
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.keys(value).length === 0;
}

export function sameStatus(a: RolloutStatus, b: RolloutStatus): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** The stored status with what changes between the two others. All three are compact. */
export function patched(stored: RolloutStatus, from: RolloutStatus, to: RolloutStatus): RolloutStatus {
  return compact(patchedFields(stored as Fields, from as Fields, to as Fields));
}

function patchedFields(stored: Fields, from: Fields, to: Fields): Fields {
  const next: Record<string, unknown> = { ...stored };
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after, now] = [from[key], to[key], stored[key]];
    if (isFields(after)) {
      next[key] = patchedFields(isFields(now) ? now : {}, isFields(before) ? before : {}, after);
    } else if (canonicalJson(before ?? null) !== canonicalJson(after ?? null)) {
      next[key] = after;
    }
  }
  return next;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
