// Which objects a list or a watch is about: a namespace, a label selector, a field selector with the fields that the kind has.
import type { KubeObject } from '../../model/object-store.ts';
import { parseFieldSelector } from '../../model/parse/field-selector.ts';
import { parseLabelSelector } from '../../model/parse/label-selector.ts';
import { badRequest } from './status.ts';

export interface ObjectSelection {
  /** Absent: all of them. */
  readonly namespace?: string;
  /** As text: `app=web,tier in (a, b)`. */
  readonly labelSelector?: string;
  /** As text: `spec.nodeName=n1,status.phase!=Running`. */
  readonly fieldSelector?: string;
}

type Fields = Readonly<Record<string, string>>;

/** Beside metadata.name and metadata.namespace, which every kind has (the registries' SelectableFields). */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Node: ['spec.unschedulable'],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Namespace: ['status.phase'],
  ResourceSlice: ['spec.nodeName', 'spec.driver', 'spec.pool.name'],
  ReplicaSet: ['status.replicas'],
  ReplicationController: ['status.replicas'],
  Secret: ['type'],
  Job: ['status.successful'],
  CertificateSigningRequest: ['spec.signerName'],
};

/** Throws a Refusal for a selector that cannot be read, or a field that the kind cannot be selected by. */
export function selectorOf(kind: string, selection: ObjectSelection): (object: KubeObject) => boolean {
  const { namespace, labelSelector = '', fieldSelector = '' } = selection;
  const labels = read(() => parseLabelSelector(labelSelector));
  const fields = read(() => parseFieldSelector(fieldSelector));
  const names = ['metadata.name', 'metadata.namespace', ...(FIELDS[kind] ?? [])];
  for (const name of fields.fields()) {
    if (!names.includes(name)) throw badRequest(`field label not supported: ${name}`);
  }
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    labels.matches(object.metadata.labels ?? {}) &&
    (fieldSelector === '' || fields.matches(fieldsOf(object, names)));
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

function fieldsOf(object: KubeObject, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, textAt(object, name.split('.'))]));
}

function textAt(value: unknown, path: readonly string[]): string {
  let at = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  if (typeof at === 'string') return at;
  return typeof at === 'number' || typeof at === 'boolean' ? String(at) : '';
}
