// POST, PUT, PATCH and DELETE of objects.
import type { ChangeOptions } from '../../api/resources/resources.ts';
import type { Answer } from '../../api/resources/resources.ts';
import type { ObjectSelection } from '../../api/resources/select.ts';
import { badRequest, Refusal } from '../../api/resources/status.ts';
import type { Script } from '../../engine/script.ts';
import { suffixLetters, suffixNumber } from '../../model/identity/generated-names.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isPlainObject } from '../../model/objects/decode.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { aboutOf, type Call, targetOf, typed } from '../call.ts';
import { answerObject, selectionOf } from '../reading/read.ts';
import { methodNotAllowed } from '../refusals.ts';
import type { Server } from '../server.ts';
import { successStatus } from '../status-object.ts';
import { checkIdentity, knownFields, readBody, requireBody } from './bodies.ts';
import { deletionOf, isDryRun, managerOf } from './options.ts';
import { changesManagers, withManagers } from './managed-fields.ts';
import { isApply, patchOf } from './patches.ts';

/** Of an object that is tried: nobody can ask for it. */
const SOME_UID = '00000000-0000-4000-8000-000000000000';

export function* createObject(server: Server, call: Call): Script {
  const { exchange, resource, path } = call;
  if (path.name !== '') throw methodNotAllowed();
  const sent = knownFields(exchange, resource, requireBody(exchange, resource.kind));
  const object = named(server, call, checkIdentity(resource, sent, path));
  requireNamespace(server, call, object);
  const dryRun = isDryRun(exchange);
  const resources = server.resourcesOf(exchange.request.user);
  answerWrite(server, call, 201, yield* resources.create(object, managerOf(exchange), dryRun).wait(), dryRun);
}

/** PUT: of an object that is not there it creates one only where the kind allows that. */
export function* updateObject(server: Server, call: Call): Script {
  const { exchange, resource, path } = call;
  if (path.name === '') throw methodNotAllowed();
  const sent = knownFields(exchange, resource, requireBody(exchange, resource.kind));
  const object = checkIdentity(resource, sent, path);
  const { uid, resourceVersion } = object.metadata;
  const options = changeOptions(call, 'update', { uid, resourceVersion });
  const change = (current: KubeObject): KubeObject => withoutShown(server, call, current, object);
  const answer = yield* server.resourcesOf(exchange.request.user).change(targetOf(call), change, options).wait();
  answerWrite(server, call, 200, answer, options.dryRun === true);
}

export function* patchObject(server: Server, call: Call): Script {
  const { exchange, resource, path } = call;
  if (path.name === '') throw methodNotAllowed();
  if (isApply(exchange)) {
    yield* applyObject(server, call);
    return;
  }
  const patched = patchOf(exchange);
  const options = changeOptions(call, 'patch', {});
  const isDry = options.dryRun === true;
  const change = (current: KubeObject): KubeObject => {
    const shown = typed(resource, current);
    const next = changesManagers(exchange)
      ? withManagers(server.api.managers, current, shown, patched, isDry)
      : patched(shown);
    if (!isPlainObject(next) || !isPlainObject(next.metadata)) throw badRequest('a patched object must have metadata');
    const known = knownFields(exchange, resource, next, true) as unknown as KubeObject;
    checkUnmoved(current, known);
    return withoutShown(server, call, current, known);
  };
  const answer = yield* server.resourcesOf(exchange.request.user).change(targetOf(call), change, options).wait();
  answerWrite(server, call, 200, answer, isDry);
}

function* applyObject(server: Server, call: Call): Script {
  const { exchange, resource, path } = call;
  const sent = knownFields(exchange, resource, requireBody(exchange, resource.kind));
  const object = checkIdentity(resource, sent, path);
  requireNamespace(server, call, object);
  const dryRun = isDryRun(exchange);
  const resources = server.resourcesOf(exchange.request.user);
  const existed = resources.has(object);
  const options = { manager: exchange.query('fieldManager'), force: exchange.flag('force'), dryRun };
  answerWrite(server, call, existed ? 200 : 201, yield* resources.apply(object, options).wait(), dryRun);
}

export function* deleteObject(server: Server, call: Call): Script {
  const { exchange, path } = call;
  if (path.name === '') {
    yield* deleteCollection(server, call);
    return;
  }
  const options = deletionOf(exchange, readBody(exchange, 'DeleteOptions') ?? {});
  const resources = server.resourcesOf(exchange.request.user);
  const target = targetOf(call);
  const answer = yield* resources.delete(target, options).wait();
  if ('failure' in answer) {
    exchange.failure(answer.failure, aboutOf(call));
    return;
  }
  const { uid } = answer.object.metadata;
  // One that waits for something is answered with, as it is marked; of one that is gone there is a Status, but pods are shown.
  if (resources.has(target) || call.resource.kind === 'Pod')
    answerObject(server, call, 200, deletedNow(server, call, answer.object));
  else {
    const { name, group, plural } = aboutOf(call);
    exchange.json(200, successStatus(200, { name, ...(group === '' ? {} : { group }), kind: plural, uid }));
  }
}

/** A pod that is removed at once is shown with a deletion that is over. */
function deletedNow(server: Server, { resource }: Call, object: KubeObject): KubeObject {
  if (resource.kind !== 'Pod' || object.metadata.deletionTimestamp !== undefined) return object;
  const deletionTimestamp = server.timestamp;
  return { ...object, metadata: { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 } as never };
}

