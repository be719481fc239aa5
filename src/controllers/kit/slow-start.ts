// Slow start: many equal writes in batches of 1, 2, 4 …, so that what is bound to fail fails early.
import type { Steps } from './sync.ts';

/** Runs `batch(size)`, which gives how many of its writes failed, until `count` is reached or one failed. Gives the successes. */
export function* slowStart(
  count: number,
  initial: number,
  batch: (size: number) => Steps<number>,
  largest = Infinity,
): Steps<number> {
  let remaining = count;
  let successes = 0;
  for (let size = Math.min(remaining, initial); size > 0; size = Math.min(2 * size, remaining, largest)) {
    const failed = yield* batch(size);
    successes += size - failed;
    if (failed > 0) break;
    remaining -= size;
  }
  return successes;
}
