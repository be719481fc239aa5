// Changes of storage objects, passed to the queue as events that may make a rejected pod schedulable.
import type { KubeObject } from '../../model/object-store.ts';
import { ClusterEvent, Happening } from '../framework/cluster-events.ts';
import type { ObjectSource } from '../framework/interface.ts';

/** By kind: the event of a new object, of a changed one and of one that is gone; 0 where nobody waits for it. */
const EVENTS: readonly (readonly [kind: string, added: number, updated: number, deleted: number])[] = [
  ['StorageClass', Happening.StorageClassAdd, Happening.StorageClassUpdate, 0],
  ['PersistentVolumeClaim', Happening.ClaimAdd, Happening.ClaimUpdate, 0],
  ['PersistentVolume', Happening.VolumeAdd, Happening.VolumeUpdate, 0],
  ['CSINode', Happening.CsiNodeAdd, Happening.CsiNodeUpdate, 0],
  ['CSIDriver', 0, Happening.CsiDriverUpdate, 0],
  ['CSIStorageCapacity', Happening.StorageCapacityAdd, Happening.StorageCapacityUpdate, 0],
  ['VolumeAttachment', 0, 0, Happening.AttachmentDelete],
];

/** Tells of every change that somebody waits for, from now on. */
export function watchStorage(objects: (kind: string) => ObjectSource, tell: (event: ClusterEvent) => void): void {
  for (const [kind, added, updated, deleted] of EVENTS) {
    const known = new Map<number, KubeObject>();
    objects(kind).subscribe((row, object) => {
      const before = known.get(row);
      if (object === undefined) known.delete(row);
      else known.set(row, object);
      const happening = object === undefined ? deleted : before === undefined ? added : updated;
      if (happening === 0) return;
      const event = new ClusterEvent();
      event.kind = happening;
      event.object = object;
      event.oldObject = before;
      tell(event);
    });
  }
}
