// The attach/detach controller: asks for each volume to be attached to the nodes whose pods use it, and to no other.
import { ApiClient } from '../../api/client.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Engine } from '../../engine/engine.ts';
import { Change } from '../../model/change-log.ts';
import { NodeReady } from '../../model/nodes.ts';
import { isTerminal } from '../../model/pods.ts';
import { isExclusive, needsAttaching, volumeOf } from '../../model/storage/attaching.ts';
import type { Claim, CsiDriver, PersistentVolume, VolumeAttachment } from '../../model/storage/objects.ts';
import { ATTACHER } from '../../model/storage/protection.ts';
import { NewestObjects } from '../kit/newest-objects.ts';
import type { ControllerSettings } from '../settings.ts';
import { isOutOfService } from '../kit/out-of-service.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';

/** Volumes that are worked on at once: Kubernetes gives each its own goroutine. */
const WORKERS = 100;
/** How long a node that is not Ready may keep a volume that no pod wants (maxWaitForUnmountDuration). */
const LONGEST_UNMOUNT_US = 6 * 60e6;

/** Items of the queue: rows of volumes. */
export class AttachDetachController {
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  readonly #claims: NewestObjects<Claim>;
  readonly #volumes: NewestObjects<PersistentVolume>;
  readonly #drivers: NewestObjects<CsiDriver>;
  /** Grouped by volume. */
  readonly #attachments: NewestObjects<VolumeAttachment>;
  readonly #queue: WorkQueue;
  /** By volume: nodes with pods that use it, and these pods. */
  readonly #users = new Map<string, Map<number, Set<number>>>();
  /** By pod: volumes that it counts for. */
  readonly #used = new Map<number, { readonly node: number; readonly volumes: readonly string[] }>();
  /** Pods on nodes whose claims are not bound to volumes that we know. */
  readonly #unresolved = new Set<number>();
  /** Attachments that no pod needs any more: since when. */
  readonly #idleSince = new Map<number, number>();
  /** Pods that have been told that their volume is elsewhere. */
  readonly #told = new Set<number>();

  constructor(engine: Engine, api: ApiServer, views: SharedViews, settings: ControllerSettings) {
    this.#engine = engine;
    this.#api = api;
    this.#views = views;
    this.#client = new ApiClient(api, 'attachdetach-controller', settings.clients, 'in-turn');
    const { syncWorkUs } = settings;
    this.#queue = new WorkQueue(engine, 'attach-detach', { workers: WORKERS, syncWorkUs }, (row) => this.#sync(row));
    const claims = api.watchObjects<Claim>('PersistentVolumeClaim');
    const volumes = api.watchObjects<PersistentVolume>('PersistentVolume');
    this.#claims = new NewestObjects(claims);
    this.#volumes = new NewestObjects(volumes);
    this.#drivers = new NewestObjects(api.watchObjects<CsiDriver>('CSIDriver'));
    this.#attachments = new NewestObjects(api.watchObjects<VolumeAttachment>('VolumeAttachment'), volumeOf);
    claims.subscribe((row) => {
      const claim = this.#claims.get(row);
      if (claim !== undefined) this.#resolveUsers(claim.metadata.namespace, claim.metadata.name);
    });
    volumes.subscribe((row) => {
      const ref = this.#volumes.get(row)?.spec?.claimRef;
      if (ref !== undefined) this.#resolveUsers(ref.namespace, ref.name ?? '');
    });
    this.#attachments.onChange((attachment) => this.#enqueue(volumeOf(attachment)));
    views.pods.view.subscribe((pod, _epoch, what) => this.#podChanged(pod, what));
  }

  #enqueue(volume: string): void {
    const row = this.#volumes.row(undefined, volume);
    if (row >= 0) this.#queue.add(row);
  }

  // Who uses what.

  #podChanged(pod: number, what: number): void {
    const { pods, classes } = this.#api.state;
    const { volumes } = classes.get(pods.podClass[pod]);
    if (volumes === undefined || volumes.claims.length === 0) return;
    const { view } = this.#views.pods;
    if ((what & Change.Removed) !== 0 || isTerminal(view.state[pod])) this.#leave(pod);
    else if (view.node[pod] >= 0 && !this.#used.has(pod)) this.#resolve(pod);
  }

