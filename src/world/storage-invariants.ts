// What must hold of volumes at any time: each has one claim, and one for a single node is attached to one.
import type { ClusterState } from '../model/state.ts';
import { isExclusive, volumeOf } from '../model/storage/attaching.ts';
import type { Claim, PersistentVolume, VolumeAttachment } from '../model/storage/objects.ts';

/** The first violation in words; undefined when there is none. */
export function storageViolation({ objects }: ClusterState): string | undefined {
  const claims = new Map<string, string>();
  for (const row of objects.ofKind('PersistentVolumeClaim')) {
    const { metadata, spec, status } = objects.get(row) as Claim;
    const { volumeName = '' } = spec ?? {};
    if (volumeName === '' || status?.phase !== 'Bound') continue;
    const other = claims.get(volumeName);
    if (other !== undefined) return `volume ${volumeName} is bound to claim ${other} and to claim ${metadata.name}`;
    claims.set(volumeName, metadata.name);
  }
  const nodes = new Map<string, string>();
  for (const row of objects.ofKind('VolumeAttachment')) {
    const attachment = objects.get(row) as VolumeAttachment;
    const { nodeName = '' } = attachment.spec ?? {};
    const name = volumeOf(attachment);
    const volume: PersistentVolume | undefined = objects.get(objects.find('PersistentVolume', undefined, name));
    if (attachment.status?.attached !== true || volume === undefined || !isExclusive(volume)) continue;
    const other = nodes.get(name);
    if (other !== undefined) return `volume ${name} for one node is attached to ${other} and to ${nodeName}`;
    nodes.set(name, nodeName);
  }
  return undefined;
}
