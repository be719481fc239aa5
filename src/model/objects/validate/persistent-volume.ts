// Validation of PersistentVolumes (pkg/apis/core/validation). Of the many sources the common ones are looked into.
import type { PersistentVolumeSpec, VolumeNodeAffinity } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { validateNodeTerms } from './affinity.ts';
import { validateNoBacksteps } from './env.ts';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';
import { validateAccessModes, validatePositive, validateVolumeMode } from './persistent-volume-claim.ts';

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
const LONGEST_DRIVER = 63;

/** In the API server's order: of several sources the first one counts. */
export const SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const;

export interface PersistentVolume {
  metadata: ObjectMeta;
  spec: PersistentVolumeSpec;
}

export function validatePersistentVolume({ metadata, spec }: PersistentVolume, errors: Errors): void {
  validateMeta(metadata, false, dnsSubdomainProblems, errors);
  const { accessModes = [], capacity = {}, persistentVolumeReclaimPolicy: policy, storageClassName: name } = spec;
  if (accessModes.length === 0) errors.required('spec.accessModes');
  validateAccessModes(accessModes, 'spec', errors);
  const resources = Object.keys(capacity);
  if (resources.length === 0) errors.required('spec.capacity');
  if (resources.length !== 1 || resources[0] !== 'storage') {
    errors.notSupported('spec.capacity', spec.capacity, ['storage']);
  }
  for (const [resource, amount] of Object.entries(capacity)) {
    validatePositive(amount, `spec.capacity[${resource}]`, errors);
  }
  if (policy !== undefined && !RECLAIM_POLICIES.includes(policy)) {
    errors.notSupported('spec.persistentVolumeReclaimPolicy', policy, RECLAIM_POLICIES);
  }
  if (spec.nodeAffinity !== undefined) validateNodeAffinity(spec.nodeAffinity, 'spec.nodeAffinity', errors);
  validateSource(spec, errors);
  if (spec.hostPath?.path === '/' && policy === 'Recycle') {
    errors.forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'");
  }
  if (name !== undefined) errors.invalidEach('spec.storageClassName', name, dnsSubdomainProblems(name));
  validateVolumeMode(spec.volumeMode, 'spec', errors);
}

function validateNodeAffinity({ required }: VolumeNodeAffinity, path: string, errors: Errors): void {
  if (required === undefined) {
    errors.required(`${path}.required`, 'must specify required node constraints');
    return;
  }
  validateNodeTerms(required.nodeSelectorTerms, `${path}.required.nodeSelectorTerms`, errors);
}

function validateSource(spec: PersistentVolumeSpec, errors: Errors): void {
  const given = SOURCES.filter((source) => spec[source] !== undefined);
  if (given.length === 0) errors.required('spec', 'must specify a volume type');
  for (const [index, source] of given.entries()) {
    if (index > 0) errors.forbidden(`spec.${source}`, 'may not specify more than 1 volume type');
    else validateFirst(spec, `spec.${source}`, errors);
  }
}

function validateFirst(spec: PersistentVolumeSpec, path: string, errors: Errors): void {
  const { hostPath, nfs, local, csi } = spec;
  const required = (fields: Readonly<Record<string, string>>): void => {
    for (const [field, value] of Object.entries(fields)) if (value === '') errors.required(`${path}.${field}`);
  };
  if (hostPath !== undefined) {
    required({ path: hostPath.path });
    validateNoBacksteps(hostPath.path, `${path}.path`, errors);
  } else if (nfs !== undefined) {
    required({ server: nfs.server, path: nfs.path });
    if (!nfs.path.startsWith('/')) errors.invalid(`${path}.path`, nfs.path, 'must be an absolute path');
  } else if (local !== undefined) {
    required({ path: local.path });
    validateNoBacksteps(local.path, `${path}.path`, errors);
    if (spec.nodeAffinity === undefined) errors.required('spec.nodeAffinity', 'Local volume requires node affinity');
  } else if (csi !== undefined) {
    required({ driver: csi.driver });
    if (csi.driver.length > LONGEST_DRIVER) errors.tooLong(`${path}.driver`, LONGEST_DRIVER);
    const driver = csi.driver.toLowerCase();
    if (driver !== '') errors.invalidEach(`${path}.driver`, csi.driver, dnsSubdomainProblems(driver));
    required({ volumeHandle: csi.volumeHandle });
  }
}