  #leave(pod: number): void {
    this.#unresolved.delete(pod);
    this.#told.delete(pod);
    const used = this.#used.get(pod);
    if (used === undefined) return;
    this.#used.delete(pod);
    for (const volume of used.volumes) {
      const nodes = this.#users.get(volume);
      const users = nodes?.get(used.node);
      users?.delete(pod);
      if (users?.size === 0) nodes?.delete(used.node);
      this.#enqueue(volume);
    }
  }

  #resolveUsers(namespace: string | undefined, name: string): void {
    const claim = this.#unresolved.size === 0 ? undefined : this.#claims.find(namespace, name);
    if (claim === undefined) return;
    for (const pod of this.#views.claimUsers.of(claim)) if (this.#unresolved.has(pod)) this.#resolve(pod);
  }

  /** Counts the pod for its volumes, as soon as all its claims have one. */
  #resolve(pod: number): void {
    const names: string[] = [];
    for (const key of this.#views.claimUsers.claimsOf(pod)) {
      const [namespace, name] = key.split('/');
      const claim = this.#claims.find(namespace, name);
      const volume = this.#volumes.find(undefined, claim?.spec?.volumeName ?? '');
      if (volume === undefined) {
        this.#unresolved.add(pod);
        return;
      }
      if (needsAttaching(volume, (driver) => this.#drivers.find(undefined, driver))) names.push(volume.metadata.name);
    }
    this.#unresolved.delete(pod);
    const node = this.#views.pods.view.node[pod];
    this.#used.set(pod, { node, volumes: names });
    for (const name of names) {
      const nodes = this.#users.get(name) ?? new Map<number, Set<number>>();
      this.#users.set(name, nodes);
      nodes.set(node, (nodes.get(node) ?? new Set()).add(pod));
      this.#enqueue(name);
    }
  }

  // What is to be attached where.

  *#sync(row: number): Steps {
    const volume = this.#volumes.get(row);
    if (volume === undefined) return;
    const { name } = volume.metadata;
    const nodes = this.#users.get(name) ?? new Map<number, Set<number>>();
    const there = new Set<number>();
    for (const attachment of this.#attachments.group(name)) {
      const object = this.#attachments.get(attachment);
      if (object === undefined) continue;
      const node = this.#api.state.nodeRow(object.spec?.nodeName ?? '');
      there.add(node);
      if (nodes.has(node)) this.#idleSince.delete(attachment);
      else yield* this.#detach(row, attachment, object, node);
    }
    for (const [node, pods] of nodes) {
      if (there.has(node)) continue;
      if (there.size > 0 && isExclusive(volume)) {
        this.#tellWaiting(name, pods);
        continue;
      }
      there.add(node);
      yield* this.#attach(volume, node);
    }
  }

  *#attach({ metadata, spec }: PersistentVolume, node: number): Steps {
    const nodeName = this.#api.state.nodeName(node);
    const attacher = spec?.csi?.driver ?? '';
    const attachment: VolumeAttachment = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: `csi-${metadata.name}-${nodeName}`, finalizers: [ATTACHER + attacher] },
      spec: { attacher, nodeName, source: { persistentVolumeName: metadata.name } },
      status: { attached: false },
    };
    yield* this.#client.create(attachment).wait();
  }

  /** Deletion begins; the attacher removes the object when the volume is detached. */
  *#detach(volume: number, row: number, attachment: VolumeAttachment, node: number): Steps {
    if (attachment.metadata.deletionTimestamp !== undefined) return;
    const { now } = this.#engine;
    const since = this.#idleSince.get(row) ?? now;
    this.#idleSince.set(row, since);
    const patience = since + LONGEST_UNMOUNT_US - now;
    if (this.#mayKeep(node) && patience > 0) {
      this.#queue.addAfter(volume, patience);
      return;
    }
    this.#idleSince.delete(row);
    yield* this.#client.delete(row).wait();
  }

  /** A kubelet that is not heard of may still have the volume mounted, unless somebody knows that its machine is gone. */
  #mayKeep(node: number): boolean {
    const { alive, ready, taints } = this.#views.nodes;
    if (alive[node] !== 1 || ready[node] === NodeReady.True) return false;
    return !isOutOfService(this.#api.state.taintSets.get(taints[node]));
  }

  #tellWaiting(volume: string, waiting: ReadonlySet<number>): void {
    const { pods } = this.#api.state;
    for (const pod of waiting) {
      if (this.#told.has(pod)) continue;
      this.#told.add(pod);
      const message = `Multi-Attach error for volume "${volume}" Volume is already exclusively attached to one node and can't be attached to another`;
      this.#client.podEvent('Warning', 'FailedAttachVolume', message, pods.identity[pod]);
    }
  }
}
