// What a scale-up says to the pods that it was for, and to those that it cannot help.
import type { Hands } from '../cluster/hands.ts';
import type { NodeGroup } from '../../model/ports/cloud.ts';
import type { NoHelp, ScaleUpOutcome } from './scale-up.ts';

export function podEvents(
  hands: Hands,
  groups: readonly NodeGroup[],
  { resized, triggeredBy, withoutHelp }: ScaleUpOutcome,
): void {
  for (const one of withoutHelp) {
    hands.podEvent('Normal', 'NotTriggerScaleUp', `pod didn't trigger scale-up: ${why(one)}`, one.pod);
  }
  if (resized.length === 0) return;
  const sizes = resized.map(
    ({ group, from, to }) => `{${group} ${from}->${to} (max: ${groups.find(({ id }) => id === group)?.max})}`,
  );
  for (const pod of triggeredBy) {
    hands.podEvent('Normal', 'TriggeredScaleUp', `pod triggered scale-up: [${sizes.join(' ')}]`, pod);
  }
}

/** Each reason with the number of groups that have it. */
function why({ rejected, skipped }: NoHelp): string {
  const counts = new Map<string, number>();
  for (const reason of [...[...rejected.values()].flat(), ...skipped.values()]) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}
