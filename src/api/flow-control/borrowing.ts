// The adjustment of seats that is due every ten seconds: levels lend what they do not need to those that have more to do than seats.
import { allocate } from './fair-allocation.ts';
import type { SeatLimits } from './priority-level.ts';

/** What a level wanted since the last adjustment. */
export interface Demand extends SeatLimits {
  readonly exempt: boolean;
  readonly highWatermark: number;
  readonly smoothed: number;
  /** Seats that it has now. */
  readonly seats: number;
}

export const ADJUSTMENT_US = 10e6;

/** The seats of each level from now on. */
export function adjusted(demands: readonly Demand[]): number[] {
  const limited = demands.filter(({ exempt }) => !exempt);
  const nominal = sum(demands.map((one) => one.nominal));
  const atLeast = sum(limited.map(({ lower }) => lower));
  const used = sum(limited.map(needed));
  const left = nominal - sum(demands.filter(({ exempt }) => exempt).map(needed));
  const seats = ofLimited();
  let next = 0;
  return demands.map((one) => {
    if (one.exempt) return needed(one);
    next += 1;
    return seats[next - 1];
  });

  function ofLimited(): number[] {
    if (left <= atLeast) return limited.map(({ lower }) => lower);
    if (left <= used) {
      const part = (left - atLeast) / (used - atLeast);
      return limited.map((one) => one.lower + Math.round((needed(one) - one.lower) * part));
    }
    const claims = limited.map((one) => ({
      lower: needed(one),
      upper: one.upper,
      target: Math.max(needed(one), one.smoothed),
    }));
    return allocate(nominal, claims)?.map(Math.round) ?? limited.map((one) => one.seats);
  }
}

/** What a level keeps: all that it used, up to its nominal seats; what is exempt takes what it wants. */
function needed({ exempt, lower, nominal, highWatermark }: Demand): number {
  return Math.max(lower, exempt ? highWatermark : Math.min(nominal, highWatermark));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((whole, one) => whole + one, 0);
}
