// What a sync makes of a Service's slices, given the endpoints that they should have: endpoints stay where they are, and the others are packed.
import type { EndpointSlice, SlicePort } from '../../model/endpoints.ts';
import { type ClassRow, type NodeRow, type PodRow, rowColumn } from '../../model/rows.ts';
import type { SliceChanges, SliceDraft } from './slice-changes.ts';
import { packEndpoints, type PackedSlice } from './slice-packing.ts';

/** --max-endpoints-per-slice */
const MOST_ENDPOINTS = 100;

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
  const { pods, ports } = wanted;
  const groups = new Map<readonly SlicePort[], Standing[]>();
  let last: readonly SlicePort[] | undefined;
  for (let i = 0; i < pods.length; i += 1) {
    index[pods[i]] = i + 1;
    if (ports[i] === last) continue;
    last = ports[i];
    if (!groups.has(last)) groups.set(last, []);
  }
  for (const slice of existing) {
    const group = groups.get(slice.ports);
    if (group === undefined) changes.remove.push(slice);
    else group.push(standing(slice, wanted, index));
  }
  for (const [list, group] of groups) packGroup(changes, list, group, wanted, index);
  for (let i = 0; i < pods.length; i += 1) index[pods[i]] = 0;
  keepOne(changes, existing.length);
  return changes;
}

/** What stays is marked in the index by a negative number. */
function standing(slice: EndpointSlice, wanted: WantedEndpoints, index: Int32Array): Standing {
  const { pods, flags } = slice;
  let kept = 0;
  let changed = false;
  for (let i = 0; i < pods.length; i += 1) {
    const at = stays(slice, i, wanted, index);
    if (at < 0) continue;
    kept += 1;
    index[pods[i]] = -(at + 1);
    if (wanted.flags[at] !== flags[i]) changed = true;
  }
  return { slice, size: pods.length, kept, changed };
}

/** The index of the wanted endpoint that is the i-th of a slice, or -1. */
function stays({ pods, epochs, ports }: EndpointSlice, i: number, wanted: WantedEndpoints, index: Int32Array): number {
  const at = Math.abs(index[pods[i]]) - 1;
  return at >= 0 && wanted.epochs[at] === epochs[i] && wanted.ports[at] === ports ? at : -1;
}

function packGroup(
  changes: SliceChanges,
  ports: readonly SlicePort[],
  group: readonly Standing[],
  wanted: WantedEndpoints,
  index: Int32Array,
): void {
  const left: number[] = [];
  for (let at = 0; at < wanted.pods.length; at += 1) {
    if (index[wanted.pods[at]] > 0 && wanted.ports[at] === ports) left.push(at);
  }
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
      const members = take(added[which]);
      for (let i = 0; i < slice.pods.length; i += 1) {
        const at = stays(slice, i, wanted, index);
        if (at >= 0) members.push(at);
      }
      changes.update.push(draft(slice.id, ports, members, wanted));
    }
  }
  for (const size of created) changes.create.push(draft(-1, ports, take(size), wanted));
}

/** Endpoints in the order of the wanted ones: nobody goes by their order in a slice. */
function draft(
  id: number,
  ports: readonly SlicePort[],
  chosen: readonly number[],
  wanted: WantedEndpoints,
): SliceDraft {
  const members = Int32Array.from(chosen).sort();
  const made = emptySlice(id, ports, members.length);
  for (let i = 0; i < members.length; i += 1) {
    const at = members[i];
    made.pods[i] = wanted.pods[at];
    made.epochs[i] = wanted.epochs[at];
    made.nodes[i] = wanted.nodes[at];
    made.classes[i] = wanted.classes[at];
    made.flags[i] = wanted.flags[at];
  }
  return made;
}

function emptySlice(id: number, ports: readonly SlicePort[], length: number): SliceDraft {
  return {
    id,
    pods: rowColumn<PodRow>(length),
    epochs: new Int32Array(length),
    nodes: rowColumn<NodeRow>(length),
    classes: rowColumn<ClassRow>(length),
    flags: new Uint8Array(length),
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
    create.push(emptySlice(-1, NO_PORTS, 0));
  }
}
