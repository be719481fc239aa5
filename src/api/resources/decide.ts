// How the API server decides about a whole object: decode, default, admit, validate, and store it or refuse it.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import type { KubeObject } from '../../model/object-store.ts';
import { suffixLetters, suffixNumber } from '../../model/identity/generated-names.ts';
import { withDefaultTolerations } from '../../model/objects/admission/default-tolerations.ts';
import type { ServicePool } from '../../model/objects/create/service.ts';
import { createObject } from '../../model/objects/create/object.ts';
import { type DecodedObject, decodeObject } from '../../model/objects/decode.ts';
import { equalJson } from '../../model/objects/equal.ts';
import { updateObject } from '../../model/objects/update/object.ts';
import { validateStatus } from '../../model/objects/update/status.ts';
import type { FieldError } from '../../model/objects/validate/errors.ts';
import { conflictingDefault } from '../priority-classes.ts';
import type { Commit } from '../requests/commit-context.ts';
import { qualified, type Resource } from '../kinds.ts';
import type { Rows } from './rows.ts';
import { badRequest, forbidden, invalid, modified, notFound, Refusal } from './status.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** What a client knows of the object that it means. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** One kind: its resource and where its objects are. */
export interface Kept {
  readonly resource: Resource;
  readonly rows: Rows;
}

/** A row that no object has: generated names are its own sequence. */
const MAKER = -2 as ObjectRow;

/** POST. Returns the row. */
export function decideCreate(at: Commit, kept: Kept, object: KubeObject): number {
  return kept.rows.create(at, admitted(at, kept, object));
}

/** The object as it would be stored: all that a dry run does. */
export function admitted(at: Commit, { resource }: Kept, object: KubeObject): KubeObject {
  const decoded = decode(resource, object);
  const generateName = (prefix: string): string => {
    const number = suffixNumber(MAKER, at.state.resourceVersion);
    return `${prefix.slice(0, 58)}${suffixLetters(number)}`;
  };
  const errors = createObject(decoded, { generateName, gates: at.gates, ...servicesOf(at) });
  const { metadata } = decoded as unknown as KubeObject;
  refuse(resource, metadata.name, errors);
  if (resource.namespaced) {
    decoded.metadata.namespace ??= 'default';
    admitNamespace(at, resource, String(decoded.metadata.namespace), metadata.name);
  } else {
    delete decoded.metadata.namespace;
  }
  admitDefault(at, resource, decoded as unknown as KubeObject);
  return decoded as unknown as KubeObject;
}

/** What `change` makes of the object as it is now, stored. Returns whether that is another object. */
export function decideUpdate(
  at: Commit,
  kept: Kept,
  row: number,
  change: (current: KubeObject) => KubeObject,
  preconditions: Preconditions,
  status: boolean,
): boolean {
  const changed = updated(at, kept, row, change, preconditions, status);
  if (changed === undefined) return false;
  kept.rows.replace(at, row, changed, status);
  return true;
}

/** The object as it would be stored: all that a dry run does. Undefined where nothing changes. */
export function updated(
  at: Commit,
  { resource, rows }: Kept,
  row: number,
  change: (current: KubeObject) => KubeObject,
  preconditions: Preconditions,
  status: boolean,
  dryRun = false,
): KubeObject | undefined {
  const current = rows.get(row);
  if (current === undefined) throw notFound(resource, '');
  checkPreconditions(resource, current, preconditions);
  const asked = change(current);
  const before = current as unknown as DecodedObject;
  const decoded = decode(resource, status ? withStatus(current, asked.status) : withStatus(asked, current.status));
  if (status) refuse(resource, current.metadata.name, validateStatus(decoded, before));
  else {
    if (resource.kind === 'Pod') fillTolerations(decoded);
    refuse(resource, current.metadata.name, updateObject(decoded, before, { gates: at.gates, ...servicesOf(at) }));
    admitDefault(at, resource, decoded as unknown as KubeObject);
    // Quotas are charged by what is admitted, not by what is tried.
    if (!dryRun) admitMore(at, resource, decoded as unknown as KubeObject, current);
  }
  return same(decoded, before) ? undefined : (decoded as unknown as KubeObject);
}

