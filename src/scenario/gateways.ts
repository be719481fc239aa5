// What of a scenario concerns proxies in pods, that route requests or are of a mesh.
import type { Scenario } from './scenario.ts';

/** The longest time that one takes from one look at endpoints until the next is in effect, µs; 0 where there is none. */
export function longestUpstreamSyncUs({ behaviors }: Pick<Scenario, 'behaviors'>): number {
  return behaviors.reduce((longest, { gateway, mesh }) => {
    const gatewayUs = gateway === undefined ? 0 : gateway.syncPeriodUs + gateway.syncUs + gateway.reload.takesUs;
    return Math.max(longest, gatewayUs, mesh === undefined ? 0 : mesh.syncPeriodUs + mesh.syncUs);
  }, 0);
}
