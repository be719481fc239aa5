// What one sync makes of the slices of a Service: those to create, to update and to delete, and the order of the writes.
import type { EndpointSlice } from '../../model/endpoints.ts';

/** A slice that is being made: its hints are still open. */
export interface SliceDraft extends Omit<EndpointSlice, 'id' | 'zoneHints' | 'nodeHints'> {
  /** -1 for a new one. */
  id: number;
  zoneHints?: EndpointSlice['zoneHints'];
  nodeHints?: EndpointSlice['nodeHints'];
}

export interface SliceChanges {
  readonly create: SliceDraft[];
  readonly update: SliceDraft[];
  /** Those that nothing has changed so far; hints may move one to `update`. */
  unchanged: EndpointSlice[];
  readonly remove: EndpointSlice[];
}

/** One request: a slice to create (its id is -1) or to update, or the id of one to delete. */
export type SliceWrite = { readonly slice: SliceDraft } | { readonly removed: number };

/** Creations, updates, deletions. A slice that would go is made into one that would come. */
export function sliceWrites({ create, update, remove }: SliceChanges): SliceWrite[] {
  const created = [...create];
  const reused = remove.slice(0, created.length).map(({ id }) => ({ ...(created.pop() as SliceDraft), id }));
  return [
    ...created.map((slice) => ({ slice })),
    ...[...update, ...reused].map((slice) => ({ slice })),
    ...remove.slice(reused.length).map(({ id }) => ({ removed: id })),
  ];
}

/** Marks unchanged slices for an update where the hints of their endpoints are not as they should be. */
export function moveToUpdate(changes: SliceChanges, needsUpdate: (slice: EndpointSlice) => boolean): void {
  const { unchanged, update } = changes;
  changes.unchanged = unchanged.filter((slice) => !needsUpdate(slice));
  for (const slice of unchanged) if (!changes.unchanged.includes(slice)) update.push({ ...slice });
}

/** Without hints, every proxy may use every endpoint. */
export function removeHints(changes: SliceChanges): void {
  moveToUpdate(changes, ({ zoneHints, nodeHints }) => zoneHints !== undefined || nodeHints !== undefined);
  for (const slice of [...changes.create, ...changes.update]) {
    slice.zoneHints = undefined;
    slice.nodeHints = undefined;
  }
}
