// Validation of a pod's volumes (pkg/apis/core/validation). Of the many sources the common ones are looked into.
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  Volume,
  VolumeProjection,
} from 'kubernetes-types/core/v1.js';
import { parseQuantity } from '../../parse/quantity.ts';
import { validateFieldRef, validateLocalPath, validateNoBacksteps, validateResourceRef, VOLUME_FIELDS } from './env.ts';
import type { Errors } from './errors.ts';
import { dnsLabelProblems } from './names.ts';

const MAX_MODE = 0o777;
const MODE_PROBLEM = 'must be a number between 0 and 0777 (octal), both inclusive';
const LEAST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;
const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
/** In the API server's order: of several sources the first one counts. */
const SOURCES = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
];

/** What a source cannot be without; the sources that are looked into are not here. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  gitRepo: ['repository'],
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  nfs: ['server', 'path'],
  iscsi: ['targetPortal', 'iqn'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  quobyte: ['registry', 'volume'],
  flexVolume: ['driver'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  storageos: ['volumeName'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  csi: ['driver'],
  ephemeral: ['volumeClaimTemplate'],
};

/** The valid volumes by name; containers can mount only these. */
export function validateVolumes(
  volumes: readonly Volume[],
  podName: string | undefined,
  path: string,
  errors: Errors,
): ReadonlyMap<string, Volume> {
  const valid = new Map<string, Volume>();
  const claims = new Set(
    volumes.filter((volume) => volume.ephemeral !== undefined).map(({ name }) => `${podName}-${name}`),
  );
  for (const [index, volume] of volumes.entries()) {
    const at = `${path}[${index}]`;
    const before = errors.list.length;
    validateSource(volume, at, errors);
    if (volume.name === '') errors.required(`${at}.name`);
    else errors.invalidEach(`${at}.name`, volume.name, dnsLabelProblems(volume.name));
    if (valid.has(volume.name)) errors.duplicate(`${at}.name`, volume.name);
    if (errors.list.length === before) valid.set(volume.name, volume);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (podName !== undefined && claim !== undefined && claims.has(claim)) {
      const message = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.invalid(`${at}.persistentVolumeClaim.claimName`, claim, message);
    }
  }
  return valid;
}

function validateSource(volume: Volume, path: string, errors: Errors): void {
  const given = SOURCES.filter((source) => Object.hasOwn(volume, source));
  for (const [index, source] of given.entries()) {
    if (index > 0) errors.forbidden(`${path}.${source}`, 'may not specify more than 1 volume type');
    else validateFirst(volume, `${path}.${source}`, errors);
  }
  if (given.length === 0) errors.required(path, 'must specify a volume type');
}

function validateFirst(volume: Volume, path: string, errors: Errors): void {
  const { emptyDir, hostPath, secret, configMap, persistentVolumeClaim, downwardAPI, projected } = volume;
  if (emptyDir !== undefined) {
    if (emptyDir.sizeLimit !== undefined && parseQuantity(emptyDir.sizeLimit).sign() < 0) {
      errors.forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
    }
  } else if (hostPath !== undefined) {
    if (hostPath.path === '') errors.required(`${path}.path`);
    else {
      validateNoBacksteps(hostPath.path, `${path}.path`, errors);
      if (!HOST_PATH_TYPES.includes(hostPath.type ?? '')) {
        errors.notSupported(`${path}.type`, hostPath.type, HOST_PATH_TYPES);
      }
    }
  } else if (secret !== undefined) {
    if (!secret.secretName) errors.required(`${path}.secretName`);
    validateMode(secret.defaultMode, `${path}.defaultMode`, errors);
    validateItems(secret.items, path, errors);
  } else if (persistentVolumeClaim !== undefined) {
    if (persistentVolumeClaim.claimName === '') errors.required(`${path}.claimName`);
  } else if (downwardAPI !== undefined) {
    validateMode(downwardAPI.defaultMode, `${path}.defaultMode`, errors);
    for (const file of downwardAPI.items ?? []) validateFile(file, path, errors);
  } else if (configMap !== undefined) {
    if (!configMap.name) errors.required(`${path}.name`);
    validateMode(configMap.defaultMode, `${path}.defaultMode`, errors);
    validateItems(configMap.items, path, errors);
  } else if (projected !== undefined) validateProjected(projected, path, errors);
  else {
    validateRequired(volume, path, errors);
    const directory = volume.nfs?.path;
    if (directory !== undefined && !directory.startsWith('/')) {
      errors.invalid(`${path}.path`, directory, 'must be an absolute path');
    }
  }
}

