// The kubelet's settings for graceful node shutdown, and what they come to (nodeshutdown's migrateConfig).
import { z } from 'zod';
import { duration } from '../../lib/units.ts';
import type { ShutdownGroup } from '../../model/settings/kubelet.ts';
import { count, field } from './field.ts';

/** system-cluster-critical. */
const CRITICAL_PRIORITY = 2_000_000_000;
const SECOND_US = 1e6;

export const nodeShutdownFields = {
  shutdownGracePeriod: field(
    duration,
    'By how long a kubelet delays the shutdown of its machine, to end its pods; 0 is not at all.',
  ),
  shutdownGracePeriodCriticalPods: field(
    duration,
    'The part of it that is kept for critical pods (priority 2000000000 and above), which end after the others.',
  ),
  shutdownGracePeriodByPodPriority: field(
    z.array(
      z.strictObject({
        priority: field(z.int(), 'Pods of this priority and above, up to the next entry.'),
        shutdownGracePeriodSeconds: field(
          count,
          'How long they have, one entry after the other from the lowest priority.',
        ),
      }),
    ),
    'In place of both: groups of pods by priority.',
  ),
};

const parts = z.object(nodeShutdownFields);
type Parts = z.output<typeof parts>;

/** What the kubelet refuses to start with. */
export function refuseShutdown(
  { shutdownGracePeriod, shutdownGracePeriodCriticalPods, shutdownGracePeriodByPodPriority }: Parts,
  context: z.RefinementCtx,
): void {
  const issue = (field: keyof Parts, message: string): void =>
    context.addIssue({ code: 'custom', path: [field], message });
  for (const [name, us] of [
    ['shutdownGracePeriod', shutdownGracePeriod],
    ['shutdownGracePeriodCriticalPods', shutdownGracePeriodCriticalPods],
  ] as const) {
    if (us > 0 && us < SECOND_US) issue(name, 'must be 0 or at least 1s');
  }
  if (shutdownGracePeriodCriticalPods > shutdownGracePeriod)
    issue('shutdownGracePeriodCriticalPods', 'must not be longer than shutdownGracePeriod');
  if (shutdownGracePeriod > 0 && shutdownGracePeriodByPodPriority.length > 0)
    issue('shutdownGracePeriodByPodPriority', 'cannot be combined with shutdownGracePeriod');
  const priorities = shutdownGracePeriodByPodPriority.map(({ priority }) => priority);
  const twice = priorities.find((priority, index) => priorities.indexOf(priority) !== index);
  if (twice !== undefined) issue('shutdownGracePeriodByPodPriority', `names the priority ${twice} twice`);
}

export function shutdownGroups({
  shutdownGracePeriod,
  shutdownGracePeriodCriticalPods,
  shutdownGracePeriodByPodPriority,
}: Parts): ShutdownGroup[] {
  if (shutdownGracePeriodByPodPriority.length > 0) {
    return shutdownGracePeriodByPodPriority
      .map(({ priority, shutdownGracePeriodSeconds }) => ({
        priority,
        graceUs: shutdownGracePeriodSeconds * SECOND_US,
      }))
      .sort((a, b) => a.priority - b.priority);
  }
  if (shutdownGracePeriod === 0) return [];
  const whole = (us: number): number => Math.floor(us / SECOND_US) * SECOND_US;
  return [
    { priority: 0, graceUs: whole(shutdownGracePeriod - shutdownGracePeriodCriticalPods) },
    { priority: CRITICAL_PRIORITY, graceUs: whole(shutdownGracePeriodCriticalPods) },
  ];
}
