// Hints for the annotation topology-mode Auto: endpoints are dealt out to zones by the zones' CPU (topologycache.go, utils.go).
import { EndpointBit, type EndpointSlice } from '../../model/endpoints.ts';
import type { NodeRow } from '../../model/rows.ts';
import { removeHints, type SliceChanges, type SliceDraft } from './slice-changes.ts';
import { allocate, type Allocation } from './zone-shares.ts';

/** How many endpoints have a hint for each zone; or the sentence that says why there are no hints. */
export type HintsByZone = ReadonlyMap<number, number> | string;

/** `zoneOf` a node, -1 where it has none. */
export function addZoneHints(
  changes: SliceChanges,
  shares: ReadonlyMap<number, number> | undefined,
  zoneOf: (node: NodeRow) => number,
): HintsByZone {
  const given = hintsOf(changes, shares, zoneOf);
  if (typeof given === 'string') removeHints(changes);
  return given;
}

function hintsOf(
  changes: SliceChanges,
  shares: ReadonlyMap<number, number> | undefined,
  zoneOf: (node: NodeRow) => number,
): HintsByZone {
  const { create, update, unchanged } = changes;
  const ready = [...create, ...update, ...unchanged].reduce((sum, slice) => sum + readyIn(slice), 0);
  const allocations = allocate(shares, ready);
  if (typeof allocations === 'string') return allocations;
  const hinted = keepHints(changes, allocations);
  const slices = [...changes.create, ...changes.update];
  for (const slice of slices) {
    const zones = new Int32Array(slice.flags.length).fill(-1);
    for (const [i, bits] of slice.flags.entries()) {
      if ((bits & EndpointBit.Ready) === 0) {
        zones[i] = slice.zoneHints?.[i] ?? -1;
        continue;
      }
      zones[i] = slice.nodes[i] < 0 ? -1 : zoneOf(slice.nodes[i]);
      if (zones[i] < 0) return 'One or more endpoints do not have a zone specified';
      hinted.set(zones[i], (hinted.get(zones[i]) ?? 0) + 1);
    }
    slice.zoneHints = zones;
    slice.nodeHints = undefined;
  }
  move(slices, exchange(allocations, hinted), hinted);
  return hinted.size === 0 ? 'No hints allocated for zones' : hinted;
}

function readyIn({ flags }: Pick<EndpointSlice, 'flags'>): number {
  return flags.reduce((sum, bits) => sum + (bits & EndpointBit.Ready), 0);
}

/** Unchanged slices stay so where their hints still fit the allocations; the others will be updated. Returns what those that stay have. */
function keepHints(changes: SliceChanges, allocations: ReadonlyMap<number, Allocation>): Map<number, number> {
  const hinted = new Map<number, number>();
  const stay: EndpointSlice[] = [];
  for (const slice of changes.unchanged) {
    const own = fitting(slice, hinted, allocations);
    if (own === undefined) {
      changes.update.push({ ...slice });
      continue;
    }
    stay.push(slice);
    for (const [zone, count] of own) hinted.set(zone, (hinted.get(zone) ?? 0) + count);
  }
  changes.unchanged = stay;
  return hinted;
}

/** The slice's hints by zone; undefined where one is missing, or is for a zone that takes no more. */
function fitting(
  { flags, zoneHints }: EndpointSlice,
  hinted: ReadonlyMap<number, number>,
  allocations: ReadonlyMap<number, Allocation>,
): Map<number, number> | undefined {
  const own = new Map<number, number>();
  for (const [i, bits] of flags.entries()) {
    if ((bits & EndpointBit.Ready) === 0) continue;
    const zone = zoneHints?.[i] ?? -1;
    if (!allocations.has(zone)) return undefined;
    own.set(zone, (own.get(zone) ?? 0) + 1);
  }
  for (const [zone, count] of own) {
    if (count + (hinted.get(zone) ?? 0) > (allocations.get(zone)?.most ?? 0)) return undefined;
  }
  return own;
}

interface Exchange {
  /** By zone: endpoints to give to others, and to get. */
  readonly giving: Map<number, number>;
  readonly receiving: Map<number, number>;
}

function exchange(allocations: ReadonlyMap<number, Allocation>, hinted: ReadonlyMap<number, number>): Exchange {
  const surplus = new Map<number, number>();
  const deficit = new Map<number, number>();
  for (const [zone, { desired }] of allocations) {
    const more = (hinted.get(zone) ?? 0) - desired;
    if (more > 0) surplus.set(zone, more);
    else if (more < 0) deficit.set(zone, -more);
  }
  const giving = new Map<number, number>();
  const receiving = new Map<number, number>();
  for (;;) {
    const [from, toGive] = largest(surplus);
    const [to, toReceive] = largest(deficit);
    if ((toGive < 1 && toReceive < 1) || toGive < 0.5 || toReceive < 0.5) return { giving, receiving };
    giving.set(from, (giving.get(from) ?? 0) + 1);
    surplus.set(from, toGive - 1);
    receiving.set(to, (receiving.get(to) ?? 0) + 1);
    deficit.set(to, toReceive - 1);
  }
}

/** Kubernetes takes equal zones in no order in particular; here it is the order of the nodes. */
function largest(zones: ReadonlyMap<number, number>): [zone: number, number: number] {
  let best: [number, number] = [-1, 0];
  for (const one of zones) if (one[1] > best[1]) best = one;
  return best;
}

/** Kubernetes lets any zone that still receives have it; here the one that receives most. */
function receiver(receiving: ReadonlyMap<number, number>): number {
  let best = -1;
  for (const [zone, count] of receiving) if (best < 0 || count >= (receiving.get(best) ?? 0)) best = zone;
  return best;
}

function move(slices: readonly SliceDraft[], { giving, receiving }: Exchange, hinted: Map<number, number>): void {
  for (const { flags, zoneHints } of slices) {
    if (zoneHints === undefined) continue;
    for (const [i, bits] of flags.entries()) {
      const from = zoneHints[i];
      if ((bits & EndpointBit.Ready) === 0 || receiving.size === 0 || !giving.has(from)) continue;
      const to = receiver(receiving);
      zoneHints[i] = to;
      shift(giving, from, -1);
      shift(receiving, to, -1);
      shift(hinted, from, -1);
      hinted.set(to, (hinted.get(to) ?? 0) + 1);
    }
  }
}

function shift(counts: Map<number, number>, zone: number, by: number): void {
  const next = (counts.get(zone) ?? 0) + by;
  if (next === 0) counts.delete(zone);
  else counts.set(zone, next);
}
