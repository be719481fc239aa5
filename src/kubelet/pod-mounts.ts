// The volumes of pods on their nodes: a pod starts when all its volumes are attached there and mounted.
import type { ApiServer } from '../api/server.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ClusterState } from '../model/state.ts';
import { needsAttaching } from '../model/storage/attaching.ts';
import type { Claim, CsiDriver, PersistentVolume, VolumeAttachment } from '../model/storage/objects.ts';
import { claimName } from '../model/storage/pod-volumes.ts';

/** The kubelets' view of storage. A pod without claims never comes here. */
export class PodMounts {
  readonly #state: ClusterState;
  readonly #stepOf: (pod: number) => number;
  readonly #ready: (pod: number, step: number) => void;
  /** By kind, the objects by their names. */
  readonly #claims: Map<string, Claim>;
  readonly #volumes: Map<string, PersistentVolume>;
  readonly #drivers: Map<string, CsiDriver>;
  /** `volume@node` of what is attached. */
  readonly #attached = new Set<string>();
  /** Pods that wait, with the step of their life at which they began to. */
  readonly #waiting = new Map<number, number>();

  /** A pod whose step (`stepOf`) has changed waits no more; `ready` is called when the volumes of one that does are all attached. */
  constructor(api: ApiServer, stepOf: (pod: number) => number, ready: (pod: number, step: number) => void) {
    this.#state = api.state;
    this.#stepOf = stepOf;
    this.#ready = ready;
    this.#claims = this.#named<Claim>(api, 'PersistentVolumeClaim');
    this.#volumes = this.#named<PersistentVolume>(api, 'PersistentVolume');
    this.#drivers = this.#named<CsiDriver>(api, 'CSIDriver');
    const attachments = api.watchObjects<VolumeAttachment>('VolumeAttachment');
    const keys: string[] = [];
    attachments.subscribe((row) => {
      const attachment = attachments.get(row);
      const { source, nodeName = '' } = attachment?.spec ?? {};
      keys[row] ??= `${source?.persistentVolumeName ?? ''}@${nodeName}`;
      const usable = attachment?.status?.attached === true && attachment.metadata.deletionTimestamp === undefined;
      if (usable) this.#attached.add(keys[row]);
      else this.#attached.delete(keys[row]);
      if (usable) this.#lookAgain(api.state.findNode(nodeName));
    });
  }

  /** Waits for the pod's volumes on behalf of its kubelet. */
  wait(pod: number, step: number): void {
    if (this.#hasAll(pod)) this.#ready(pod, step);
    else this.#waiting.set(pod, step);
  }

  #named<T extends KubeObject>(api: ApiServer, kind: string): Map<string, T> {
    const view = api.watchObjects<T>(kind);
    const objects = new Map<string, T>();
    const keys: string[] = [];
    view.subscribe((row) => {
      const object = view.get(row);
      if (object === undefined) {
        objects.delete(keys[row]);
        return;
      }
      const { namespace = '', name } = object.metadata;
      keys[row] = `${namespace}/${name}`;
      objects.set(keys[row], object);
      this.#lookAgain(-1);
    });
    return objects;
  }

  /** At pods on one node, or at all of them (-1). */
  #lookAgain(node: number): void {
    for (const [pod, step] of this.#waiting) {
      if (this.#stepOf(pod) !== step) {
        this.#waiting.delete(pod);
        continue;
      }
      if ((node >= 0 && this.#state.pods.node[pod] !== node) || !this.#hasAll(pod)) continue;
      this.#waiting.delete(pod);
      this.#ready(pod, step);
    }
  }

  #hasAll(pod: number): boolean {
    const { pods, classes } = this.#state;
    const { namespace, volumes } = classes.get(pods.podClass[pod]);
    const podName = this.#state.podName(pods.owner[pod], pods.ordinal[pod]);
    const node = this.#state.nodeName(pods.node[pod]);
    return (volumes?.claims ?? []).every((one) => {
      const claim = this.#claims.get(`${namespace}/${claimName(one, podName)}`);
      const volume = this.#volumes.get(`/${claim?.spec?.volumeName ?? ''}`);
      if (volume === undefined || claim?.status?.phase !== 'Bound') return false;
      if (!needsAttaching(volume, (driver) => this.#drivers.get(`/${driver}`))) return true;
      return this.#attached.has(`${volume.metadata.name}@${node}`);
    });
  }
}
