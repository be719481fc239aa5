// What a request of a client was, in the words of a scenario's timeline.
import type { ApiRequest } from '../../http-api/exchange.ts';
import type { ResourcePath } from '../../http-api/request-path.ts';
import { bodyOf } from '../../http-api/writing/bodies.ts';
import { Annotation } from '../../controllers/kit/deployment-objects.ts';
import type { PlainObject } from '../../model/objects/decode.ts';
import { applyPatch } from '../../model/objects/patch/apply-patch.ts';
import { builtInKind } from '../../model/objects/tables.ts';

/** An entry without its time. */
export type Entry = Readonly<Record<string, unknown>>;

/** A request that was done. */
export interface Done {
  readonly request: ApiRequest;
  readonly path: ResourcePath;
  /** Of the objects that the path names. */
  readonly kind: string;
  /** The objects as they were before: the one that the path names, or all that it deletes. */
  readonly before: readonly PlainObject[];
  /** What was answered. */
  readonly answer: PlainObject;
}

/** What was done in other words, or a sentence why there are none. */
export type Told = readonly Entry[] | string;

/** Written by servers; a patch that carries them is about the object as it was then. */
const OF_SERVERS = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];
/** Subresources that `patch` of the timeline knows. */
const PATCHED: ReadonlySet<string> = new Set(['', 'status', 'resize']);

export function entriesOf(done: Done): Told {
  const { request, path } = done;
  switch (request.method) {
    case 'POST':
      return path.subresource === '' ? created(done) : posted(done);
    case 'PATCH':
      return patched(done);
    case 'PUT':
      return path.subresource === 'scale' ? scaled(done) : changed(done);
    default:
      return deleted(done);
  }
}

function created({ request, path, answer }: Done): Told {
  const body = bodyOf(request);
  const metadata = { ...(body.metadata as PlainObject | undefined) };
  const applied = (metadata.annotations as PlainObject | undefined)?.[Annotation.LastApplied];
  if (typeof applied === 'string') return [{ apply: withNamespace(JSON.parse(applied) as PlainObject, path) }];
  delete metadata.generateName;
  for (const field of OF_SERVERS) delete metadata[field];
  metadata.name = (answer.metadata as PlainObject).name;
  const manifest: PlainObject = { ...body, metadata };
  delete manifest.status;
  const fieldManager = request.query.get('fieldManager') ?? 'kubectl-create';
  return [{ applyServerSide: { manifest: withNamespace(manifest, path), fieldManager } }];
}

function withNamespace(object: PlainObject, { namespace }: ResourcePath): PlainObject {
  return namespace === undefined ? object : { ...object, metadata: { ...(object.metadata as PlainObject), namespace } };
}

function posted({ path, kind }: Done): Told {
  if (path.subresource === 'eviction') return [{ delete: nameOf(path, kind) }];
  return `a ${path.subresource} of the ${kind} ${path.name}`;
}

function patched(done: Done): Told {
  const { request, path, kind } = done;
  const type = (request.headers['content-type'] ?? '').split(';')[0];
  if (path.subresource === 'scale') return scaled(done);
  if (!PATCHED.has(path.subresource)) return `a patch of ${path.subresource} of the ${kind} ${path.name}`;
  if (type === 'application/apply-patch+yaml' && path.subresource === '') {
    const manifest = withNamespace(bodyOf(request), path);
    const fieldManager = request.query.get('fieldManager') ?? 'kubectl';
    const forces = request.query.get('force') === 'true' ? { forceConflicts: true } : {};
    return [{ applyServerSide: { manifest, fieldManager, ...forces } }];
  }
  if (type !== 'application/strategic-merge-patch+json') return changed(done);
  const patch = withoutServers(bodyOf(request), true);
  return [{ patch: { ...nameOf(path, kind), patch, ...subresourceOf(path) } }];
}

/** By what is different afterwards, where the timeline has no such patch. */
function changed({ path, kind, before: [before], answer }: Done): Told {
  if (!PATCHED.has(path.subresource) || before === undefined)
    return `a change of ${path.subresource} of ${kind} ${path.name}`;
  const ofStatus = path.subresource === 'status';
  const [was, is] = [withoutServers(before, ofStatus), withoutServers(answer, ofStatus)];
  const type = builtInKind(path.apiVersion, kind)?.type;
  const patch = applyPatch(was, is, was, type);
  if (Object.keys(patch).length === 0) return [];
  return [{ patch: { ...nameOf(path, kind), patch, ...subresourceOf(path) } }];
}

function scaled({ path, kind, answer }: Done): Told {
  const { replicas = 0 } = (answer.spec ?? {}) as { readonly replicas?: number };
  return [{ scale: { ...nameOf(path, kind), replicas } }];
}

function deleted({ request, path, kind, before }: Done): Told {
  const asked = request.query.get('propagationPolicy') ?? (bodyOf(request).propagationPolicy as string | undefined);
  const cascade = asked === undefined || asked === 'Background' ? {} : { cascade: asked.toLowerCase() };
  return before.map(({ metadata }) => {
    const { name, namespace } = metadata as { readonly name: string; readonly namespace?: string };
    return { delete: { ...nameOf({ ...path, name, namespace: namespace ?? path.namespace }, kind), ...cascade } };
  });
}

function nameOf({ namespace, name }: ResourcePath, kind: string) {
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function subresourceOf({ subresource }: ResourcePath) {
  return subresource === '' ? {} : { subresource };
}

function withoutServers(object: PlainObject, keepsStatus: boolean): PlainObject {
  const { metadata, status, ...rest } = object;
  const kept = { ...(metadata as PlainObject | undefined) };
  for (const field of OF_SERVERS) delete kept[field];
  return {
    ...rest,
    ...(Object.keys(kept).length === 0 ? {} : { metadata: kept }),
    ...(keepsStatus && status !== undefined ? { status } : {}),
  };
}
