// The attach/detach controller: asks for each volume to be attached to the nodes whose pods use it, and to no other.
import { NamedObjects } from '../../api/named-objects.ts';
import { Change } from '../../model/change-log.ts';
import { NodeReady } from '../../model/nodes.ts';
import { isTerminal } from '../../model/pods.ts';
import { isExclusive, needsAttaching, volumeOf } from '../../model/storage/attaching.ts';
import type { Claim, CsiDriver, PersistentVolume, VolumeAttachment } from '../../model/storage/objects.ts';
import { ATTACHER } from '../../model/storage/protection.ts';
import { controller, type Work } from '../kit/controller.ts';
import { isOutOfService } from '../kit/out-of-service.ts';
import type { Steps } from '../kit/sync.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

/** How long a node that is not Ready may keep a volume that no pod wants (maxWaitForUnmountDuration). */
const LONGEST_UNMOUNT_US = 6 * 60e6;

/** Keys: rows of volumes. Kubernetes gives each volume a goroutine of its own. */
export const attachDetach = controller({
  name: 'attachdetach-controller',
  queue: 'attach-detach',
  workers: 100,
  create: (work) => new AttachDetachSyncs(work),
  watches({ views }, syncs) {
    syncs.claims.onChange(({ metadata }) => syncs.resolveUsers(metadata.namespace, metadata.name));
    syncs.volumes.onChange(({ spec }) => {
      if (spec?.claimRef !== undefined) syncs.resolveUsers(spec.claimRef.namespace, spec.claimRef.name ?? '');
    });
    syncs.attachments.onChange((attachment) => syncs.enqueue(volumeOf(attachment)));
    views.pods.view.subscribe((pod, _epoch, what) => syncs.podChanged(pod, what));
  },
});

class AttachDetachSyncs {
  readonly claims: NamedObjects<Claim>;
  readonly volumes: NamedObjects<PersistentVolume>;
  /** Grouped by volume. */
  readonly attachments: NamedObjects<VolumeAttachment>;
  readonly #work: Work;
  readonly #drivers: NamedObjects<CsiDriver>;
  /** By volume: nodes with pods that use it, and these pods. */
  readonly #users = new Map<string, Map<NodeRow, Set<PodRow>>>();
  /** By pod: volumes that it counts for. */
  readonly #used = new Map<PodRow, { readonly node: NodeRow; readonly volumes: readonly string[] }>();
  /** Pods on nodes whose claims are not bound to volumes that we know. */
  readonly #unresolved = new Set<PodRow>();
  /** Attachments that no pod needs any more: since when. */
  readonly #idleSince = new Map<ObjectRow, number>();
  /** Pods with an event that their volume is elsewhere. */
  readonly #reported = new Set<PodRow>();

  constructor(work: Work) {
    this.#work = work;
    const { api } = work;
    this.claims = new NamedObjects(api.watchObjects<Claim>('PersistentVolumeClaim'));
    this.volumes = new NamedObjects(api.watchObjects<PersistentVolume>('PersistentVolume'));
    this.#drivers = new NamedObjects(api.watchObjects<CsiDriver>('CSIDriver'));
    this.attachments = new NamedObjects(api.watchObjects<VolumeAttachment>('VolumeAttachment'), volumeOf);
  }

  enqueue(volume: string): void {
    const row = this.volumes.rowOf(undefined, volume);
    if (row >= 0) this.#work.queue.add(row);
  }

  // Who uses what.

  podChanged(pod: PodRow, what: number): void {
    const { classes } = this.#work.api.registry;
    const { view } = this.#work.views.pods;
    const { volumes } = classes.get(view.podClass[pod]);
    if (volumes === undefined || volumes.claims.length === 0) return;
    if ((what & Change.Removed) !== 0 || isTerminal(view.state[pod])) this.#leave(pod);
    else if (view.node[pod] >= 0 && !this.#used.has(pod)) this.#resolve(pod);
  }

  #leave(pod: PodRow): void {
    this.#unresolved.delete(pod);
    this.#reported.delete(pod);
    const used = this.#used.get(pod);
    if (used === undefined) return;
    this.#used.delete(pod);
    for (const volume of used.volumes) {
      const nodes = this.#users.get(volume);
      const users = nodes?.get(used.node);
      users?.delete(pod);
      if (users?.size === 0) nodes?.delete(used.node);
      this.enqueue(volume);
    }
  }

