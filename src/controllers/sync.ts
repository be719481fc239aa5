// What syncs of all controllers share: they are scripts, and one that cannot finish throws and is tried again later.
import type { Wait } from '../engine/script.ts';

/** A part of a script: waits for time and for writes, then gives its value. */
export type Steps<T = void> = Generator<Wait, T, never>;

/** The sync cannot go on (a write was refused, a view is too old): the work queue tries again after its back-off. */
export class SyncFailed extends Error {
  override readonly name = 'SyncFailed';
}
