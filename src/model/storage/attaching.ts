// Which volumes a driver must attach to a node before they can be mounted there, and which of them to one node only.
import type { CsiDriver, PersistentVolume, VolumeAttachment } from './objects.ts';

/** Volumes of CSI drivers, unless the driver says that it attaches nothing. */
export function needsAttaching({ spec }: PersistentVolume, driver: (name: string) => CsiDriver | undefined): boolean {
  const name = spec?.csi?.driver;
  return name !== undefined && driver(name)?.spec?.attachRequired !== false;
}

/** Whether only one node at a time may have the volume. */
export function isExclusive({ spec }: PersistentVolume): boolean {
  return !(spec?.accessModes ?? []).some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
}

/** The name of the volume that is attached. */
export function volumeOf({ spec }: VolumeAttachment): string {
  return spec?.source?.persistentVolumeName ?? '';
}
