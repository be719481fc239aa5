// The volumes that a claim could get, ordered once and then looked up node by node.
import type { Labels } from '../../model/interner.ts';
import { capacityBytes, isMeantFor, suits } from '../../model/storage/binding.ts';
import type { Claim, PersistentVolume } from '../../model/storage/objects.ts';
import { usableOn } from './topology.ts';

/** Volumes that can be used only where a node label has one of a few values are found by it: there may be one for each node. */
export class Candidates {
  readonly #meant: PersistentVolume | undefined;
  /** Those that suit the claim, the smallest first. */
  readonly #volumes: readonly PersistentVolume[];
  /** Positions in `#volumes`, ascending: by label key and value, and of volumes that no label pins. */
  readonly #pinned = new Map<string, Map<string, number[]>>();
  readonly #free: number[] = [];

  constructor(claim: Claim, volumes: readonly PersistentVolume[]) {
    this.#meant = volumes.find((volume) => isMeantFor(volume, claim));
    this.#volumes = this.#meant === undefined ? volumes.filter(suits(claim)).sort(bySize) : [];
    for (const [position, volume] of this.#volumes.entries()) this.#add(position, volume);
  }

  /** The volume for a node with these labels; `taken` are names of volumes that other claims of the pod get there. */
  find(labels: Labels, taken: ReadonlySet<string>): PersistentVolume | undefined {
    // The pod can only run where a volume that is meant for its claim can be used.
    if (this.#meant !== undefined) {
      return usableOn(this.#meant, labels) && !taken.has(this.#meant.metadata.name) ? this.#meant : undefined;
    }
    let best = this.#firstUsable(this.#free, labels, taken, this.#volumes.length);
    for (const [key, byValue] of this.#pinned) {
      const positions = byValue.get(labels[key]);
      if (positions !== undefined) best = this.#firstUsable(positions, labels, taken, best);
    }
    return this.#volumes[best];
  }

  /** The first usable one of these positions below `bound`, else `bound`. */
  #firstUsable(positions: readonly number[], labels: Labels, taken: ReadonlySet<string>, bound: number): number {
    for (const position of positions) {
      if (position >= bound) return bound;
      const volume = this.#volumes[position];
      if (!taken.has(volume.metadata.name) && usableOn(volume, labels)) return position;
    }
    return bound;
  }

  #add(position: number, volume: PersistentVolume): void {
    const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
    const pin = terms.length === 1 ? terms[0].matchExpressions?.find(({ operator }) => operator === 'In') : undefined;
    if (pin === undefined) {
      this.#free.push(position);
      return;
    }
    const byValue = this.#pinned.get(pin.key) ?? new Map<string, number[]>();
    this.#pinned.set(pin.key, byValue);
    for (const value of new Set(pin.values)) {
      const positions = byValue.get(value);
      if (positions === undefined) byValue.set(value, [position]);
      else positions.push(position);
    }
  }
}

/** Sorting is stable: of equals the first stays first. */
function bySize(a: PersistentVolume, b: PersistentVolume): number {
  return capacityBytes(a) - capacityBytes(b);
}
