// Conditions as controllers write them: of a generation of their object, and with the time at which they last became true or false.
import { timestamp } from '../../lib/timestamp.ts';
import type { RouteCondition } from '../routes/route-objects.ts';

/** What a controller finds; without a reason it is true, and the reason is the type's own name. */
export interface Finding {
  readonly type: string;
  readonly isTrue: boolean;
  readonly reason?: string;
  readonly message?: string;
}

/** `before`: what stands there, also of types that this controller does not know, which stay. */
export function conditionsOf(
  findings: readonly Finding[],
  before: readonly RouteCondition[] | undefined,
  generation: number,
  nowUs: number,
): RouteCondition[] {
  const made = findings.map(({ type, isTrue, reason = type, message = '' }): RouteCondition => {
    const status = isTrue ? 'True' : 'False';
    const last = before?.find((one) => one.type === type);
    return {
      type,
      status,
      reason,
      message,
      observedGeneration: generation,
      lastTransitionTime: last?.status === status ? last.lastTransitionTime : timestamp(nowUs),
    };
  });
  const known = new Set(findings.map(({ type }) => type));
  return [...made, ...(before ?? []).filter(({ type }) => !known.has(type))];
}
