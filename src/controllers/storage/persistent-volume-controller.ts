// The PersistentVolume controller: ties claims and volumes together, asks for volumes to be made, and reclaims released ones.
import { NamedObjects } from '../../api/named-objects.ts';
import type { ApiClient } from '../../api/client.ts';
import type { Calendar } from '../../engine/calendar.ts';
import {
  annotated,
  boundVolume,
  capacityBytes,
  classOfClaim,
  hasAnnotation,
  isBoundTo,
  matchingVolume,
  requestedBytes,
  waitsForConsumer,
} from '../../model/storage/binding.ts';
import { defaultStorageClass } from '../../model/storage/default-class.ts';
import {
  type Claim,
  NO_PROVISIONER,
  type PersistentVolume,
  StorageAnnotation,
  type StorageClass,
} from '../../model/storage/objects.ts';
import type { Controller, ManagerContext } from '../kit/controller.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { WorkQueue } from '../kit/work-queue.ts';
import { VolumeWriter } from './volume-writer.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** What is not settled is looked at again this often (PVClaimBinderSyncPeriod). */
const RESYNC_US = 15e6;

/** The group of volumes that are free. */
const NOBODY = '';

/** Two queues, of claims and of volumes, with one worker each, as in Kubernetes. */
export const persistentVolume: Controller = {
  start: (manager) => void new PersistentVolumeSyncs(manager),
};

/** syncClaim and syncVolume of pv_controller.go. Keys are rows. */
class PersistentVolumeSyncs {
  readonly #engine: Calendar;
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  readonly #claims: NamedObjects<Claim>;
  readonly #volumes: NamedObjects<PersistentVolume>;
  readonly #classes: NamedObjects<StorageClass>;
  readonly #claimQueue: WorkQueue;
  readonly #volumeQueue: WorkQueue;
  readonly #write: VolumeWriter;
  readonly #resync: number;
  #armed = false;

  constructor(manager: ManagerContext) {
    const { engine, api, views } = manager;
    this.#engine = engine;
    this.#views = views;
    this.#client = manager.client('persistentvolume-controller');
    this.#claimQueue = manager.queue('claim-binder', 1, (row) => this.#tried(this.#syncClaim(row)));
    this.#volumeQueue = manager.queue('volume-binder', 1, (row) => this.#tried(this.#syncVolume(row)));
    const { claims } = views;
    const volumes = api.watchObjects<PersistentVolume>('PersistentVolume');
    // What was known of an object that is gone must be read before the cache forgets it.
    claims.subscribe((row, claim) => this.#claimChanged(row, claim === undefined));
    volumes.subscribe((row, volume) => this.#volumeChanged(row, volume === undefined));
    this.#claims = new NamedObjects(claims);
    this.#volumes = new NamedObjects(volumes, claimant);
    this.#classes = new NamedObjects(api.watchObjects<StorageClass>('StorageClass'));
    this.#write = new VolumeWriter(this.#client, this.#claims, this.#volumes);
    this.#resync = engine.kind('volume-binder.resync', () => this.#lookAgain());
  }

  #claimChanged(row: ObjectRow, gone: boolean): void {
    if (!gone) {
      this.#claimQueue.add(row);
      return;
    }
    const volume = this.#volumes.rowOf(undefined, this.#claims.get(row)?.spec?.volumeName ?? '');
    if (volume >= 0) this.#volumeQueue.add(volume);
  }

  #volumeChanged(row: ObjectRow, gone: boolean): void {
    if (!gone) {
      this.#volumeQueue.add(row);
      return;
    }
    const ref = this.#volumes.get(row)?.spec?.claimRef;
    const claim = ref === undefined ? -1 : this.#claims.rowOf(ref.namespace, ref.name ?? '');
    if (claim >= 0) this.#claimQueue.add(claim);
  }

