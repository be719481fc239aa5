// The volumes of a pod class that somebody acts on: claims by name or by template, disks in the spec itself.
import type { PersistentVolumeClaimTemplate, PodSpec, Volume } from 'kubernetes-types/core/v1.js';
import type { Disk } from './objects.ts';

/** A volume that is a claim. `name` is the claim's; where each pod has a claim of its own, it is the volume's or that of the claim template. */
export interface PodClaim {
  readonly name: string;
  /** The volume's name in the pod. */
  readonly volume: string;
  /** A generic ephemeral volume: the claim is made of this template, belongs to the pod and is named after it. */
  readonly template?: PersistentVolumeClaimTemplate | undefined;
  /** Of a StatefulSet's claim templates: the claim is named after the template and the pod, and outlives the pod. */
  readonly byOrdinal?: boolean;
}

export interface PodVolumes {
  /** In the order of the spec. */
  readonly claims: readonly PodClaim[];
  /** Whether pods of the class have claims that belong to them. */
  readonly ephemeral: boolean;
  /** Whether two pods of the class have the same claims. */
  readonly alike: boolean;
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

/**
 * Undefined for a pod without such volumes, as most are: configuration, secrets and empty directories are nobody's concern.
 * `claimTemplates` are names of volumes whose claims are named after them and the pod.
 */
export function podVolumes(
  { volumes = [] }: Pick<PodSpec, 'volumes'>,
  claimTemplates: readonly string[] = [],
): PodVolumes | undefined {
  const has = (volume: Volume, kinds: readonly (keyof Volume)[]): boolean =>
    kinds.some((kind) => volume[kind] !== undefined);
  const claims = volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }): PodClaim[] => {
    if (claimTemplates.includes(name)) return [{ name, volume: name, byOrdinal: true }];
    if (persistentVolumeClaim !== undefined) return [{ name: persistentVolumeClaim.claimName, volume: name }];
    return ephemeral === undefined
      ? []
      : [{ name, volume: name, template: ephemeral.volumeClaimTemplate ?? { spec: {} } }];
  });
  const disks = volumes.filter((volume) => has(volume, DISKS));
  const migratable = volumes.some((volume) => has(volume, MIGRATABLE));
  const inlineDrivers = volumes.flatMap(({ csi }) => (csi === undefined ? [] : [csi.driver]));
  if (claims.length + disks.length + inlineDrivers.length === 0 && !migratable) return undefined;
  const ephemeral = claims.some((one) => one.template !== undefined);
  return { claims, ephemeral, alike: !ephemeral && claimTemplates.length === 0, disks, migratable, inlineDrivers };
}

/**
 * The claim's name for a pod: `<pod>-<volume>` when it belongs to the pod (component-helpers storage/ephemeral), `<template>-<pod>` in a
 * StatefulSet.
 */
export function claimName({ name, template, byOrdinal }: PodClaim, podName: string): string {
  if (byOrdinal === true) return `${name}-${podName}`;
  return template === undefined ? name : `${podName}-${name}`;
}
