// GET of an object and of a list: as objects, as rows of a table, or their metadata only; page by page where a limit is given.
import type { Script } from '../../engine/script.ts';
import { badRequest } from '../../api/resources/status.ts';
import type { ObjectSelection } from '../../api/resources/select.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { type Call, aboutOf, targetOf, typed } from '../call.ts';
import type { Server } from '../server.ts';
import { type IncludeObject, metadataOf, table } from '../tables/table.ts';
import { sorted } from './snapshots.ts';
import { checkMatch, checkReached, versionOf } from './versions.ts';

const INCLUDES: ReadonlySet<string> = new Set(['', 'None', 'Metadata', 'Object']);

export function* readObject(server: Server, call: Call): Script {
  const { exchange } = call;
  const version = versionOf(exchange);
  const answer = yield* server.resourcesOf(exchange.request.user).getManaged(targetOf(call)).wait();
  checkReached(exchange, version, server.state.resourceVersion);
  if ('failure' in answer) exchange.failure(answer.failure, aboutOf(call));
  else answerObject(server, call, 200, answer.object);
}

/** With an object in the form that the client wants. */
export function answerObject(server: Server, call: Call, code: number, object: KubeObject): void {
  const { exchange, resource, wanted } = call;
  const shown = typed(resource, server.shown(resource, object));
  if (wanted.form === 'object') exchange.json(code, shown, wanted.yaml);
  else if (wanted.form === 'metadata') exchange.json(code, metadataOf(shown), wanted.yaml);
  else {
    const { resourceVersion = '' } = shown.metadata;
    const options = {
      include: includeObject(call),
      nowUs: server.nowUs,
      metadata: { resourceVersion },
      withColumns: true,
    };
    exchange.json(code, table(server.printerOf(resource), [shown], options), wanted.yaml);
  }
}

export function* readList(server: Server, call: Call): Script {
  const { exchange, resource, path, wanted } = call;
  const limit = nonNegative(exchange.query('limit'), 'limit');
  const token = exchange.query('continue');
  const include = includeObject(call);
  const version = versionOf(exchange);
  checkMatch(exchange, version);
  const selection = selectionOf(call);
  const what = [
    resource.apiVersion,
    resource.plural,
    path.namespace,
    selection.labelSelector,
    selection.fieldSelector,
  ].join('\n');
  const { apiVersion, kind } = storedAs(resource);
  const resources = server.resourcesOf(exchange.request.user);
  const isUnread = token !== '';
  const answer = yield* (
    isUnread ? resources.listUnread(apiVersion, kind, selection) : resources.list(apiVersion, kind, selection)
  ).wait();
  if ('failure' in answer) {
    exchange.failure(answer.failure, aboutOf(call));
    return;
  }
  checkReached(exchange, version, server.state.resourceVersion);
  server.caches.of({ ...resource, apiVersion, kind }).listed(server.state.resourceVersion);
  const page = isUnread
    ? server.snapshots.next(what, token, limit)
    : server.snapshots.first(what, { version: server.state.resourceVersion, items: sorted(answer.items) }, limit);
  const items = page.items.map((item) => server.shown(resource, item));
  const selects = (selection.labelSelector ?? '') !== '' || (selection.fieldSelector ?? '') !== '';
  const metadata = {
    resourceVersion: String(page.version),
    ...(page.continue === '' ? {} : { continue: page.continue }),
    ...(page.continue === '' || selects ? {} : { remainingItemCount: page.remaining }),
  };
  const { yaml } = wanted;
  if (wanted.form === 'table') {
    const options = { include, nowUs: server.nowUs, metadata, withColumns: true };
    exchange.json(
      200,
      table(
        server.printerOf(resource),
        items.map((item) => typed(resource, item)),
        options,
      ),
      yaml,
    );
  } else if (wanted.form === 'metadata') {
    const list = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata };
    exchange.json(200, { ...list, items: items.map(metadataOf) }, yaml);
  } else {
    const list = { kind: `${resource.kind}List`, apiVersion: resource.apiVersion, metadata };
    exchange.json(200, { ...list, items: items.map((item) => listed(resource.custom, resource, item)) }, yaml);
  }
}

/** Of a typed list the items do not say what they are. */
function listed(
  custom: boolean,
  resource: { readonly apiVersion: string; readonly kind: string },
  item: KubeObject,
): object {
  if (custom) return typed(resource, item);
  const { apiVersion: _, kind: __, ...rest } = item;
  return rest;
}

/** Events are in one place, whichever of their two APIs is asked. */
export function storedAs({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): {
  readonly apiVersion: string;
  readonly kind: string;
} {
  return apiVersion === 'events.k8s.io/v1' ? { apiVersion: 'v1', kind } : { apiVersion, kind };
}

export function selectionOf({ exchange, path, resource }: Call): ObjectSelection {
  const fields = [exchange.query('fieldSelector'), path.name === '' ? '' : `metadata.name=${path.name}`].filter(
    (text) => text !== '',
  );
  return {
    ...(path.namespace === undefined || !resource.namespaced ? {} : { namespace: path.namespace }),
    labelSelector: exchange.query('labelSelector'),
    fieldSelector: fields.join(','),
  };
}

export function includeObject({ exchange }: Call): IncludeObject {
  const asked = exchange.query('includeObject');
  if (!INCLUDES.has(asked)) {
    throw badRequest(`unrecognized includeObject value: "${asked}"`);
  }
  return asked === '' ? 'Metadata' : (asked as IncludeObject);
}

function nonNegative(text: string, name: string): number {
  if (text === '') return 0;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value) || value < 0) {
    throw badRequest(`${name}: Invalid value: "${text}": expected a whole number, 0 or more`);
  }
  return value;
}
