// Whether enough indexes of a Job have succeeded for its successPolicy.
import type { SuccessPolicy } from 'kubernetes-types/batch/v1.js';
import { Indexes } from './completed-indexes.ts';

/** The message of the rule that is met, undefined when none is. */
export function matchSuccessPolicy(
  policy: SuccessPolicy | undefined,
  completions: number,
  succeeded: Indexes,
): string | undefined {
  if (policy === undefined || succeeded.size === 0) return undefined;
  const index = policy.rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount;
    const wanted = Indexes.parse(succeededIndexes, completions);
    return wanted.overlap(succeeded) >= (succeededCount ?? wanted.size);
  });
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}
