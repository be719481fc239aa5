// Who set which fields of an object: what an update and what an apply make of its managers (structured-merge-diff's Updater).
import type { PlainObject } from '../decode.ts';
import { compare, type Differences } from './compare.ts';
import {
  difference,
  EMPTY,
  equalSets,
  type FieldSet,
  intersection,
  isEmpty,
  pathsOf,
  union,
  without,
} from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import { merged } from './merge.ts';
import { pruned } from './prune.ts';
import type { Shape } from './shape.ts';

/** Who writes, and how: one manager may have an entry of each kind. */
export interface Author {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

export interface Manager extends Author {
  readonly timeUs: number;
  readonly fields: FieldSet;
}

export interface Conflict {
  readonly with: Author;
  /** `.spec.replicas`. */
  readonly path: string;
}

/** Fields that no manager has. */
const NOBODYS: readonly (readonly string[])[] = [
  ['f:apiVersion'],
  ['f:kind'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((field) => ['f:metadata', `f:${field}`]),
];

/** More managers that update than these become one. */
const MOST_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

/** A PUT, or a patch that is no apply: whoever else had a field that changes has it no more. `before` is `{}` for a new object. */
export function afterUpdate(
  managers: readonly Manager[],
  before: PlainObject,
  after: PlainObject,
  author: Author,
  shape: Shape,
  timeUs: number,
): readonly Manager[] {
  const differences = differencesOf(before, after, shape);
  const { added, modified, removed } = differences;
  const known = managers.find((one) => sameAuthor(one, author));
  const fields = union(union(difference(known?.fields ?? EMPTY, removed), modified), added);
  return capped(entered(withoutLost(managers, author, differences), author, known, fields, timeUs));
}

export type Applied = { readonly object: PlainObject; readonly managers: readonly Manager[] } | readonly Conflict[];

/** An apply of what a manifest says. The object is not yet defaulted; conflicts, unless they are forced. */
export function afterApply(
  managers: readonly Manager[],
  live: PlainObject,
  applied: PlainObject,
  author: Author,
  shape: Shape,
  { force, timeUs }: { readonly force: boolean; readonly timeUs: number },
): Applied {
  const last = managers.find((one) => sameAuthor(one, author));
  const fields = stripped(fieldsOf(applied, shape));
  const others = managers.filter((one) => one !== last);
  const owned = others.reduce((all, one) => union(all, one.fields), fields);
  const object = pruned(merged(live, applied, shape) as PlainObject, last?.fields ?? EMPTY, owned, shape);
  const differences = differencesOf(live, object, shape);
  const touched = union(differences.added, differences.modified);
  const conflicts = others.flatMap((one) =>
    [...pathsOf(intersection(one.fields, touched))].map((path) => ({ with: one, path })),
  );
  if (conflicts.length > 0 && !force) return conflicts;
  return { object, managers: entered(withoutLost(managers, author, differences), author, last, fields, timeUs) };
}

function differencesOf(before: PlainObject, after: PlainObject, shape: Shape): Differences {
  const { added, removed, modified } = compare(before, after, shape);
  return { added: stripped(added), removed: stripped(removed), modified: stripped(modified) };
}

function stripped(fields: FieldSet): FieldSet {
  const left = without(fields, NOBODYS);
  const metadata = left.within.get('f:metadata');
  if (metadata?.own !== true) return left;
  return difference(left, { own: false, within: new Map([['f:metadata', { own: true, within: new Map() }]]) });
}

/** The others without what was changed or taken from them; those that are left with nothing are none. */
function withoutLost(
  managers: readonly Manager[],
  author: Author,
  { added, modified, removed }: Differences,
): readonly Manager[] {
  const lost = union(union(added, modified), removed);
  return managers.flatMap((one) => {
    if (sameAuthor(one, author)) return [one];
    const fields = difference(one.fields, lost);
    return isEmpty(fields) ? [] : [{ ...one, fields }];
  });
}

/** With the author's fields. The time is when they last changed. */
function entered(
  managers: readonly Manager[],
  author: Author,
  known: Manager | undefined,
  fields: FieldSet,
  timeUs: number,
): readonly Manager[] {
  const others = managers.filter((one) => !sameAuthor(one, author));
  if (isEmpty(fields) && author.operation === 'Update') return others;
  const same = known !== undefined && equalSets(known.fields, fields);
  return [...others, { ...author, fields, timeUs: same ? known.timeUs : timeUs }].sort(byOrder);
}

/** As they are listed: those that apply first, then by time and name. */
function byOrder(a: Manager, b: Manager): number {
  if (a.operation !== b.operation) return a.operation < b.operation ? -1 : 1;
  const seconds = Math.floor(a.timeUs / 1e6) - Math.floor(b.timeUs / 1e6);
  if (seconds !== 0) return seconds;
  for (const field of ['manager', 'apiVersion', 'subresource'] as const)
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  return 0;
}

function capped(managers: readonly Manager[]): readonly Manager[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update');
  if (updaters.length <= MOST_UPDATERS) return managers;
  const [oldest, next] = updaters;
  const { apiVersion } = next;
  const merging = { manager: ANCIENT, operation: 'Update', apiVersion, subresource: '' } as const;
  const gone = [oldest, next].filter((one) => one.manager === ANCIENT || one.apiVersion === apiVersion);
  const fields = gone.reduce((all, one) => union(all, one.fields), EMPTY);
  const rest = managers.filter((one) => !gone.includes(one));
  return capped([...rest, { ...merging, fields, timeUs: next.timeUs }].sort(byOrder));
}

function sameAuthor(a: Author, b: Author): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  );
}

/** Whether nothing but the order of what was applied differs. */
export function sameManagers(a: readonly Manager[], b: readonly Manager[]): boolean {
  return a.length === b.length && a.every((one, i) => sameAuthor(one, b[i]) && equalSets(one.fields, b[i].fields));
}
