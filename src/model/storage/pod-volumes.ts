// The volumes of a pod class that somebody acts on: claims by name or by template, disks in the spec itself.
import type { PersistentVolumeClaimTemplate, PodSpec, Volume } from 'kubernetes-types/core/v1.js';
import type { Disk } from './objects.ts';

/** A volume that is a claim. `name` is the claim's, or the volume's when each pod has a claim of its own. */
export interface PodClaim {
  readonly name: string;
  /** The volume's name in the pod. */
  readonly volume: string;
  /** A generic ephemeral volume: the claim is made of this template, belongs to the pod and is named after it. */
  readonly template?: PersistentVolumeClaimTemplate | undefined;
}

export interface PodVolumes {
  /** In the order of the spec. */
  readonly claims: readonly PodClaim[];
  /** Whether pods of the class have claims of their own, so that no two pods are alike. */
  readonly ephemeral: boolean;
  readonly disks: readonly Disk[];
  /** Whether a volume is of a kind that in-tree plugins once attached and CSI drivers do now. */
  readonly migratable: boolean;
  /** CSI drivers of volumes that are written out in the spec. */
  readonly inlineDrivers: readonly string[];
}

const DISKS = ['gcePersistentDisk', 'awsElasticBlockStore', 'iscsi', 'rbd'] as const;
const MIGRATABLE = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cinder',
  'gcePersistentDisk',
  'portworxVolume',
  'vsphereVolume',
] as const;

/** Undefined for a pod without such volumes, as most are: configuration, secrets and empty directories are nobody's concern. */
export function podVolumes({ volumes = [] }: Pick<PodSpec, 'volumes'>): PodVolumes | undefined {
  const has = (volume: Volume, kinds: readonly (keyof Volume)[]): boolean =>
    kinds.some((kind) => volume[kind] !== undefined);
  const claims = volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }): PodClaim[] => {
    if (persistentVolumeClaim !== undefined) return [{ name: persistentVolumeClaim.claimName, volume: name }];
    return ephemeral === undefined
      ? []
      : [{ name, volume: name, template: ephemeral.volumeClaimTemplate ?? { spec: {} } }];
  });
  const disks = volumes.filter((volume) => has(volume, DISKS));
  const migratable = volumes.some((volume) => has(volume, MIGRATABLE));
  const inlineDrivers = volumes.flatMap(({ csi }) => (csi === undefined ? [] : [csi.driver]));
  if (claims.length + disks.length + inlineDrivers.length === 0 && !migratable) return undefined;
  return { claims, ephemeral: claims.some((one) => one.template !== undefined), disks, migratable, inlineDrivers };
}

/** The claim's name for a pod: `<pod>-<volume>` when the pod has one of its own (component-helpers storage/ephemeral). */
export function claimName({ name, template }: PodClaim, podName: string): string {
  return template === undefined ? name : `${podName}-${name}`;
}
