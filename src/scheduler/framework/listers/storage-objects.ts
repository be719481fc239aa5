// What the scheduler's plugins know of storage, by name: one set of views, however many plugins and profiles ask.
import { NamedObjects } from '../../../api/named-objects.ts';
import type {
  Claim,
  CsiDriver,
  CsiNode,
  CsiStorageCapacity,
  PersistentVolume,
  StorageClass,
  VolumeAttachment,
} from '../../../model/storage/objects.ts';
import type { ObjectSource } from '../interface.ts';

export class StorageObjects {
  readonly claims: NamedObjects<Claim>;
  readonly volumes: NamedObjects<PersistentVolume>;
  readonly classes: NamedObjects<StorageClass>;
  readonly csiNodes: NamedObjects<CsiNode>;
  readonly drivers: NamedObjects<CsiDriver>;
  readonly capacities: NamedObjects<CsiStorageCapacity>;
  /** By the node's name. */
  readonly #attachments = new Map<string, Map<number, VolumeAttachment>>();

  constructor(objects: (kind: string) => ObjectSource) {
    this.claims = new NamedObjects(objects('PersistentVolumeClaim'));
    this.volumes = new NamedObjects(objects('PersistentVolume'));
    this.classes = new NamedObjects(objects('StorageClass'));
    this.csiNodes = new NamedObjects(objects('CSINode'));
    this.drivers = new NamedObjects(objects('CSIDriver'));
    this.capacities = new NamedObjects(objects('CSIStorageCapacity'));
    const nodes: string[] = [];
    objects('VolumeAttachment').subscribe((row, attachment: VolumeAttachment | undefined) => {
      nodes[row] ??= attachment?.spec?.nodeName ?? '';
      const there = this.#attachments.get(nodes[row]) ?? new Map<number, VolumeAttachment>();
      this.#attachments.set(nodes[row], there);
      if (attachment === undefined) there.delete(row);
      else there.set(row, attachment);
    });
  }

  attachmentsOn(node: string): Iterable<VolumeAttachment> {
    return this.#attachments.get(node)?.values() ?? [];
  }
}
