// What becomes of an object that a client sends to be created: defaults, the fields that belong to the server, allocation, validation.
import type { DecodedObject, PlainObject } from '../decode.ts';
import { zeroObject } from '../decode.ts';
import { defaultObject } from '../default/object.ts';
import { type SelectingJob, withSelector } from '../job-selector.ts';
import { builtInKind, objectType } from '../tables.ts';
import type { Pod, Service } from '../types.ts';
import type { FieldError } from '../validate/errors.ts';
import { validateObject, type ValidationRules } from '../validate/object.ts';
import { convertAliases } from './aliases.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { dropGatedFields } from './gated-fields.ts';
import { preparePod } from './pod.ts';
import { allocateService, type ServicePool } from './service.ts';
import { dropTopology } from './topology.ts';
import { countTemplates } from './template-generation.ts';

export interface CreateOptions extends ValidationRules {
  /** Completes `metadata.generateName`. The API server cuts it to 58 characters and adds five. */
  readonly generateName: (prefix: string) => string;
  /** Where Services get addresses and ports; without one they stay unallocated. */
  readonly services?: ServicePool;
  /** Those of Kubernetes 1.36 unless said otherwise. */
  readonly gates?: FeatureGates | undefined;
  /** For namespaced objects without one: `default`. */
  readonly namespace?: string;
  /** Its own, where that is known already: else a Job gets its selector when it is stored. */
  readonly uid?: string;
}

/** In place of a uid that is not known yet. */
const SOME_UID = '00000000-0000-0000-0000-000000000000';

const GENERATION_KINDS = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'EndpointSlice',
  'Ingress',
  'IngressClass',
  'Job',
  'NetworkPolicy',
  'Pod',
  'PodDisruptionBudget',
  'PriorityClass',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]);

/**
 * Makes a decoded object what the API server would store (kube-apiserver 1.36 without admission plugins), in place.
 * Returns why it would not: field errors in its order and words, empty when the object is accepted.
 */
export function createObject(object: DecodedObject, options: CreateOptions): readonly FieldError[] {
  const kind = builtInKind(object.apiVersion, object.kind);
  if (kind === undefined) return [];
  convertAliases(object);
  defaultObject(object);
  setMetadata(object, kind.namespaced, options);
  if (kind.kind === 'Service' && options.services !== undefined) {
    const errors = allocateService(object as unknown as Service, options.services);
    if (errors.length > 0) return errors;
  }
  dropGatedFields(object, undefined, options.gates);
  prepare(object, kind.type);
  const errors = validateObject(kind.type === 'batch.v1.Job' ? identifiedJob(object, options.uid) : object, options);
  if (errors.length === 0 && object.kind === 'Namespace' && object.apiVersion === 'v1') labelNamespace(object);
  return errors;
}

/** A Job as it will be when it has its uid; the Job itself, in place, if it has. */
function identifiedJob(object: DecodedObject, uid: string | undefined): DecodedObject {
  const job = { ...object, metadata: { ...object.metadata, uid: uid ?? SOME_UID } };
  const spec = withSelector(job as unknown as SelectingJob);
  if (uid !== undefined) Object.assign(object, { metadata: job.metadata, spec });
  return { ...job, spec };
}

function setMetadata({ metadata, kind }: DecodedObject, namespaced: boolean, options: CreateOptions): void {
  for (const field of [
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'managedFields',
    'resourceVersion',
    'selfLink',
    'uid',
  ]) {
    delete metadata[field];
  }
  if (namespaced) metadata.namespace ??= options.namespace ?? 'default';
  else delete metadata.namespace;
  if (options.uid !== undefined) metadata.uid = options.uid;
  if (GENERATION_KINDS.has(kind)) metadata.generation = 1;
  if (metadata.name === undefined && typeof metadata.generateName === 'string') {
    metadata.name = options.generateName(metadata.generateName);
  }
}

function prepare(object: DecodedObject, typeName: string): void {
  const status = objectType(typeName).field('status');
  switch (object.kind) {
    case 'Pod':
      preparePod(object as unknown as Pod);
      return;
    case 'Node':
      // A kubelet registers its node with its status.
      delete (object.spec as PlainObject).configSource;
      delete (object.status as PlainObject).config;
      return;
    case 'Namespace':
      object.status = { phase: 'Active' };
      addFinalizer(object.spec as { finalizers?: string[] });
      return;
    case 'PersistentVolume':
    case 'PersistentVolumeClaim':
      object.status = object.kind === 'PersistentVolume' ? { phase: 'Pending' } : {};
      return;
    case 'DaemonSet':
      countTemplates(object, undefined);
      object.status = zeroObject('apps.v1.DaemonSetStatus');
      return;
    case 'EndpointSlice':
      dropTopology(object);
      return;
    default:
      if (status?.type.is === 'object') object.status = zeroObject(status.type.name);
  }
}

function addFinalizer(spec: { finalizers?: string[] }): void {
  spec.finalizers ??= [];
  if (!spec.finalizers.includes('kubernetes')) spec.finalizers.push('kubernetes');
}

function labelNamespace({ metadata }: DecodedObject): void {
  metadata.labels = { ...(metadata.labels as PlainObject | undefined), 'kubernetes.io/metadata.name': metadata.name };
}
