// Whether a pod's claims can be satisfied on a node, and with which volumes (kube-scheduler volumebinding/binder.go FindPodVolumes).
import type { NamedObjects } from '../../api/named-objects.ts';
import type { Labels } from '../../model/interner.ts';
import { classOfClaim, isFullyBound, requestedBytes, waitsForConsumer } from '../../model/storage/binding.ts';
import { type Claim, NO_PROVISIONER, type PersistentVolume, StorageAnnotation } from '../../model/storage/objects.ts';
import { Candidates } from './candidates.ts';
import type { StorageObjects } from '../framework/listers/storage-objects.ts';
import { hasRoom, isAllowed, usableOn } from './topology.ts';

/** What would be done for the pod on one node: volumes for claims, and claims whose volume would be made. */
export interface PodBindings {
  readonly bindings: readonly { readonly claim: Claim; readonly volume: PersistentVolume }[];
  readonly provisions: readonly Claim[];
}

interface Delayed {
  readonly claim: Claim;
  readonly candidates: Candidates;
}

const NOTHING: PodBindings = { bindings: [], provisions: [] };

/** What is wrong with a node, as bits. */
const Conflict = { NodeAffinity: 1, NoVolume: 2, NoRoom: 4, VolumeMissing: 8 } as const;

/** The reasons that a set of `Conflict` bits stands for, in Kubernetes' order. */
export function conflictReasons(conflicts: number): string[] {
  const reasons: string[] = [];
  if ((conflicts & Conflict.NodeAffinity) !== 0) reasons.push("node(s) didn't match PersistentVolume's node affinity");
  if ((conflicts & Conflict.NoVolume) !== 0) reasons.push("node(s) didn't find available persistent volumes to bind");
  if ((conflicts & Conflict.NoRoom) !== 0) reasons.push('node(s) did not have enough free storage');
  if ((conflicts & Conflict.VolumeMissing) !== 0) {
    reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
  }
  return reasons;
}

/** The claims of the pod that is being scheduled, sorted once and then asked about node by node. */
export class ClaimSearch {
  readonly #storage: StorageObjects;
  readonly #volumes: NamedObjects<PersistentVolume>;
  #bound: Claim[] = [];
  /** Claims that wait for their node, the smallest first, with the volumes of the moment at which the search began. */
  #delayed: Delayed[] = [];
  /** After `find`: what to do, unless there are conflicts. */
  found: PodBindings = NOTHING;

  constructor(storage: StorageObjects, volumes: NamedObjects<PersistentVolume>) {
    this.#storage = storage;
    this.#volumes = volumes;
  }

  /** Takes the claims of a pod. False when one that is bound immediately is not bound yet. */
  begin(claims: readonly Claim[]): boolean {
    this.#bound = [];
    this.#delayed = [];
    let settled = true;
    for (const claim of claims) {
      const className = classOfClaim(claim);
      if (isFullyBound(claim)) this.#bound.push(claim);
      else if (waitsForConsumer(this.#storage.classes.named(className)) && (claim.spec?.volumeName ?? '') === '') {
        this.#delayed.push({ claim, candidates: new Candidates(claim, this.#volumes.members(className)) });
      } else settled = false;
    }
    this.#delayed.sort((a, b) => requestedBytes(a.claim) - requestedBytes(b.claim));
    return settled;
  }

  /** Whether a claim waits for its node to be chosen. */
  get delays(): boolean {
    return this.#delayed.length > 0;
  }

  /** `Conflict` bits of a node; 0 when the pod's claims can be satisfied there, with `found`. */
  find(nodeName: string, labels: Labels): number {
    this.found = NOTHING;
    let conflicts = this.#bound.length > 0 ? this.#checkBound(labels) : 0;
    if (this.#delayed.length > 0) conflicts |= this.#checkDelayed(nodeName, labels);
    return conflicts;
  }

  #checkBound(labels: Labels): number {
    for (const { spec } of this.#bound) {
      const volume = this.#volumes.named(spec?.volumeName ?? '');
      if (volume === undefined) return Conflict.VolumeMissing;
      if (!usableOn(volume, labels)) return Conflict.NodeAffinity;
    }
    return 0;
  }

  #checkDelayed(nodeName: string, labels: Labels): number {
    const provisions: Claim[] = [];
    const unmatched: Delayed[] = [];
    for (const one of this.#delayed) {
      const selected = one.claim.metadata.annotations?.[StorageAnnotation.SelectedNode];
      if (selected === undefined) unmatched.push(one);
      else if (selected === nodeName) provisions.push(one.claim);
      else return Conflict.NoVolume;
    }
    const taken = new Set<string>();
    const bindings: { claim: Claim; volume: PersistentVolume }[] = [];
    for (const { claim, candidates } of unmatched) {
      const volume = candidates.find(labels, taken);
      if (volume === undefined) {
        provisions.push(claim);
        continue;
      }
      taken.add(volume.metadata.name);
      bindings.push({ claim, volume });
    }
    const conflicts = this.#checkProvisions(provisions, labels);
    if (conflicts === 0) this.found = { bindings, provisions };
    return conflicts;
  }

  #checkProvisions(claims: readonly Claim[], labels: Labels): number {
    for (const claim of claims) {
      const storageClass = this.#storage.classes.named(classOfClaim(claim));
      const provisioner = storageClass?.provisioner ?? '';
      if (storageClass === undefined || provisioner === '' || provisioner === NO_PROVISIONER) return Conflict.NoVolume;
      if (!isAllowed(storageClass.allowedTopologies, labels)) return Conflict.NoVolume;
      if (!hasRoom(this.#storage, claim, storageClass, labels)) return Conflict.NoRoom;
    }
    return 0;
  }
}
