// Divides seats among priority levels: each gets its target times one common factor, unless a bound of its own is in the way.

export interface Claim {
  /** At least the lower bound. */
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
}

const LEAST_TARGET = 0.001;
const EPSILON = 1e-7;

/** Shares that add up to `total`; undefined where the bounds leave none. */
export function allocate(total: number, claims: readonly Claim[]): number[] | undefined {
  const targets = claims.map(({ target }) => Math.max(LEAST_TARGET, target));
  const lowSum = sum(claims.map(({ lower }) => lower));
  const highSum = sum(claims.map(({ upper }) => upper));
  if (lowSum - total > EPSILON || total - highSum > EPSILON) return undefined;
  if (lowSum - total > -EPSILON) return claims.map(({ lower }) => lower);
  if (total - highSum > -EPSILON) return claims.map(({ upper }) => upper);
  const factor = commonFactor(total, claims, targets);
  return claims.map(({ lower, upper }, i) => Math.max(lower, Math.min(upper, factor * targets[i])));
}

/** As the factor rises, levels leave their lower bound and stop at their upper one; between two such steps the sum is linear. */
function commonFactor(total: number, claims: readonly Claim[], targets: readonly number[]): number {
  const steps = claims.flatMap(({ lower, upper }, i) => [
    { at: lower / targets[i], slope: targets[i] },
    { at: upper / targets[i], slope: -targets[i] },
  ]);
  steps.sort((a, b) => a.at - b.at);
  let factor = steps[0].at;
  let reached = sum(claims.map(({ lower }) => lower));
  let slope = 0;
  for (const step of steps) {
    const next = reached + (step.at - factor) * slope;
    if (slope > 0 && next >= total) return factor + (total - reached) / slope;
    reached = next;
    factor = step.at;
    slope += step.slope;
  }
  return factor;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((whole, one) => whole + one, 0);
}
