// Objects of a live cluster (`kubectl get -o yaml`): which of them the simulation begins with, and which come about by themselves.
import { counted } from '../lib/plural.ts';
import { customKinds } from '../model/objects/decode.ts';
import { isCustomGroup } from '../model/objects/tables.ts';
import { countsOf } from './caveats.ts';
import { type InputDocument, valueAt } from './document.ts';
import { isMapping } from './fill.ts';

/** What the simulated controllers recreate of what is in the input. */
const MADE_ANEW: ReadonlySet<string> = new Set([
  'ReplicaSet of Deployment',
  'Pod of ReplicaSet',
  'Pod of Job',
  'PersistentVolumeClaim of Pod',
  'EndpointSlice of Service',
]);

export const ENDED: ReadonlySet<unknown> = new Set(['Succeeded', 'Failed']);

/** Why an object is left out, as the summary says it of several. */
const REASONS = {
  owned: 'recreated by their owners',
  finished: 'finished',
  terminating: 'in deletion',
  past: 'about what has happened',
  follows: 'written again by whoever keeps them',
  unknown: 'of kinds that nothing defines (--skip-unknown)',
} as const;

export type Reason = keyof typeof REASONS;

export interface LiveOptions {
  /** Objects of kinds that nothing defines are left out instead of refused. */
  readonly skipUnknown: boolean;
}

/** Why objects are left out, and how many of which kind. */
export type Left = Map<Reason, Map<string, number>>;

/**
 * The documents that the simulation begins with. One whose owner is in the input, one that is finished, and one that is being deleted are
 * left out. `leftOut` gets a sentence about how many of which kind were left out, and why.
 */
export function liveObjects(
  documents: readonly InputDocument[],
  { skipUnknown }: LiveOptions,
  leftOut: string[],
): InputDocument[] {
  const ids = new Set(documents.map(({ value }) => idOf(value)));
  const defined = customKinds(documents.map(({ value }) => value));
  const left: Left = new Map();
  const taken = documents.filter((document) => {
    const reason = skipUnknown && isUnknown(document.value, defined) ? 'unknown' : reasonOf(document.value, ids);
    if (reason !== undefined) leave(left, reason, document.value);
    return reason === undefined;
  });
  for (const document of taken) forgetIds(document, ids);
  if (left.size > 0) {
    leftOut.push(leftOutOf(documents, taken, left, 'in the input'));
  }
  // Volumes before their claims, however they were listed: a claim that does not find its volume looks again 15 s later.
  const isVolume = ({ value }: InputDocument) => valueAt(value, ['kind']) === 'PersistentVolume' && wasOnServer(value);
  return [...taken.filter(isVolume), ...taken.filter((one) => !isVolume(one))];
}

/**
 * Of the documents that one command of the timeline applies those of kinds that something defines, in `input` or beside them. `leftOut` gets a
 * sentence about the others, which are left in where they are to be refused.
 */
export function definedObjects(
  documents: readonly InputDocument[],
  input: readonly InputDocument[],
  { skipUnknown }: LiveOptions,
  leftOut: string[],
): readonly InputDocument[] {
  if (!skipUnknown) return documents;
  const defined = customKinds([...input, ...documents].map(({ value }) => value));
  const left: Left = new Map();
  const taken = documents.filter(({ value }) => {
    const unknown = isUnknown(value, defined);
    if (unknown) leave(left, 'unknown', value);
    return !unknown;
  });
  if (left.size > 0)
    leftOut.push(`of ${counted(documents.length, 'object')} that the timeline applies is left out: ${groupsOf(left)}`);
  return taken;
}

/** `of 5 objects in the input 2 Pods are taken; left out: 1 Pod finished`. */
export function leftOutOf(
  documents: readonly InputDocument[],
  taken: readonly InputDocument[],
  left: Left,
  where: string,
): string {
  const here = new Map<string, number>();
  for (const { value } of taken) addKind(here, value);
  const all = counted(documents.length, 'object');
  return `of ${all} ${where} ${countsOf(here) || 'none'} are taken; left out: ${groupsOf(left)}`;
}

export function leave(left: Left, reason: Reason, value: unknown): void {
  left.set(reason, addKind(left.get(reason) ?? new Map<string, number>(), value));
}

/** `2 Pods recreated by their owners; 1 Pod finished`. */
function groupsOf(left: Left): string {
  return [...left].map(([reason, kinds]) => `${countsOf(kinds)} ${REASONS[reason]}`).join('; ');
}

function addKind(counts: Map<string, number>, value: unknown): Map<string, number> {
  const kind = String(valueAt(value, ['kind']));
  return counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

/** Of a group that is none of Kubernetes' own: a misspelled built-in kind is an error all the same. */
export function isUnknown(value: unknown, defined: ReadonlySet<string>): boolean {
  const [apiVersion, kind] = [valueAt(value, ['apiVersion']), valueAt(value, ['kind'])];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false;
  return isCustomGroup(apiVersion) && !defined.has(`${apiVersion} ${kind}`);
}

function reasonOf(value: unknown, ids: ReadonlySet<string>): Reason | undefined {
  const kind = valueAt(value, ['kind']);
  if (valueAt(value, ['metadata', 'deletionTimestamp']) !== undefined) return 'terminating';
  if (kind === 'Event') return 'past';
  if (kind === 'Pod' && ENDED.has(valueAt(value, ['status', 'phase']))) return 'finished';
  // The Endpoints of a Service have its name, and no reference to it.
  if (kind === 'Endpoints' && ids.has(idOf(value).replace('Endpoints/', 'Service/'))) return 'owned';
  const makes = owners(value).some(
    (owner) => ids.has(ownerId(value, owner)) && MADE_ANEW.has(`${String(kind)} of ${String(owner['kind'])}`),
  );
  return makes ? 'owned' : undefined;
}

/**
 * An object that was on a server says by UIDs, which mean nothing here, who owns it and which claim has which volume: it would be collected as
 * garbage, the volume reclaimed, the claim lost. Claims and volumes find each other by their names again, a claim whose volume is not in the
 * input finds or gets another one.
 */
function forgetIds(document: InputDocument, ids: ReadonlySet<string>): void {
  const { value } = document;
  if (!isMapping(value) || !isMapping(value['metadata']) || !wasOnServer(value)) return;
  const { ownerReferences: _references, ...metadata } = value['metadata'];
  const { kind, spec } = value;
  if (kind === 'PersistentVolumeClaim' && isMapping(spec)) {
    const { volumeName, ...others } = spec;
    const there = ids.has(`PersistentVolume/default/${String(volumeName)}`);
    document.value = { ...value, metadata: withoutBinding(metadata), spec: there ? spec : others };
  } else if (kind === 'PersistentVolume' && isMapping(spec) && isMapping(spec['claimRef'])) {
    const { uid: _uid, resourceVersion: _version, ...claimRef } = spec['claimRef'];
    document.value = { ...value, metadata, spec: { ...spec, claimRef } };
  } else {
    document.value = { ...value, metadata };
  }
}

const wasOnServer = (value: unknown): boolean => valueAt(value, ['metadata', 'uid']) !== undefined;

/** A claim that has been bound once and finds its volume elsewhere would be lost. */
function withoutBinding(metadata: Record<string, unknown>): Record<string, unknown> {
  if (!isMapping(metadata['annotations'])) return metadata;
  const { 'pv.kubernetes.io/bind-completed': _bound, ...annotations } = metadata['annotations'];
  return { ...metadata, annotations };
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
