// What the scheduler has promised to pods whose volumes are not bound yet, and assumes to be so.
import { keyOf, type NamedObjects } from '../../api/named-objects.ts';
import { annotated, boundVolume } from '../../model/storage/binding.ts';
import { type Claim, type PersistentVolume, StorageAnnotation } from '../../model/storage/objects.ts';
import type { PodBindings } from './find-volumes.ts';
import type { PodRow } from '../../model/rows.ts';

/** What binding will write: volumes with their claims, and claims that name the node for which a volume is to be made. */
export interface Reservation {
  readonly volumes: readonly { readonly volume: PersistentVolume; readonly claim: Claim }[];
  readonly claims: readonly Claim[];
}

export class Reservations {
  readonly claims: NamedObjects<Claim>;
  readonly volumes: NamedObjects<PersistentVolume>;
  readonly #byPod = new Map<number, Reservation>();

  constructor(claims: NamedObjects<Claim>, volumes: NamedObjects<PersistentVolume>) {
    this.claims = claims;
    this.volumes = volumes;
  }

  of(pod: PodRow): Reservation | undefined {
    return this.#byPod.get(pod);
  }

  /** Assumes what was found for the pod's node. Returns why not, when the objects have changed since. */
  reserve(pod: PodRow, { bindings, provisions }: PodBindings, nodeName: string): string | undefined {
    const volumes: { volume: PersistentVolume; claim: Claim }[] = [];
    const claims: Claim[] = [];
    this.#byPod.set(pod, { volumes, claims });
    for (const { claim, volume } of bindings) {
      const bound = boundVolume(volume, claim);
      const problem = bound === volume ? undefined : this.volumes.assume(bound);
      if (problem !== undefined) return problem;
      volumes.push({ volume: bound, claim });
    }
    for (const claim of provisions) {
      const selected = annotated(claim, { [StorageAnnotation.SelectedNode]: nodeName });
      const problem = this.claims.assume(selected);
      if (problem !== undefined) return problem;
      claims.push(selected);
    }
    return undefined;
  }

  /** The pod's volumes are bound. */
  finish(pod: PodRow): void {
    this.#byPod.delete(pod);
  }

  /** What was assumed for the pod does not come about. */
  cancel(pod: PodRow): void {
    const reservation = this.#byPod.get(pod);
    if (reservation === undefined) return;
    this.#byPod.delete(pod);
    for (const { volume } of reservation.volumes) this.volumes.restore(keyOf(volume));
    for (const claim of reservation.claims) this.claims.restore(keyOf(claim));
  }
}
