// Conditions as the status of a Deployment or a Rollout has them: made, found, and set so that the time of a transition is kept.
import { timestamp } from '../../lib/timestamp.ts';

interface Dated {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly lastTransitionTime?: string;
}

/** A condition that begins now. API times are whole seconds, rounded down. */
export function condition(
  nowUs: number,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
) {
  const now = timestamp(nowUs);
  return { type, status, reason, message, lastUpdateTime: now, lastTransitionTime: now } as const;
}

export function findCondition<C extends Dated>(conditions: readonly C[] | undefined, type: string): C | undefined {
  return conditions?.find((one) => one.type === type);
}

export function withoutCondition<C extends Dated>(conditions: readonly C[], type: string): C[] {
  return conditions.filter((one) => one.type !== type);
}