function servicesOf({ services }: Commit): { readonly services?: ServicePool } {
  return services === undefined ? {} : { services };
}

/** DefaultTolerationSeconds: of pods that are changed, too. */
function fillTolerations(pod: DecodedObject): void {
  const spec = pod.spec as PodSpec | undefined;
  if (spec !== undefined) spec.tolerations = withDefaultTolerations(spec.tolerations ?? []);
}

export function checkPreconditions(
  resource: Resource,
  { metadata }: KubeObject,
  { uid, resourceVersion }: Preconditions,
): void {
  const { name } = metadata;
  if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== metadata.resourceVersion) {
    throw modified(resource, name);
  }
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`;
    throw new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${resource.plural} "${name}": ${why}`);
  }
}

/** An object as it is stored, from what a client sent; a copy. */
export function decode(resource: Resource, object: KubeObject): DecodedObject {
  const { apiVersion, kind } = resource;
  const { object: decoded, problems } = decodeObject(structuredClone({ ...object, apiVersion, kind }), {
    knownCustomKinds: new Set([`${apiVersion} ${kind}`]),
  });
  const wrong = problems.map(({ path, message }) => `${path}: ${message}`).join(', ');
  if (decoded === undefined || wrong !== '') throw badRequest(wrong);
  return decoded;
}

export function refuse(resource: Resource, name: string, errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  if (errors[0].type === 'BadRequest') throw badRequest(errors[0].message);
  throw invalid(resource, name, errors);
}

/** NamespaceLifecycle: a cluster cannot be without these. */
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export function checkDeletion(resource: Resource, { metadata: { name } }: KubeObject): void {
  if (resource.kind === 'Namespace' && IMMORTAL.has(name)) {
    throw forbid(resource, name, 'this namespace may not be deleted');
  }
}

/** NamespaceLifecycle: nothing new comes into a namespace that is being deleted, or gone. */
function admitNamespace({ state }: Commit, resource: Resource, namespace: string, name: string): void {
  const closed = state.closedNamespaces.why(namespace);
  if (closed === undefined) return;
  if (closed === 'gone') throw new Refusal(404, 'NotFound', `namespaces "${namespace}" not found`);
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbid(resource, name, why);
}

/** Priority: one global default. */
function admitDefault({ state }: Commit, resource: Resource, object: KubeObject): void {
  const why = conflictingDefault(state.objects, object);
  if (why !== undefined) throw forbid(resource, object.metadata.name, why);
}

/** LimitRanger and ResourceQuota: of a change, what is asked for now, and what is used more. */
function admitMore(at: Commit, resource: Resource, object: KubeObject, current: KubeObject): void {
  const problem = object.kind === 'PersistentVolumeClaim' ? at.limitRanger.claimProblem(object) : undefined;
  const refused = problem ?? (at.quotas.any ? at.quotas.chargeObject(object, current) : undefined);
  if (refused !== undefined) throw forbid(resource, object.metadata.name, refused);
}

export function forbid(resource: Resource, name: string, why: string): Refusal {
  return forbidden(`${qualified(resource)} "${name}" is forbidden: ${why}`);
}

function withStatus(object: KubeObject, status: object | undefined): KubeObject {
  const { status: _, ...rest } = object;
  return status === undefined ? rest : { ...rest, status };
}

/** Whether nothing but what the server counts differs. */
export function same(a: DecodedObject, b: DecodedObject): boolean {
  const plain = ({ metadata, ...rest }: DecodedObject): unknown => {
    const { resourceVersion: _, generation: __, ...meta } = metadata;
    return { ...rest, metadata: meta };
  };
  return equalJson(plain(a), plain(b));
}