  resolveUsers(namespace: string | undefined, name: string): void {
    const claim = this.#unresolved.size === 0 ? undefined : this.claims.find(namespace, name);
    if (claim === undefined) return;
    for (const pod of this.#work.views.claimUsers.of(claim)) if (this.#unresolved.has(pod)) this.#resolve(pod);
  }

  /** Counts the pod for its volumes, as soon as all its claims have one. */
  #resolve(pod: PodRow): void {
    const names: string[] = [];
    for (const key of this.#work.views.claimUsers.claimsOf(pod)) {
      const [namespace, name] = key.split('/');
      const claim = this.claims.find(namespace, name);
      const volume = this.volumes.find(undefined, claim?.spec?.volumeName ?? '');
      if (volume === undefined) {
        this.#unresolved.add(pod);
        return;
      }
      if (needsAttaching(volume, (driver) => this.#drivers.find(undefined, driver))) names.push(volume.metadata.name);
    }
    this.#unresolved.delete(pod);
    const node = this.#work.views.pods.view.node[pod];
    this.#used.set(pod, { node, volumes: names });
    for (const name of names) {
      const nodes = this.#users.get(name) ?? new Map<NodeRow, Set<PodRow>>();
      this.#users.set(name, nodes);
      nodes.set(node, (nodes.get(node) ?? new Set()).add(pod));
      this.enqueue(name);
    }
  }

  // What is to be attached where.

  *sync(row: ObjectRow): Steps {
    const volume = this.volumes.get(row);
    if (volume === undefined) return;
    const { name } = volume.metadata;
    const nodes = this.#users.get(name) ?? new Map<NodeRow, Set<PodRow>>();
    const there = new Set<NodeRow>();
    for (const attachment of this.attachments.group(name)) {
      const object = this.attachments.get(attachment);
      if (object === undefined) continue;
      const node = this.#work.api.registry.nodeRow(object.spec?.nodeName ?? '');
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

  *#attach({ metadata, spec }: PersistentVolume, node: NodeRow): Steps {
    const nodeName = this.#work.api.registry.nodeName(node);
    const attacher = spec?.csi?.driver ?? '';
    const attachment: VolumeAttachment = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: `csi-${metadata.name}-${nodeName}`, finalizers: [ATTACHER + attacher] },
      spec: { attacher, nodeName, source: { persistentVolumeName: metadata.name } },
      status: { attached: false },
    };
    yield* this.#work.client.create(attachment).wait();
  }

  /** Deletion begins; the attacher removes the object when the volume is detached. */
  *#detach(volume: ObjectRow, row: ObjectRow, attachment: VolumeAttachment, node: NodeRow): Steps {
    if (attachment.metadata.deletionTimestamp !== undefined) return;
    const { now } = this.#work.engine;
    const since = this.#idleSince.get(row) ?? now;
    this.#idleSince.set(row, since);
    const patience = since + LONGEST_UNMOUNT_US - now;
    if (this.#mayKeep(node) && patience > 0) {
      this.#work.queue.addAfter(volume, patience);
      return;
    }
    this.#idleSince.delete(row);
    yield* this.#work.client.delete(row).wait();
  }

  /** A kubelet that is not heard of may still have the volume mounted, unless somebody knows that its machine is gone. */
  #mayKeep(node: NodeRow): boolean {
    const { api, views } = this.#work;
    const { alive, ready, taints } = views.nodes;
    if (alive[node] !== 1 || ready[node] === NodeReady.True) return false;
    return !isOutOfService(api.registry.taintSets.get(taints[node]));
  }

  #tellWaiting(volume: string, waiting: ReadonlySet<PodRow>): void {
    const { pods } = this.#work.api.registry;
    for (const pod of waiting) {
      if (this.#reported.has(pod)) continue;
      this.#reported.add(pod);
      const message = `Multi-Attach error for volume "${volume}" Volume is already exclusively attached to one node and can't be attached to another`;
      this.#work.client.podEvent('Warning', 'FailedAttachVolume', message, pods.identity[pod]);
    }
  }
}