function* deleteCollection(server: Server, call: Call): Script {
  const { exchange, resource } = call;
  if (!resource.verbs.includes('deletecollection')) throw methodNotAllowed();
  const options = deletionOf(exchange, readBody(exchange, 'DeleteOptions') ?? {});
  const resources = server.resourcesOf(exchange.request.user);
  const selection: ObjectSelection = selectionOf(call);
  const answer = yield* resources.list(resource.apiVersion, resource.kind, selection).wait();
  if ('failure' in answer) {
    exchange.failure(answer.failure, aboutOf(call));
    return;
  }
  for (const { metadata } of answer.items) {
    const { apiVersion, kind } = resource;
    const gone = yield* resources.delete({ apiVersion, kind, metadata }, options).wait();
    // One that somebody else has deleted meanwhile is gone as well.
    if ('failure' in gone && gone.failure.reason !== 'NotFound') {
      exchange.failure(gone.failure, aboutOf(call, metadata.name));
      return;
    }
  }
  const metadata = { resourceVersion: String(server.state.resourceVersion) };
  const items = answer.items.map((item) => server.shown(resource, item));
  exchange.json(200, { kind: `${resource.kind}List`, apiVersion: resource.apiVersion, metadata, items });
}

export function changeOptions(
  { exchange, path }: Call,
  verb: 'patch' | 'update',
  preconditions: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined },
): ChangeOptions {
  const { uid, resourceVersion } = preconditions;
  return {
    verb,
    subresource: path.subresource,
    manager: managerOf(exchange),
    dryRun: isDryRun(exchange),
    ...(uid === undefined || uid === '' ? {} : { uid }),
    ...(resourceVersion === undefined || resourceVersion === '' ? {} : { resourceVersion }),
  };
}

/** Answers with the object, and who has set which of its fields. */
function answerWrite(server: Server, call: Call, code: number, answer: Answer, dryRun: boolean): void {
  if ('failure' in answer) {
    call.exchange.failure(answer.failure, aboutOf(call, nameIn(call, answer.failure.message)));
    return;
  }
  const { object } = answer;
  answerObject(server, call, code, dryRun ? withIdentity(server, object) : server.api.managers.shown(object));
}

/** An object that is tried has a uid and a time like one that is made. */
function withIdentity(server: Server, object: KubeObject): KubeObject {
  const { uid = SOME_UID, creationTimestamp = server.timestamp } = object.metadata;
  return { ...object, metadata: { ...object.metadata, uid, creationTimestamp } };
}

/** Of an object that is created the name is not in the path. */
function nameIn({ path }: Call, message: string): string {
  if (path.name !== '') return path.name;
  return /^[^"]*"([^"]*)"/.exec(message)?.[1] ?? '';
}

/**
 * What is shown of rows beyond what is kept comes back with a PUT or a patch of what was read. It is no change: status is written only
 * through its own path, and the rest of it is left to the object as it is kept.
 */
function withoutShown(server: Server, { resource, path }: Call, current: KubeObject, next: KubeObject): KubeObject {
  if (path.subresource !== 'status') return next;
  const shown = server.shown(resource, current) as unknown as { readonly status?: Readonly<Record<string, unknown>> };
  const kept = (current as unknown as { readonly status?: Readonly<Record<string, unknown>> }).status ?? {};
  const status = { ...(next as { readonly status?: Record<string, unknown> }).status };
  for (const [field, value] of Object.entries(shown.status ?? {})) {
    if (JSON.stringify(status[field]) !== JSON.stringify(value)) continue;
    if (Object.hasOwn(kept, field)) status[field] = kept[field];
    else delete status[field];
  }
  return { ...next, status };
}

function checkUnmoved(current: KubeObject, next: KubeObject): void {
  if (next.metadata.name === current.metadata.name && next.metadata.namespace === current.metadata.namespace) return;
  throw badRequest(
    `the name of the object (${next.metadata.name}) does not match the name on the URL (${current.metadata.name})`,
  );
}

/** NamespaceLifecycle: what is created is created in a namespace that there is. */
function requireNamespace(server: Server, { resource }: Call, { metadata }: KubeObject): void {
  if (!resource.namespaced) return;
  const { namespace = 'default' } = metadata;
  if (server.state.objects.find('Namespace', undefined, namespace) >= 0) return;
  throw new Refusal(404, 'NotFound', `namespaces "${namespace}" not found`);
}

/** With a name: that of a custom object is generated here, that of others where they are decided about. */
function named(server: Server, { resource }: Call, object: KubeObject): KubeObject {
  const { name, generateName } = object.metadata as { readonly name?: string; readonly generateName?: string };
  if ((name ?? '') !== '') return object;
  if ((generateName ?? '') === '') {
    const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
    const message = 'Required value: name or generateName is required';
    throw new Refusal(422, 'Invalid', `${kind} "" is invalid: metadata.name: ${message}`, {
      causes: [{ field: 'metadata.name', reason: 'FieldValueRequired', message }],
    });
  }
  if (!resource.custom) return object;
  const suffix = suffixLetters(suffixNumber(CUSTOM, server.nextGenerated()));
  return { ...object, metadata: { ...object.metadata, name: `${generateName}${suffix}` } };
}

/** A row that no object has: names of custom objects are their own sequence. */
const CUSTOM = -3 as ObjectRow;
