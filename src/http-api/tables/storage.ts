// How volumes, claims, classes of storage and claims of devices are printed.
import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
} from 'kubernetes-types/storage/v1.js';
import type { Printer, Printers } from './printer.ts';
import { NONE, since, UNSET } from './texts.ts';

const DEFAULT_CLASSES = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
/** Where classes were named before the spec had a field for it. */
const CLASS = 'volume.beta.kubernetes.io/storage-class';
const MODES = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

interface Named {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
}

interface Claim extends Named {
  readonly status?: { readonly allocation?: object; readonly reservedFor?: readonly object[] };
}

interface Slice extends Named {
  readonly spec?: { readonly nodeName?: string; readonly driver?: string; readonly pool?: { readonly name?: string } };
}

interface WithAttributes {
  readonly volumeAttributesClassName?: string;
}

const aged: Printer = ({ metadata }: Named, nowUs) => [metadata.name, since(metadata.creationTimestamp, nowUs)];

export const storagePrinters: Printers = {
  PersistentVolume: ({ metadata, spec, status }: PersistentVolume, nowUs) => [
    metadata?.name ?? '',
    spec?.capacity?.storage ?? '0',
    modesText(spec?.accessModes),
    spec?.persistentVolumeReclaimPolicy ?? '',
    metadata?.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
    spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`,
    metadata?.annotations?.[CLASS] ?? spec?.storageClassName ?? '',
    attributesClass(spec),
    status?.reason ?? '',
    since(metadata?.creationTimestamp, nowUs),
    spec?.volumeMode ?? UNSET,
  ],
  PersistentVolumeClaim: ({ metadata, spec, status }: PersistentVolumeClaim, nowUs) => {
    const isBound = (spec?.volumeName ?? '') !== '';
    return [
      metadata?.name ?? '',
      metadata?.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
      spec?.volumeName ?? '',
      isBound ? (status?.capacity?.storage ?? '0') : '',
      isBound ? modesText(status?.accessModes) : '',
      metadata?.annotations?.[CLASS] ?? spec?.storageClassName ?? '',
      attributesClass(spec),
      since(metadata?.creationTimestamp, nowUs),
      spec?.volumeMode ?? UNSET,
    ];
  },
  StorageClass: (storageClass: StorageClass, nowUs) => {
    const { metadata, provisioner, reclaimPolicy = 'Delete', volumeBindingMode = 'Immediate' } = storageClass;
    const isDefault = DEFAULT_CLASSES.some((key) => metadata?.annotations?.[key] === 'true');
    return [
      `${metadata?.name ?? ''}${isDefault ? ' (default)' : ''}`,
      provisioner,
      reclaimPolicy,
      volumeBindingMode,
      storageClass.allowVolumeExpansion ?? false,
      since(metadata?.creationTimestamp, nowUs),
    ];
  },
  VolumeAttributesClass: ({ metadata, driverName = '' }: Named & { readonly driverName?: string }, nowUs) => [
    metadata.name,
    driverName,
    since(metadata.creationTimestamp, nowUs),
  ],
  VolumeAttachment: ({ metadata, spec, status }: VolumeAttachment, nowUs) => [
    metadata?.name ?? '',
    spec.attacher,
    spec.source.persistentVolumeName ?? '',
    spec.nodeName,
    status?.attached ?? false,
    since(metadata?.creationTimestamp, nowUs),
  ],
  CSINode: ({ metadata, spec }: CSINode, nowUs) => [
    metadata?.name ?? '',
    spec.drivers.length,
    since(metadata?.creationTimestamp, nowUs),
  ],
  CSIDriver: ({ metadata, spec }: CSIDriver, nowUs) => {
    const modes = (spec.volumeLifecycleModes ?? []).join(',');
    return [
      metadata?.name ?? '',
      spec.attachRequired ?? true,
      spec.podInfoOnMount ?? false,
      spec.storageCapacity ?? false,
      spec.tokenRequests === undefined ? UNSET : spec.tokenRequests.map(({ audience }) => audience).join(','),
      spec.requiresRepublish ?? false,
      modes === '' ? NONE : modes,
      since(metadata?.creationTimestamp, nowUs),
    ];
  },
  CSIStorageCapacity: ({ metadata, storageClassName, capacity }: CSIStorageCapacity) => [
    metadata?.name ?? '',
    storageClassName,
    capacity ?? UNSET,
  ],
  DeviceClass: aged,
  ResourceClaimTemplate: aged,
  ResourceClaim: (claim: Claim, nowUs) => [
    claim.metadata.name,
    claimState(claim),
    since(claim.metadata.creationTimestamp, nowUs),
  ],
  ResourceSlice: ({ metadata, spec = {} }: Slice, nowUs) => [
    metadata.name,
    spec.nodeName ?? '',
    spec.driver ?? '',
    spec.pool?.name ?? '',
    since(metadata.creationTimestamp, nowUs),
  ],
};

function modesText(modes: readonly string[] | undefined): string {
  return MODES.filter(([mode]) => modes?.includes(mode) === true)
    .map(([, short]) => short)
    .join(',');
}

function claimState({ metadata, status = {} }: Claim): string {
  const states = metadata.deletionTimestamp === undefined ? [] : ['deleted'];
  if (status.allocation !== undefined) {
    states.push('allocated');
    if ((status.reservedFor ?? []).length > 0) states.push('reserved');
  } else if (states.length === 0) states.push('pending');
  return states.join(',');
}

function attributesClass(spec: WithAttributes | undefined): string {
  return spec?.volumeAttributesClassName ?? UNSET;
}