  /** What failed is tried again with the next event about it, or by the resync. */
  *#tried(sync: Steps): Steps {
    try {
      yield* sync;
    } catch (error) {
      if (!(error instanceof SyncFailed)) throw error;
      this.#arm();
    }
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#engine.at((Math.floor(this.#engine.now / RESYNC_US) + 1) * RESYNC_US, this.#resync, 0, 0);
  }

  #lookAgain(): void {
    this.#armed = false;
    for (const [row, { status }] of this.#claims.entries()) if (status?.phase !== 'Bound') this.#claimQueue.add(row);
    for (const [row, { status }] of this.#volumes.entries()) if (status?.phase !== 'Bound') this.#volumeQueue.add(row);
  }

  // Claims.

  *#syncClaim(row: ObjectRow): Steps {
    const claim = this.#claims.get(row);
    if (claim === undefined) return;
    if (hasAnnotation(claim, StorageAnnotation.BindCompleted)) yield* this.#syncBound(row, claim);
    else if ((claim.spec?.volumeName ?? '') === '') yield* this.#findVolume(row, claim);
    else yield* this.#takeVolume(row, claim, claim.spec?.volumeName ?? '');
  }

  /** Any volume will do. */
  *#findVolume(row: ObjectRow, claim: Claim): Steps {
    const storageClass = this.#classes.find(undefined, classOfClaim(claim));
    const delayed = waitsForConsumer(storageClass);
    const volume = this.#bestVolume(claim, delayed);
    if (volume !== undefined) {
      yield* this.#bind(row, claim, volume);
      return;
    }
    this.#arm();
    if (yield* this.#assignDefaultClass(row, claim)) return;
    if (delayed && !hasAnnotation(claim, StorageAnnotation.SelectedNode)) {
      const pods = this.#views.claimUsers.waiting(claim);
      if (pods.length === 0) {
        this.#tell(row, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
      } else {
        const names = pods.length === 1 ? `pod ${pods[0]}` : `pods ${pods.join(',')}`;
        this.#tell(row, 'Normal', 'WaitForPodScheduled', `waiting for ${names} to be scheduled`);
      }
    } else if (classOfClaim(claim) === '') {
      const message = 'no persistent volumes available for this claim and no storage class is set';
      this.#tell(row, 'Normal', 'FailedBinding', message);
    } else {
      yield* this.#provision(row, claim, storageClass);
    }
  }

  /** Volumes with the fewest access modes are looked at first (index.go findByClaim). */
  #bestVolume(claim: Claim, delayed: boolean): PersistentVolume | undefined {
    const groups = new Map<string, PersistentVolume[]>();
    const key = `${claim.metadata.namespace ?? ''}/${claim.metadata.name}`;
    const rows = [...this.#volumes.group(key), ...this.#volumes.group(NOBODY)].sort((a, b) => a - b);
    for (const row of rows) {
      const volume = this.#volumes.get(row);
      if (volume === undefined) continue;
      const modes = [...(volume.spec?.accessModes ?? [])].sort().join(',');
      const group = groups.get(modes);
      if (group === undefined) groups.set(modes, [volume]);
      else group.push(volume);
    }
    const modesOf = (key: string): number => key.split(',').length;
    const keys = [...groups.keys()].sort((a, b) => modesOf(a) - modesOf(b) || (a < b ? -1 : 1));
    for (const one of keys) {
      const found = matchingVolume(claim, groups.get(one) ?? [], delayed);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A claim that names no class gets the default one as soon as there is one. True when it has been written. */
  *#assignDefaultClass(row: ObjectRow, claim: Claim): Steps<boolean> {
    const { spec, metadata } = claim;
    if (spec?.storageClassName !== undefined || metadata.annotations?.[StorageAnnotation.BetaClass] !== undefined) {
      return false;
    }
    const classes = [...this.#classes.entries()].map(([, storageClass]) => storageClass);
    const chosen = defaultStorageClass(classes);
    if (chosen === undefined) return false;
    yield* this.#write.claim(row, { ...claim, spec: { ...spec, storageClassName: chosen } });
    return true;
  }

  /** Asks the class's provisioner for a volume, by annotations of the claim. */
  *#provision(row: ObjectRow, claim: Claim, storageClass: StorageClass | undefined): Steps {
    if (storageClass === undefined) {
      const message = `storageclass.storage.k8s.io "${classOfClaim(claim)}" not found`;
      this.#tell(row, 'Warning', 'ProvisioningFailed', message);
      return;
    }
    const { provisioner = '' } = storageClass;
    if (provisioner === NO_PROVISIONER) {
      this.#tell(row, 'Warning', 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`);
      return;
    }
    const { annotations = {} } = claim.metadata;
    if (annotations[StorageAnnotation.Provisioner] !== provisioner) {
      const asked = {
        [StorageAnnotation.BetaProvisioner]: provisioner,
        [StorageAnnotation.Provisioner]: provisioner,
      };
      yield* this.#write.claim(row, annotated(claim, asked));
    }
    const message =
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the ` +
      'system administrator. If volume creation is delayed, please verify that the provisioner is running and ' +
      'correctly registered.';
    this.#tell(row, 'Normal', 'ExternalProvisioning', message);
  }

  /** The claim names its volume. */
  *#takeVolume(row: ObjectRow, claim: Claim, name: string): Steps {
    const volume = this.#volumes.find(undefined, name);
    if (volume === undefined) {
      this.#arm();
    } else if (isBoundTo(volume, claim)) {
      yield* this.#bind(row, claim, volume);
    } else if (volume.spec?.claimRef !== undefined) {
      this.#tell(row, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
      this.#arm();
    } else {
      const problem = unsuitable(volume, claim);
      if (problem === undefined) {
        yield* this.#bind(row, claim, volume);
        return;
      }
      const message = `Cannot bind to requested volume "${name}": ${problem}`;
      this.#tell(row, 'Warning', 'VolumeMismatch', message);
      this.#arm();
    }
  }

  /** The claim was bound before: it stays so, or is lost for good. */
  *#syncBound(row: ObjectRow, claim: Claim): Steps {
    const { volumeName = '' } = claim.spec ?? {};
    const volume = this.#volumes.find(undefined, volumeName);
    const uid = volume?.spec?.claimRef?.uid;
    if (volume !== undefined && (volume.spec?.claimRef === undefined || uid === claim.metadata.uid)) {
      yield* this.#bind(row, claim, volume);
      return;
    }
    if (claim.status?.phase === 'Lost') return;
    const message =
      volumeName === ''
        ? 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!'
        : volume === undefined
          ? 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'
          : 'Two claims are bound to the same volume, this one is bound incorrectly';
    const reason = volume === undefined ? 'ClaimLost' : 'ClaimMisbound';
    yield* this.#write.claimStatus(row, { ...claim, status: { phase: 'Lost' } });
    this.#tell(row, 'Warning', reason, message);
  }

  /** Four writes, those left out that change nothing: the volume and its phase, the claim and its phase. */
  *#bind(row: ObjectRow, claim: Claim, volume: PersistentVolume): Steps {
    const volumeRow = this.#volumes.rowOf(undefined, volume.metadata.name);
    let ours = volume;
    const bound = boundVolume(volume, claim);
    if (bound !== volume) ours = yield* this.#write.volume(volumeRow, bound);
    ours = yield* this.#write.setPhase(volumeRow, ours, 'Bound');
    let mine = claim;
    const { name } = ours.metadata;
    const isNew = claim.spec?.volumeName !== name;
    if (isNew || !hasAnnotation(claim, StorageAnnotation.BindCompleted)) {
      const marks = {
        ...(isNew ? { [StorageAnnotation.BoundByController]: 'yes' } : {}),
        [StorageAnnotation.BindCompleted]: 'yes',
      };
      mine = yield* this.#write.claim(row, annotated({ ...claim, spec: { ...claim.spec, volumeName: name } }, marks));
    }
    if (mine.status?.phase === 'Bound') return;
    const { capacity = {}, accessModes = [] } = ours.spec ?? {};
    yield* this.#write.claimStatus(row, { ...mine, status: { phase: 'Bound', capacity, accessModes } });
  }

  // Volumes.

  *#syncVolume(row: ObjectRow): Steps {
    const volume = this.#volumes.get(row);
    if (volume === undefined) return;
    const ref = volume.spec?.claimRef;
    // A user's reservation has no UID: the claim's sync completes it.
    if (ref === undefined || (ref.uid ?? '') === '') {
      yield* this.#write.setPhase(row, volume, 'Available');
      return;
    }
    const claimRow = this.#claims.rowOf(ref.namespace, ref.name ?? '');
    const claim = this.#claims.get(claimRow);
    if (claim === undefined || claim.metadata.uid !== ref.uid) {
      // The claim may be younger than our view of claims.
      yield* this.#client.read(claimRow).wait();
      const there = this.#client.api.registry.objects.find('PersistentVolumeClaim', ref.namespace, ref.name ?? '');
      if (there >= 0 && this.#client.api.registry.objectUid(there) === ref.uid) this.#arm();
      else yield* this.#release(row, volume);
      return;
    }
    const { volumeName = '' } = claim.spec ?? {};
    if (volumeName === '') this.#claimQueue.add(claimRow);
    else if (volumeName === volume.metadata.name) yield* this.#write.setPhase(row, volume, 'Bound');
    else if (isDisposable(volume)) yield* this.#release(row, volume);
    else yield* this.#unbind(row, volume);
  }

  /** The claim is gone. A provisioner deletes what it has made, once it sees the phase. */
  *#release(row: ObjectRow, volume: PersistentVolume): Steps {
    if (volume.status?.phase === 'Released' || volume.status?.phase === 'Failed') return;
    const released = yield* this.#write.setPhase(row, volume, 'Released');
    if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete' || isDisposable(volume)) return;
    const problem = 'no deletable volume plugin matched';
    yield* this.#write.setPhase(row, released, 'Failed');
    const message = `error getting deleter volume plugin for volume "${volume.metadata.name}": ${problem}`;
    this.#tell(row, 'Warning', 'VolumeFailedDelete', message);
  }

  /** Another volume got the claim: this one is free again, or keeps its user's reservation. */
  *#unbind(row: ObjectRow, volume: PersistentVolume): Steps {
    const { claimRef, ...spec } = volume.spec ?? {};
    const { [StorageAnnotation.BoundByController]: ours, ...annotations } = volume.metadata.annotations ?? {};
    const { uid: _uid, ...reservation } = claimRef ?? {};
    const free =
      ours === undefined
        ? { ...volume, spec: { ...spec, claimRef: reservation } }
        : { ...volume, metadata: { ...volume.metadata, annotations }, spec };
    yield* this.#write.setPhase(row, yield* this.#write.volume(row, free), 'Available');
  }

  #tell(row: ObjectRow, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#client.objectEvent(type, reason, message, row);
  }
}

/** `namespace/name` of the claim that a volume is bound to or meant for. */
function claimant({ spec }: PersistentVolume): string {
  const ref = spec?.claimRef;
  return ref === undefined ? NOBODY : `${ref.namespace ?? ''}/${ref.name ?? ''}`;
}

/** Made by a provisioner that deletes it when it is released. */
function isDisposable(volume: PersistentVolume): boolean {
  const { persistentVolumeReclaimPolicy } = volume.spec ?? {};
  return persistentVolumeReclaimPolicy === 'Delete' && hasAnnotation(volume, StorageAnnotation.ProvisionedBy);
}

/** Why a claim cannot have the volume that it names (checkVolumeSatisfyClaim). */
function unsuitable(volume: PersistentVolume, claim: Claim): string | undefined {
  if (capacityBytes(volume) < requestedBytes(claim)) return 'requested PV is too small';
  if ((volume.spec?.storageClassName ?? '') !== classOfClaim(claim)) return 'storageClassName does not match';
  const modes = volume.spec?.accessModes ?? [];
  if (!(claim.spec?.accessModes ?? []).every((mode) => modes.includes(mode))) return 'incompatible accessMode';
  const mode = claim.spec?.volumeMode ?? 'Filesystem';
  return mode === (volume.spec?.volumeMode ?? 'Filesystem') ? undefined : 'incompatible volumeMode';
}
