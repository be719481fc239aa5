// How disturbed a zone is, and at which rate its nodes may be tainted for eviction (behaviour B.9, I.6).
import type { ControllerSettings } from '../settings.ts';

export const ZoneState = { Initial: 0, Normal: 1, PartialDisruption: 2, FullDisruption: 3 } as const;

/** So few nodes that are not Ready never make a disruption. */
const FEW = 2;

/** `notReady` of `nodes` are not Ready, whatever else they are. */
export function zoneState(nodes: number, notReady: number, settings: ControllerSettings): number {
  if (notReady > 0 && notReady === nodes) return ZoneState.FullDisruption;
  // Kubernetes divides and compares in single precision.
  const share = Math.fround(notReady / nodes);
  const partial = notReady > FEW && share >= Math.fround(settings.unhealthyZoneThreshold);
  return partial ? ZoneState.PartialDisruption : ZoneState.Normal;
}

/** Nodes per second, as long as not all zones are in full disruption. */
export function evictionRate(state: number, nodes: number, settings: ControllerSettings): number {
  if (state !== ZoneState.PartialDisruption) return settings.nodeEvictionRate;
  return nodes > settings.largeClusterSizeThreshold ? settings.secondaryNodeEvictionRate : 0;
}