function validateRequired(volume: Volume, path: string, errors: Errors): void {
  for (const [kind, fields] of Object.entries(REQUIRED)) {
    const source = (volume as unknown as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>)[kind];
    if (source === undefined) continue;
    // The API server calls this one by another name.
    const at = kind === 'gcePersistentDisk' ? path.replace('gcePersistentDisk', 'persistentDisk') : path;
    for (const field of fields) if (isMissing(source[field])) errors.required(`${at}.${field}`);
  }
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function validateMode(mode: number | undefined, path: string, errors: Errors): void {
  if (mode !== undefined && (mode < 0 || mode > MAX_MODE)) errors.invalid(path, mode, MODE_PROBLEM);
}

function validateItems(items: readonly KeyToPath[] | undefined, path: string, errors: Errors): void {
  for (const [index, item] of (items ?? []).entries()) {
    const at = `${path}.items[${index}]`;
    if (item.key === '') errors.required(`${at}.key`);
    if (item.path === '') errors.required(`${at}.path`);
    validateLocalPath(item.path, `${at}.path`, errors);
    validateMode(item.mode, `${at}.mode`, errors);
  }
}

function validateFile(file: DownwardAPIVolumeFile, path: string, errors: Errors): void {
  if (file.path === '') errors.required(`${path}.path`);
  validateLocalPath(file.path, `${path}.path`, errors);
  if (file.fieldRef !== undefined) {
    validateFieldRef(file.fieldRef, VOLUME_FIELDS, `${path}.fieldRef`, errors);
    if (file.resourceFieldRef !== undefined) {
      errors.invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    }
  } else if (file.resourceFieldRef !== undefined) {
    validateResourceRef(file.resourceFieldRef, `${path}.resourceFieldRef`, errors, true);
  } else errors.required(path, 'one of fieldRef and resourceFieldRef is required');
  validateMode(file.mode, `${path}.mode`, errors);
}

function validateProjected({ defaultMode, sources = [] }: ProjectedVolumeSource, path: string, errors: Errors): void {
  validateMode(defaultMode, `${path}.defaultMode`, errors);
  const files = new Set<string>();
  for (const [index, source] of sources.entries()) {
    const at = `${path}.sources[${index}]`;
    validateProjection(source, at, errors);
    for (const file of projectedFiles(source)) {
      if (file !== '' && files.has(file)) errors.invalid(path, file, 'conflicting duplicate paths');
      files.add(file);
    }
    if (Object.keys(source).length > 1) errors.forbidden(at, 'may not specify more than 1 volume type per source');
  }
}

function validateProjection(source: VolumeProjection, path: string, errors: Errors): void {
  for (const kind of ['secret', 'configMap'] as const) {
    const from = source[kind];
    if (from === undefined) continue;
    if (!from.name) errors.required(`${path}.${kind}.name`);
    validateItems(from.items, `${path}.${kind}`, errors);
  }
  for (const file of source.downwardAPI?.items ?? []) validateFile(file, `${path}.downwardAPI`, errors);
  const token = source.serviceAccountToken;
  if (token === undefined) return;
  const seconds = token.expirationSeconds ?? 0;
  const at = `${path}.serviceAccountToken`;
  if (seconds < LEAST_TOKEN_SECONDS) {
    errors.invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes');
  }
  if (seconds > LONGEST_TOKEN_SECONDS) {
    errors.invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds');
  }
  // The API server reports the path at the volume.
  const file = path.replace(/\.sources\[\d+\]$/, '.path');
  if (token.path === '') errors.required(file);
  else validateLocalPath(token.path, file, errors);
}

function projectedFiles(source: VolumeProjection): string[] {
  const items = [
    ...(source.secret?.items ?? []),
    ...(source.configMap?.items ?? []),
    ...(source.downwardAPI?.items ?? []),
  ];
  const token = source.serviceAccountToken?.path;
  return [...items.map((item) => item.path), ...(token === undefined ? [] : [token])];
}
