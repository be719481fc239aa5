// What syncs of all controllers share: they are scripts, and one that cannot finish throws and is tried again later.
import type { Wait } from '../../engine/script.ts';

/** A part of a script: waits for time and for writes, then gives its value. */
export type Steps<T = void> = Generator<Wait, T, unknown>;

/**
 * The sync cannot go on (a write was refused, a view is too old): the work queue tries again after its back-off. That is an everyday
 * outcome: it has no stack, which would take longer than the sync.
 */
export class SyncFailed extends Error {
  override readonly name = 'SyncFailed';

  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A sync of one item. One that fails as soon as it begins may give its failure instead of throwing it, which takes less time. */
export type Sync = Steps<SyncFailed | void>;
