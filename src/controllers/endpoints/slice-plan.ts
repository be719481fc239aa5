// What a sync makes of a Service's slices, given the endpoints that they should have: endpoints stay where they are, and the others are packed.
import type { EndpointSlice, SlicePort } from '../../model/endpoints.ts';
import { type ClassRow, type NodeRow, type PodRow, type RowColumn, rowColumn } from '../../model/rows.ts';
import type { SliceChanges, SliceDraft } from './slice-changes.ts';
import { packEndpoints, type PackedSlice } from './slice-packing.ts';

/** --max-endpoints-per-slice */
export const MOST_ENDPOINTS = 100;

/** The ports of a slice without any: of a headless Service, or of the empty slice that a Service without endpoints has. */
export const NO_PORTS: readonly SlicePort[] = [];

/** The endpoints that a Service should have: parallel arrays by endpoint. */
export interface WantedEndpoints {
  readonly pods: PodRow[];
  readonly epochs: number[];
  readonly nodes: NodeRow[];
  readonly classes: ClassRow[];
  readonly flags: number[];
  /** Endpoints with the same ports, by identity, share slices. */
  readonly ports: (readonly SlicePort[])[];
}

/** A slice, its endpoints that stay (indexes of wanted ones) and how many of them have changed. */
interface Standing {
  readonly slice: EndpointSlice;
  readonly size: number;
  readonly kept: number;
  readonly changed: boolean;
}

/** `index` is scratch: by pod, all 0, and all 0 again afterwards. */
export function planSlices(
  existing: readonly EndpointSlice[],
  wanted: WantedEndpoints,
  index: Int32Array,
): SliceChanges {
  const changes: SliceChanges = { create: [], update: [], unchanged: [], remove: [] };
  for (let i = 0; i < wanted.pods.length; i += 1) index[wanted.pods[i]] = i + 1;
  const homeless = new Set(wanted.pods.keys());
  const groups = new Map<readonly SlicePort[], Standing[]>();
  for (const ports of wanted.ports) if (!groups.has(ports)) groups.set(ports, []);
  for (const slice of existing) {
    const group = groups.get(slice.ports);
    if (group === undefined) changes.remove.push(slice);
    else group.push(standing(slice, wanted, index, homeless));
  }
  for (const [ports, group] of groups) packGroup(changes, ports, group, wanted, index, homeless);
  for (let i = 0; i < wanted.pods.length; i += 1) index[wanted.pods[i]] = 0;
  keepOne(changes, existing.length);
  return changes;
}

function standing(
  slice: EndpointSlice,
  wanted: WantedEndpoints,
  index: Int32Array,
  homeless: Set<number>,
): Standing {
  let kept = 0;
  let changed = false;
  for (let i = 0; i < slice.pods.length; i += 1) {
    const at = stays(slice, i, wanted, index);
    if (at < 0) continue;
    kept += 1;
    homeless.delete(at);
    if (wanted.flags[at] !== slice.flags[i]) changed = true;
  }
  return { slice, size: slice.pods.length, kept, changed };
}

/** The index of the wanted endpoint that is the i-th of a slice, or -1. */
function stays({ pods, epochs, ports }: EndpointSlice, i: number, wanted: WantedEndpoints, index: Int32Array): number {
  const at = index[pods[i]] - 1;
  return at >= 0 && wanted.epochs[at] === epochs[i] && wanted.ports[at] === ports ? at : -1;
}

function packGroup(
  changes: SliceChanges,
  ports: readonly SlicePort[],
  group: readonly Standing[],
  wanted: WantedEndpoints,
  index: Int32Array,
  homeless: ReadonlySet<number>,
): void {
  const left = [...homeless].filter((at) => wanted.ports[at] === ports);
  const { fates, added, created } = packEndpoints(group satisfies readonly PackedSlice[], left.length, MOST_ENDPOINTS);
  let next = 0;
  const take = (count: number): number[] => {
    next += count;
    return left.slice(next - count, next);
  };
  for (const [which, { slice }] of group.entries()) {
    if (fates[which] === 'unchanged') changes.unchanged.push(slice);
    else if (fates[which] === 'deleted') changes.remove.push(slice);
    else {
      const kept = Array.from(slice.pods.keys(), (i) => stays(slice, i, wanted, index)).filter((at) => at >= 0);
      changes.update.push(draft(slice.id, ports, [...kept, ...take(added[which])], wanted));
    }
  }
  for (const size of created) changes.create.push(draft(-1, ports, take(size), wanted));
}

/** Endpoints in the order of the wanted ones: nobody goes by their order in a slice. */
function draft(id: number, ports: readonly SlicePort[], chosen: readonly number[], wanted: WantedEndpoints): SliceDraft {
  const members = Int32Array.from(chosen).sort();
  const { pods, epochs, nodes, classes, flags } = wanted;
  return {
    id,
    pods: members.map((at) => pods[at]) as RowColumn<PodRow>,
    epochs: members.map((at) => epochs[at]),
    nodes: members.map((at) => nodes[at]) as RowColumn<NodeRow>,
    classes: members.map((at) => classes[at]) as RowColumn<ClassRow>,
    flags: Uint8Array.from(members, (at) => flags[at]),
    ports,
  };
}

/** A Service without endpoints has one slice, without ports and endpoints. */
function keepOne({ create, remove, unchanged }: SliceChanges, existing: number): void {
  if (remove.length < existing || create.length > 0) return;
  const [only] = remove;
  if (remove.length === 1 && only.ports.length === 0 && only.pods.length === 0) {
    unchanged.push(...remove.splice(0));
  } else {
    create.push({
      id: -1,
      pods: rowColumn<PodRow>(),
      epochs: new Int32Array(0),
      nodes: rowColumn<NodeRow>(),
      classes: rowColumn<ClassRow>(),
      flags: new Uint8Array(0),
      ports: NO_PORTS,
    });
  }
}
