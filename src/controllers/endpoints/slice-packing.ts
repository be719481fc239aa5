// How endpoints are packed into slices: into those that change anyway first, then into one more, then into new ones (reconciler.go).

/** An existing slice in the light of what is wanted now. */
export interface PackedSlice {
  /** Endpoints that it has, and those of them that stay. */
  readonly size: number;
  readonly kept: number;
  /** Whether one of those that stay has changed. */
  readonly changed: boolean;
}

export type Fate = 'unchanged' | 'updated' | 'deleted';

export interface Packing {
  /** By existing slice: what becomes of it, and how many of the new endpoints it takes. */
  readonly fates: Fate[];
  readonly added: number[];
  /** The sizes of new slices. */
  readonly created: readonly number[];
}

/** Packs `left` endpoints that are in no slice yet. Kubernetes takes equal slices in no order in particular; here it is that of the list. */
export function packEndpoints(slices: readonly PackedSlice[], left: number, most: number): Packing {
  const fates = slices.map(fateOf);
  const added = slices.map(() => 0);
  const created: number[] = [];
  let rest = left;
  const fill = (at: number): void => {
    const room = Math.max(0, most - slices[at].kept);
    added[at] = Math.min(room, rest);
    rest -= added[at];
  };
  const updated = [...slices.keys()].filter((at) => fates[at] === 'updated');
  for (const at of updated.sort((a, b) => slices[b].kept - slices[a].kept)) fill(at);
  while (rest > 0) {
    const at = rest < most ? fittest(slices, fates, most - rest) : -1;
    if (at >= 0) {
      fates[at] = 'updated';
      fill(at);
    } else {
      created.push(Math.min(most, rest));
      rest -= Math.min(most, rest);
    }
  }
  return { fates, added, created };
}

function fateOf({ size, kept, changed }: PackedSlice): Fate {
  if (kept === size && !changed) return 'unchanged';
  return kept === 0 ? 'deleted' : 'updated';
}

/** The fullest of the unchanged slices that have at most so many endpoints, or -1. */
function fittest(slices: readonly PackedSlice[], fates: readonly Fate[], atMost: number): number {
  let best = -1;
  let most = -1;
  for (const [at, { kept }] of slices.entries()) {
    if (fates[at] !== 'unchanged' || kept > atMost || kept <= most) continue;
    best = at;
    most = kept;
  }
  return best;
}
