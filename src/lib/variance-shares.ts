// Whether estimated shares of a variance can be taken for shares.

export interface ShareEstimate {
  readonly value: number;
  /** Ends of its interval, where there is one. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export const TOO_FEW_POINTS =
  'Some shares are below 0 or above 100 %, are greater alone than together with others, or have intervals wider than that: the points are too few to tell (--samples).';

/** What estimates miss by without meaning anything. */
const SLACK = 0.1;

/** True where the estimates of an axis, alone and together with others, are no shares of anything: a variance has no more than all of itself. */
export function areNoShares(alone: ShareEstimate, together: ShareEstimate): boolean {
  const isNone = ({ value, low = value, high = value }: ShareEstimate) =>
    value < -SLACK || value > 1 + SLACK || high - low > 1;
  return isNone(alone) || isNone(together) || alone.value > together.value + SLACK;
}
