// Zone-aware routing as Envoy has it: which share of a zone's requests stays in the zone, and where the rest goes.

/** Of 10,000. */
const WHOLE = 10_000;

/** Hosts of the callers and of the service, by zone. */
export interface ZoneCounts {
  readonly zone: number;
  readonly callers: number;
  readonly endpoints: number;
}

/**
 * By zone (in the order of `counts`): which part of 10,000 requests of callers in `zone` goes there. Where the zone has at least its share of
 * the endpoints everything stays; else the rest goes to the zones that have more than their callers need, by how much more.
 */
export function zoneShares(counts: readonly ZoneCounts[], zone: number): readonly number[] {
  const callers = counts.reduce((sum, one) => sum + one.callers, 0);
  const endpoints = counts.reduce((sum, one) => sum + one.endpoints, 0);
  const share = counts.map((one) => ({
    zone: one.zone,
    callers: callers === 0 ? 0 : Math.floor((WHOLE * one.callers) / callers),
    endpoints: endpoints === 0 ? 0 : Math.floor((WHOLE * one.endpoints) / endpoints),
  }));
  const own = share.find((one) => one.zone === zone);
  if (own === undefined || own.callers === 0) return share.map((one) => one.endpoints);
  if (own.endpoints >= own.callers) return share.map((one) => (one === own ? WHOLE : 0));
  const local = Math.floor((WHOLE * own.endpoints) / own.callers);
  const spare = share.map((one) => Math.max(0, one.endpoints - one.callers));
  const all = spare.reduce((a, b) => a + b, 0);
  return share.map((one, i) => (one === own ? local : all === 0 ? 0 : ((WHOLE - local) * spare[i]) / all));
}
