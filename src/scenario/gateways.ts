// What of a scenario concerns proxies in pods that route requests.
import type { Scenario } from './scenario.ts';

/** The longest time that one takes from one look at endpoints until the next is in effect, µs; 0 where there is none. */
export function longestUpstreamSyncUs({ behaviors }: Pick<Scenario, 'behaviors'>): number {
  return behaviors.reduce((longest, { gateway }) => {
    if (gateway === undefined) return longest;
    return Math.max(longest, gateway.syncPeriodUs + gateway.syncUs + gateway.reload.takesUs);
  }, 0);
}
