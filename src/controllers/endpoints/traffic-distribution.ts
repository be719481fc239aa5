// Hints for spec.trafficDistribution: each ready endpoint is meant for its own zone, or its own node too (trafficdist.go).
import { EndpointBit } from '../../model/endpoints.ts';
import { type NodeRow, rowColumn } from '../../model/rows.ts';
import { moveToUpdate, type SliceChanges, type SliceDraft } from './slice-changes.ts';

const DISTRIBUTIONS = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode']);

export function distributes(trafficDistribution: string | undefined): boolean {
  return trafficDistribution !== undefined && DISTRIBUTIONS.has(trafficDistribution);
}

/** `zoneOf` a node, -1 where it has none. Endpoints that are not ready keep what they have. */
export function addOwnHints(
  changes: SliceChanges,
  trafficDistribution: string,
  zoneOf: (node: NodeRow) => number,
): void {
  const forNodes = trafficDistribution === 'PreferSameNode';
  const zoneHint = (node: NodeRow): number => (node < 0 ? -1 : zoneOf(node));
  const nodeHint = (node: NodeRow): NodeRow => (forNodes ? node : -1);
  moveToUpdate(changes, ({ nodes, flags, zoneHints, nodeHints }) =>
    flags.some(
      (bits, i) =>
        (bits & EndpointBit.Ready) !== 0 &&
        ((zoneHints?.[i] ?? -1) !== zoneHint(nodes[i]) || (nodeHints?.[i] ?? -1) !== nodeHint(nodes[i])),
    ),
  );
  for (const slice of [...changes.create, ...changes.update]) hint(slice, zoneHint, nodeHint);
}

function hint(slice: SliceDraft, zoneHint: (node: NodeRow) => number, nodeHint: (node: NodeRow) => NodeRow): void {
  const { nodes, flags } = slice;
  const zones = slice.zoneHints?.slice() ?? new Int32Array(flags.length).fill(-1);
  const own = slice.nodeHints?.slice() ?? rowColumn<NodeRow>(flags.length).fill(-1);
  for (let i = 0; i < flags.length; i += 1) {
    if ((flags[i] & EndpointBit.Ready) === 0) continue;
    zones[i] = zoneHint(nodes[i]);
    own[i] = nodeHint(nodes[i]);
  }
  slice.zoneHints = zones.some((zone) => zone >= 0) ? zones : undefined;
  slice.nodeHints = own.some((node) => node >= 0) ? own : undefined;
}
