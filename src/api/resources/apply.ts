// Server-side apply: what a manifest says becomes its manager's, unless others have it.
import type { KubeObject } from '../../model/object-store.ts';
import type { PlainObject } from '../../model/objects/decode.ts';
import { pathsOf } from '../../model/objects/managed/field-set.ts';
import { fieldsOf } from '../../model/objects/managed/fields-of.ts';
import {
  type Applied,
  afterApply,
  type Author,
  type Conflict,
  type Manager,
  sameManagers,
} from '../../model/objects/managed/managers.ts';
import { shapeOf } from '../field-managers.ts';
import type { Commit } from '../requests/commit-context.ts';
import { admitted, decideCreate, decideUpdate, type Kept, updated } from './decide.ts';
import { badRequest, Refusal } from './status.ts';

export interface ApplyOptions {
  readonly manager: string;
  /** Takes fields from their managers instead of failing. */
  readonly force?: boolean;
  /** Nothing is stored. */
  readonly dryRun?: boolean;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const KUBECTL = 'kubectl';

/** PATCH with an apply configuration. `row` is -1 where there is no such object. Returns the object then. */
export function decideApply(
  at: Commit,
  kept: Kept,
  row: number,
  sent: KubeObject,
  options: ApplyOptions,
): KubeObject | undefined {
  checkOptions(sent, options);
  const { resource, rows } = kept;
  const applied = configurationOf(kept, sent);
  const author: Author = {
    manager: options.manager,
    operation: 'Apply',
    apiVersion: resource.apiVersion,
    subresource: '',
  };
  const live = row < 0 ? undefined : rows.get(row);
  if (live === undefined) return applyNew(at, kept, applied, author, sent, options);
  const before = at.managers.of(live);
  const { object, managers } = merge(at, live, before, applied, author, options);
  const { uid, resourceVersion } = sent.metadata;
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  const change = (): KubeObject => object as unknown as KubeObject;
  if (options.dryRun === true) return updated(at, kept, row, change, preconditions, false, true) ?? live;
  at.managers.silently(() => {
    const changed = decideUpdate(at, kept, row, change, preconditions, false);
    // Another manager of the same object is another version of it.
    if (!changed && !sameManagers(before, managers)) rows.replace(at, row, live, false);
  });
  at.managers.set(live, managers);
  return rows.get(row);
}

function checkOptions(sent: KubeObject, { manager }: ApplyOptions): void {
  if (manager === '')
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  if ('managedFields' in sent.metadata) throw badRequest('metadata.managedFields must be nil');
}

function applyNew(
  at: Commit,
  kept: Kept,
  applied: PlainObject,
  author: Author,
  sent: KubeObject,
  { dryRun = false }: ApplyOptions,
): KubeObject | undefined {
  if (dryRun) return admitted(at, kept, applied as unknown as KubeObject);
  const made = at.managers.silently(() => decideCreate(at, kept, applied as unknown as KubeObject));
  const timeUs = at.clock.now;
  const { managers } = accepted(afterApply([], {}, applied, author, shapeOf(sent), { force: true, timeUs }));
  const object = kept.rows.get(made);
  if (object !== undefined) at.managers.set(object, managers);
  return object;
}

/** What the manifest makes of the live object. Throws a Refusal for fields that others have. */
function merge(
  at: Commit,
  live: KubeObject,
  before: readonly Manager[],
  applied: PlainObject,
  author: Author,
  { manager, force = false }: ApplyOptions,
): Extract<Applied, { readonly managers: unknown }> {
  const apply = (forced: boolean): Applied =>
    afterApply(before, plain(live), applied, author, shapeOf(live), { force: forced, timeUs: at.clock.now });
  let answer = apply(force);
  if (!('managers' in answer) && conflictsWithOthers(answer, live, manager).length === 0) answer = apply(true);
  if (!('managers' in answer)) throw applyConflict(conflictsWithOthers(answer, live, manager));
  return answer;
}

/** What of the manifest is about the object itself: not what the server writes, nor the status where that is a resource of its own. */
function configurationOf({ resource }: Kept, sent: KubeObject): PlainObject {
  const { status, ...rest } = structuredClone(sent) as unknown as PlainObject;
  const { uid: _, resourceVersion: __, ...metadata } = rest.metadata as PlainObject;
  const own = status === undefined || resource.subresources.includes('status') ? {} : { status };
  return { ...rest, ...own, apiVersion: resource.apiVersion, kind: resource.kind, metadata };
}

/** kubectl may take over what it applied from its own side before, as the annotation says. */
function conflictsWithOthers(conflicts: readonly Conflict[], live: KubeObject, manager: string): readonly Conflict[] {
  const last = live.metadata.annotations?.[LAST_APPLIED];
  if (manager !== KUBECTL || last === undefined) return conflicts;
  const own = new Set(pathsOf(fieldsOf(JSON.parse(last), shapeOf(live))));
  return conflicts.filter(({ path }) => !own.has(path) && path !== `.metadata.annotations.${LAST_APPLIED}`);
}

function accepted(answer: Applied): Extract<Applied, { readonly managers: unknown }> {
  if ('managers' in answer) return answer;
  throw applyConflict(answer);
}

function applyConflict(conflicts: readonly Conflict[]): Refusal {
  const causes = conflicts.map(({ with: author, path }) => ({
    field: path,
    reason: 'FieldManagerConflict',
    message: `conflict with ${printed(author)}`,
  }));
  return new Refusal(409, 'Conflict', sentence(conflicts), { causes });
}

function sentence(conflicts: readonly Conflict[]): string {
  if (conflicts.length === 1) {
    const [{ with: author, path }] = conflicts;
    return `Apply failed with 1 conflict: conflict with ${printed(author)}: ${path}`;
  }
  const byManager = new Map<string, Conflict[]>();
  for (const one of conflicts) {
    const author = printed(one.with);
    byManager.set(author, [...(byManager.get(author) ?? []), one]);
  }
  const parts = [...byManager]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([author, list]) => [`conflicts with ${author}:`, ...list.map(({ path }) => `- ${path}`)]);
  return `Apply failed with ${conflicts.length} conflicts: ${parts.join('\n')}`;
}

function printed({ manager, operation, apiVersion, subresource }: Author): string {
  const through = subresource === '' ? '' : ` with subresource "${subresource}"`;
  return `"${manager}"${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

function plain(object: KubeObject): PlainObject {
  return object as unknown as PlainObject;
}
