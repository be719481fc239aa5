// Objects of a live cluster (`kubectl get -o yaml`): which of them the simulation begins with, and which come about by themselves.
import { counted } from '../lib/plural.ts';
import { customKinds } from '../model/objects/decode.ts';
import { isCustomGroup } from '../model/objects/tables.ts';
import { countsOf } from './caveats.ts';
import { type InputDocument, valueAt } from './document.ts';
import { isMapping } from './fill.ts';

/** What the simulated controllers make anew of what is in the input. */
const MADE_ANEW: ReadonlySet<string> = new Set([
  'ReplicaSet of Deployment',
  'Pod of ReplicaSet',
  'PersistentVolumeClaim of Pod',
  'EndpointSlice of Service',
  'Endpoints of Service',
]);

const ENDED: ReadonlySet<unknown> = new Set(['Succeeded', 'Failed']);

/** Why an object is left out, as the summary says it of several. */
const REASONS = {
  owned: 'made anew by their owners',
  finished: 'finished',
  terminating: 'in deletion',
  unknown: 'of kinds that nothing defines (--skip-unknown)',
} as const;

type Reason = keyof typeof REASONS;

export interface LiveOptions {
  /** Objects of kinds that nothing defines are left out instead of refused. */
  readonly skipUnknown: boolean;
}

/**
 * The documents that the simulation begins with. One whose owner is in the input, one that is finished, and one that is being deleted are
 * left out. `told` gets a sentence about how many of which kind were left out, and why.
 */
export function liveObjects(
  documents: readonly InputDocument[],
  { skipUnknown }: LiveOptions,
  told: string[],
): InputDocument[] {
  const ids = new Set(documents.map(({ value }) => idOf(value)));
  const defined = customKinds(documents.map(({ value }) => value));
  const left = new Map<Reason, Map<string, number>>();
  const taken = documents.filter((document) => {
    const reason = skipUnknown && isUnknown(document.value, defined) ? 'unknown' : reasonOf(document.value, ids);
    if (reason === undefined) return true;
    const kinds = left.get(reason) ?? new Map<string, number>();
    left.set(reason, addKind(kinds, document.value));
    return false;
  });
  for (const document of taken) forgetOwner(document);
  if (left.size > 0) {
    const groups = [...left].map(([reason, kinds]) => `${countsOf(kinds)} ${REASONS[reason]}`);
    const here = new Map<string, number>();
    for (const { value } of taken) addKind(here, value);
    told.push(
      `of ${counted(documents.length, 'object')} in the input ${countsOf(here) || 'none'} are taken; left out: ${groups.join('; ')}`,
    );
  }
  return taken;
}

function addKind(counts: Map<string, number>, value: unknown): Map<string, number> {
  const kind = String(valueAt(value, ['kind']));
  return counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

/** Of a group that is none of Kubernetes' own: a misspelled built-in kind is an error all the same. */
function isUnknown(value: unknown, defined: ReadonlySet<string>): boolean {
  const [apiVersion, kind] = [valueAt(value, ['apiVersion']), valueAt(value, ['kind'])];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false;
  return isCustomGroup(apiVersion) && !defined.has(`${apiVersion} ${kind}`);
}

function reasonOf(value: unknown, ids: ReadonlySet<string>): Reason | undefined {
  const kind = valueAt(value, ['kind']);
  if (valueAt(value, ['metadata', 'deletionTimestamp']) !== undefined) return 'terminating';
  if (kind === 'Pod' && ENDED.has(valueAt(value, ['status', 'phase']))) return 'finished';
  const makes = owners(value).some(
    (owner) => ids.has(ownerId(value, owner)) && MADE_ANEW.has(`${String(kind)} of ${String(owner['kind'])}`),
  );
  return makes ? 'owned' : undefined;
}

/** An object that was on a server refers to its owner by a UID that means nothing here, and would be collected as garbage. */
function forgetOwner(document: InputDocument): void {
  const { value } = document;
  if (!isMapping(value) || !isMapping(value['metadata']) || value['metadata']['uid'] === undefined) return;
  const { ownerReferences: _references, ...metadata } = value['metadata'];
  document.value = { ...value, metadata };
}

function owners(value: unknown): Record<string, unknown>[] {
  const references = valueAt(value, ['metadata', 'ownerReferences']);
  return Array.isArray(references) ? references.filter(isMapping) : [];
}

/** An owner is in the namespace of what it owns, or in none. */
function ownerId(value: unknown, owner: Record<string, unknown>): string {
  const namespace = owner['kind'] === 'Node' ? undefined : valueAt(value, ['metadata', 'namespace']);
  return [owner['kind'], namespace ?? 'default', owner['name']].join('/');
}

function idOf(value: unknown): string {
  return [
    valueAt(value, ['kind']),
    valueAt(value, ['metadata', 'namespace']) ?? 'default',
    valueAt(value, ['metadata', 'name']),
  ].join('/');
}
