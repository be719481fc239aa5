// Output of `kubectl get -o yaml` → the object as its author would write it.
import type { DecodedObject, PlainObject } from './decode.ts';

const META = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];
const ANNOTATIONS = ['kubectl.kubernetes.io/last-applied-configuration', 'deployment.kubernetes.io/revision'];
/** Kinds whose status is what they are for. */
const KEPT: ReadonlySet<string> = new Set(['VerticalPodAutoscalerCheckpoint']);
const ALLOCATED = ['clusterIPs', 'healthCheckNodePort', 'ipFamilies', 'ipFamilyPolicy'];
const JOB_LABELS = ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'];

/**
 * Removes, in place, what a server has filled in: its metadata, the status, allocated addresses. A node keeps its capacity and allocatable
 * resources, which are what it is, and the condition Ready where it is not True; a checkpoint its status. Addresses and selectors are only removed from objects that have been on a server.
 */
export function stripServerFields(object: DecodedObject): void {
  const { metadata } = object;
  const wasStored = metadata.uid !== undefined || metadata.resourceVersion !== undefined;
  for (const field of META) delete metadata[field];
  remove(metadata, 'annotations', ANNOTATIONS);
  stripStatus(object);
  if (!wasStored) return;
  const spec = object.spec as PlainObject | undefined;
  if (object.kind === 'Service' && spec !== undefined && spec.clusterIP !== 'None') {
    delete spec.clusterIP;
    for (const field of ALLOCATED) delete spec[field];
  }
  if (object.kind === 'PersistentVolume' && spec?.claimRef !== undefined) {
    const claim = spec.claimRef as PlainObject;
    delete claim.uid;
    delete claim.resourceVersion;
  }
  if (object.kind === 'Job' && spec !== undefined && spec.manualSelector !== true) {
    delete spec.selector;
    remove(metadata, 'labels', JOB_LABELS);
    const template = (spec.template as PlainObject | undefined)?.metadata;
    if (template !== undefined) remove(template as PlainObject, 'labels', JOB_LABELS);
  }
}

function stripStatus(object: DecodedObject): void {
  const status = object.status as PlainObject | undefined;
  if (status === undefined || KEPT.has(object.kind)) return;
  if (object.kind !== 'Node') {
    delete object.status;
    return;
  }
  const { capacity, allocatable, conditions } = status;
  const ready = Array.isArray(conditions)
    ? (conditions as PlainObject[]).filter(({ type, status: is }) => type === 'Ready' && is !== 'True')
    : [];
  object.status = {
    ...(capacity === undefined ? {} : { capacity }),
    ...(allocatable === undefined ? {} : { allocatable }),
    ...(ready.length === 0 ? {} : { conditions: ready }),
  };
}

function remove(parent: PlainObject, field: string, keys: readonly string[]): void {
  const map = parent[field] as PlainObject | undefined;
  if (map === undefined) return;
  for (const key of keys) delete map[key];
  if (Object.keys(map).length === 0) delete parent[field];
}
