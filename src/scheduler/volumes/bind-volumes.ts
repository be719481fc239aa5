// Binding a pod's volumes: the writes that begin it, and the wait until controllers have done the rest (binder.go BindPodVolumes).
import { keyOf } from '../../api/named-objects.ts';
import { Refused } from '../../api/refused.ts';
import { type Script, type Signal, sleep, type Wait } from '../../engine/script.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isFullyBound } from '../../model/storage/binding.ts';
import { type PersistentVolume, StorageAnnotation } from '../../model/storage/objects.ts';
import type { Handle } from '../framework/interface.ts';
import { failed, type Status, success } from '../framework/status.ts';
import type { Reservation, Reservations } from './reservations.ts';
import { usableOn } from './topology.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

/** How often Kubernetes looks whether all is bound. */
const POLL_US = 1e6;

/** True when all is bound, false when not yet, else what makes waiting useless. */
type Progress = boolean | string;

/** One pod's volumes on their way. */
export class VolumeBinder {
  readonly #handle: Handle;
  readonly #reservations: Reservations;
  readonly #pod: PodRow;
  readonly #node: NodeRow;
  /** By kind and name: the versions that this binder's writes made. An older one in a view says nothing yet. */
  readonly #versions = new Map<string, number>();

  constructor(handle: Handle, reservations: Reservations, pod: PodRow, node: NodeRow) {
    this.#handle = handle;
    this.#reservations = reservations;
    this.#pod = pod;
    this.#node = node;
  }

  /** Fires `done` with success when all that was reserved is bound, or with an error that has the pod tried again. */
  *run(reservation: Reservation, timeoutUs: number, done: Signal<Status>): Script {
    const { engine } = this.#handle;
    const refused = yield* this.#write(reservation);
    if (refused !== undefined) {
      done.fire(failed(refused));
      return;
    }
    const deadline = engine.now + timeoutUs;
    let progress: Progress = false;
    while (progress === false) {
      yield* sleep(Math.min(POLL_US, deadline - engine.now));
      progress = this.#check(reservation);
      if (progress === false && engine.now >= deadline) progress = 'context deadline exceeded';
    }
    if (progress === true) this.#reservations.finish(this.#pod);
    done.fire(progress === true ? success : failed(`binding volumes: ${progress}`));
  }

  /** Sends one write after the other. Returns why one was refused; those before it stay. */
  *#write({ volumes, claims }: Reservation): Generator<Wait, string | undefined, unknown> {
    for (const { volume } of volumes) {
      const row = this.#reservations.volumes.row(keyOf(volume));
      const refused = yield* this.#put('persistentvolumes', row, volume);
      if (refused !== undefined) return refused;
    }
    for (const claim of claims) {
      const row = this.#reservations.claims.row(keyOf(claim));
      const refused = yield* this.#put('persistentvolumeclaims', row, claim);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  *#put(resource: string, row: ObjectRow, object: KubeObject): Generator<Wait, string | undefined, unknown> {
    const { name } = object.metadata;
    const result = row < 0 ? Refused.NotFound : yield* this.#handle.update(row, object).wait();
    if (result === Refused.NotFound) return `${resource} "${name}" not found`;
    if (result < 0) {
      return (
        `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; ` +
        'please apply your changes to the latest version and try again'
      );
    }
    const answer = this.#handle.answered(row);
    this.#versions.set(`${object.kind}/${keyOf(object)}`, Number(answer?.metadata.resourceVersion ?? 0));
    return undefined;
  }

  #check(reservation: Reservation): Progress {
    const { cache } = this.#handle;
    if (this.#reservations.of(this.#pod) !== reservation) return 'pod does not exist any more';
    const name = cache.state.nodeName(this.#node);
    if (cache.present[this.#node] === 0) return `failed to get node "${name}": node "${name}" not found`;
    let all = true;
    for (const { volume, claim } of reservation.volumes) {
      const progress = this.#checkVolume(keyOf(volume), keyOf(claim));
      if (typeof progress === 'string') return progress;
      all &&= progress;
    }
    for (const claim of reservation.claims) {
      const progress = this.#checkClaim(keyOf(claim), name);
      if (typeof progress === 'string') return progress;
      all &&= progress;
    }
    return all;
  }

  #checkVolume(volumeKey: string, claimKey: string): Progress {
    const { volumes, claims } = this.#reservations;
    const volume = volumes.known(volumeKey);
    if (volume === undefined) return `failed to check binding: could not find v1.PersistentVolume "${volumeKey}"`;
    const claim = claims.known(claimKey);
    if (claim === undefined) return `failed to check binding: could not find v1.PersistentVolumeClaim "${claimKey}"`;
    if (this.#isOld(volume)) return false;
    const misplaced = this.#misplaced(volume);
    if (misplaced !== undefined) return misplaced;
    const { uid = '' } = volume.spec?.claimRef ?? {};
    return uid === '' ? `ClaimRef got reset for pv "${volumeKey}"` : isFullyBound(claim);
  }

  #checkClaim(key: string, node: string): Progress {
    const claim = this.#reservations.claims.known(key);
    if (claim === undefined) {
      return `failed to check provisioning pvc: could not find v1.PersistentVolumeClaim "${key}"`;
    }
    if (this.#isOld(claim)) return false;
    const { name, annotations } = claim.metadata;
    if (annotations === undefined) return `selectedNode annotation reset for PVC "${name}"`;
    // A provisioner that fails takes the annotation away.
    if (annotations[StorageAnnotation.SelectedNode] !== node) return `provisioning failed for PVC "${name}"`;
    const { volumeName = '' } = claim.spec ?? {};
    if (volumeName !== '') {
      const volume = this.#reservations.volumes.known(volumeName);
      // The watch of volumes may be behind that of claims.
      if (volume === undefined) return false;
      const misplaced = this.#misplaced(volume);
      if (misplaced !== undefined) return misplaced;
    }
    return isFullyBound(claim);
  }

  #isOld(object: KubeObject): boolean {
    const written = this.#versions.get(`${object.kind}/${keyOf(object)}`) ?? 0;
    return Number(object.metadata.resourceVersion ?? 0) < written;
  }

  #misplaced(volume: PersistentVolume): string | undefined {
    const { cache, labelSets } = this.#handle;
    if (usableOn(volume, labelSets.get(cache.labels[this.#node]))) return undefined;
    const node = cache.state.nodeName(this.#node);
    return `pv "${volume.metadata.name}" node affinity doesn't match node "${node}": no matching NodeSelectorTerms`;
  }
}
