// PersistentVolumes, claims and what storage drivers publish, as the scheduler and the controllers read them.
import type { NodeSelector, ObjectReference, TopologySelectorTerm, Volume } from 'kubernetes-types/core/v1.js';
import type { LabelSelectorObject } from '../parse/label-selector.ts';
import type { KubeObject } from '../object-store.ts';

/** A provisioner of this name makes no volumes. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
export const WAIT_FOR_FIRST_CONSUMER = 'WaitForFirstConsumer';
export const READ_WRITE_ONCE_POD = 'ReadWriteOncePod';

/** Annotations by which the scheduler, the binder and the provisioners talk (component-helpers storage/volume/pv_helpers.go). */
export const StorageAnnotation = {
  BindCompleted: 'pv.kubernetes.io/bind-completed',
  BoundByController: 'pv.kubernetes.io/bound-by-controller',
  SelectedNode: 'volume.kubernetes.io/selected-node',
  ProvisionedBy: 'pv.kubernetes.io/provisioned-by',
  Provisioner: 'volume.kubernetes.io/storage-provisioner',
  BetaProvisioner: 'volume.beta.kubernetes.io/storage-provisioner',
  BetaClass: 'volume.beta.kubernetes.io/storage-class',
  DefaultClass: 'storageclass.kubernetes.io/is-default-class',
  BetaDefaultClass: 'storageclass.beta.kubernetes.io/is-default-class',
} as const;

type Amounts = Readonly<Record<string, string>>;

export interface VolumeSpec {
  readonly capacity?: Amounts;
  readonly accessModes?: readonly string[];
  readonly claimRef?: Readonly<ObjectReference>;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly csi?: { readonly driver: string; readonly volumeHandle: string };
  readonly hostPath?: { readonly path: string; readonly type?: string };
}

export interface PersistentVolume extends KubeObject {
  readonly spec?: VolumeSpec;
  readonly status?: { readonly phase?: string };
}

export interface ClaimSpec {
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: Amounts };
  readonly selector?: LabelSelectorObject;
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly volumeName?: string;
}

export interface Claim extends KubeObject {
  readonly spec?: ClaimSpec;
  readonly status?: { readonly phase?: string; readonly capacity?: Amounts; readonly accessModes?: readonly string[] };
}

export interface StorageClass extends KubeObject {
  readonly provisioner?: string;
  readonly volumeBindingMode?: string;
  readonly reclaimPolicy?: string;
  readonly allowedTopologies?: readonly TopologySelectorTerm[];
}

export interface CsiNode extends KubeObject {
  readonly spec?: {
    readonly drivers?: readonly {
      readonly name: string;
      readonly allocatable?: { readonly count?: number };
      readonly topologyKeys?: readonly string[];
    }[];
  };
}

export interface CsiDriver extends KubeObject {
  readonly spec?: { readonly storageCapacity?: boolean; readonly attachRequired?: boolean };
}

export interface CsiStorageCapacity extends KubeObject {
  readonly storageClassName?: string;
  readonly capacity?: string;
  readonly maximumVolumeSize?: string;
  readonly nodeTopology?: LabelSelectorObject;
}

export interface VolumeAttachment extends KubeObject {
  readonly spec?: {
    readonly attacher?: string;
    readonly nodeName?: string;
    readonly source?: { readonly persistentVolumeName?: string };
  };
  readonly status?: { readonly attached?: boolean };
}

/** Volumes in a pod's own spec that the scheduler compares between pods. */
export type Disk = Pick<Volume, 'gcePersistentDisk' | 'awsElasticBlockStore' | 'iscsi' | 'rbd'>;
