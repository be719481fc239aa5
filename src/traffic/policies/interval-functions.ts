// Back-offs as resilience4j's IntervalFunction works them out: whole milliseconds, cut off at each step.

/** n-th interval, n from 1 on, without chance. */
export function exponentialMs(initialMs: number, multiplier: number, attempt: number): number {
  let intervalMs = initialMs;
  for (let step = 1; step < attempt; step += 1) intervalMs = Math.trunc(intervalMs * multiplier);
  return intervalMs;
}

/** Evenly around an interval, by `uniform` of [0, 1): its ends are `factor` of it away. */
export function randomizedMs(intervalMs: number, factor: number, uniform: number): number {
  const awayMs = factor * intervalMs;
  const leastMs = intervalMs - awayMs;
  const mostMs = intervalMs + awayMs;
  return Math.trunc(leastMs + uniform * (mostMs - leastMs + 1));
}
