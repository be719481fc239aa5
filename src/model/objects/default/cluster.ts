// Defaults of namespaces, nodes, configuration, storage and priorities (kube-apiserver 1.36, pkg/apis/{core,storage,scheduling,rbac}).
import type {
  LimitRangeItem,
  Namespace,
  NodeStatus,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  Secret,
} from 'kubernetes-types/core/v1.js';
import type { RoleBinding, Subject } from 'kubernetes-types/rbac/v1.js';
import type { PriorityClass } from 'kubernetes-types/scheduling/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';
import type { Hook } from '../hook.ts';

const RBAC = 'rbac.authorization.k8s.io';

function namespace({ metadata }: Namespace): void {
  if (metadata?.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
}

function nodeStatus(status: NodeStatus): void {
  if (status.capacity !== undefined) status.allocatable ??= { ...status.capacity };
  // An empty one was asked for: nothing can be allocated, and nothing is stored.
  if (status.allocatable !== undefined && Object.keys(status.allocatable).length === 0) delete status.allocatable;
}

function limitRangeItem(item: LimitRangeItem): void {
  if (item.type !== 'Container') return;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

function subject(value: Subject): void {
  if (value.kind === 'User' || value.kind === 'Group') value.apiGroup ??= RBAC;
}

function roleBinding({ roleRef }: RoleBinding): void {
  roleRef.apiGroup ||= RBAC;
}

export const clusterDefaults: Readonly<Record<string, Hook>> = {
  'core.v1.Namespace': namespace,
  'core.v1.NamespaceStatus': (status: { phase?: string }) => {
    status.phase ??= 'Active';
  },
  'core.v1.NodeStatus': nodeStatus,
  'core.v1.Secret': (secret: Secret) => {
    secret.type ??= 'Opaque';
  },
  'core.v1.LimitRangeItem': limitRangeItem,
  'core.v1.PersistentVolume': ({ spec, status }: PersistentVolume) => {
    if (status !== undefined) status.phase ??= 'Pending';
    if (spec === undefined) return;
    spec.persistentVolumeReclaimPolicy ??= 'Retain';
    spec.volumeMode ??= 'Filesystem';
  },
  'core.v1.PersistentVolumeClaim': ({ status }: PersistentVolumeClaim) => {
    if (status !== undefined) status.phase ??= 'Pending';
  },
  'core.v1.PersistentVolumeClaimSpec': (spec: PersistentVolumeClaimSpec) => {
    spec.volumeMode ??= 'Filesystem';
  },
  'storage.v1.StorageClass': (storage: StorageClass) => {
    storage.reclaimPolicy ??= 'Delete';
    storage.volumeBindingMode ??= 'Immediate';
  },
  'scheduling.v1.PriorityClass': (priority: PriorityClass) => {
    priority.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  'rbac.v1.RoleBinding': roleBinding,
  'rbac.v1.ClusterRoleBinding': roleBinding,
  'rbac.v1.Subject': subject,
};
