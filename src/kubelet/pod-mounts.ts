// The volumes of pods on their nodes: a pod starts when all its volumes are attached there and mounted.
import type { ApiServer } from '../api/server.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ClusterState } from '../model/state.ts';
import { needsAttaching } from '../model/storage/attaching.ts';
import type { Claim, CsiDriver, PersistentVolume, VolumeAttachment } from '../model/storage/objects.ts';
import { claimName, type PodClaim } from '../model/storage/pod-volumes.ts';
import type { PodRow } from '../model/rows.ts';
import type { KnownClasses } from './known-classes.ts';

interface Waiter {
  /** Of the pod's life, when it began to wait. */
  readonly step: number;
  readonly ready: () => void;
}

/** The kubelets' view of storage. A pod without claims never comes here. */
export class PodMounts {
  readonly #state: ClusterState;
  readonly #classes: KnownClasses;
  readonly #stepOf: (pod: PodRow) => number;
  /** By `kind namespace/name`. */
  readonly #heard = new Map<string, KubeObject>();
  /** `volume@node` of what is attached. */
  readonly #attached = new Set<string>();
  /** By what they miss first: pods that wait. */
  readonly #waiting = new Map<string, Map<PodRow, Waiter>>();

  /** A pod whose step (`stepOf`) has changed waits no more. */
  constructor(api: ApiServer, classes: KnownClasses, stepOf: (pod: PodRow) => number) {
    this.#state = api.state;
    this.#classes = classes;
    this.#stepOf = stepOf;
    for (const kind of ['PersistentVolumeClaim', 'PersistentVolume', 'CSIDriver']) this.#watch(api, kind);
    const attachments = api.watchObjects<VolumeAttachment>('VolumeAttachment');
    const keys: string[] = [];
    attachments.subscribe((row) => {
      const attachment = attachments.get(row);
      const { source, nodeName = '' } = attachment?.spec ?? {};
      keys[row] ??= `${source?.persistentVolumeName ?? ''}@${nodeName}`;
      if (attachment?.status?.attached === true && attachment.metadata.deletionTimestamp === undefined) {
        this.#attached.add(keys[row]);
        this.#lookAgain(keys[row]);
      } else {
        this.#attached.delete(keys[row]);
      }
    });
  }

  /** Calls `ready` when the volumes of the pod are all attached. */
  wait(pod: PodRow, ready: () => void): void {
    this.#wait(pod, { step: this.#stepOf(pod), ready });
  }

  #wait(pod: PodRow, waiter: Waiter): void {
    const missing = this.#missing(pod);
    if (missing === undefined) {
      waiter.ready();
      return;
    }
    const waiting = this.#waiting.get(missing);
    if (waiting === undefined) this.#waiting.set(missing, new Map([[pod, waiter]]));
    else waiting.set(pod, waiter);
  }

  /** Whether all the pod's volumes are attached. */
  isReady(pod: PodRow): boolean {
    return this.#missing(pod) === undefined;
  }

  /** What kubelets say of a pod that has waited for too long. */
  complaint(pod: PodRow): string {
    const claims = this.#classes.of(pod).volumes?.claims ?? [];
    const missing = claims.filter((claim) => this.#missingOf(pod, claim) !== undefined).map(({ volume }) => volume);
    const list = `[${missing.join(' ')}]`;
    return (
      `Unable to attach or mount volumes: unmounted volumes=${list}, unattached volumes=${list}, ` +
      'failed to process volumes=[]: context deadline exceeded'
    );
  }

  #watch(api: ApiServer, kind: string): void {
    const view = api.watchObjects(kind);
    const keys: string[] = [];
    view.subscribe((row) => {
      const object = view.get(row);
      if (object === undefined) {
        this.#heard.delete(keys[row]);
        return;
      }
      const { namespace = '', name } = object.metadata;
      keys[row] = `${kind} ${namespace}/${name}`;
      this.#heard.set(keys[row], object);
      this.#lookAgain(keys[row]);
    });
  }

  #lookAgain(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    for (const [pod, waiter] of waiting) if (this.#stepOf(pod) === waiter.step) this.#wait(pod, waiter);
  }

  /** The first thing without which the pod cannot start; undefined when it has all. */
  #missing(pod: PodRow): string | undefined {
    for (const claim of this.#classes.of(pod).volumes?.claims ?? []) {
      const missing = this.#missingOf(pod, claim);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  #missingOf(pod: PodRow, one: PodClaim): string | undefined {
    const { pods } = this.#state;
    const { namespace } = this.#classes.of(pod);
    const podName = this.#state.podName(pod);
    const claimKey = `PersistentVolumeClaim ${namespace}/${claimName(one, podName)}`;
    const claim: Claim | undefined = this.#heard.get(claimKey);
    if (claim?.status?.phase !== 'Bound') return claimKey;
    const volumeKey = `PersistentVolume /${claim.spec?.volumeName ?? ''}`;
    const volume: PersistentVolume | undefined = this.#heard.get(volumeKey);
    if (volume === undefined) return volumeKey;
    const attachment = `${volume.metadata.name}@${this.#state.nodeName(pods.node[pod])}`;
    if (this.#attached.has(attachment) || !needsAttaching(volume, (driver) => this.#driver(driver))) return undefined;
    return attachment;
  }

  #driver(name: string): CsiDriver | undefined {
    return this.#heard.get(`CSIDriver /${name}`);
  }
}
