// The generated table of Kubernetes types, read lazily: a type's line is parsed when the type is first needed.
import { COMMUNITY_KINDS, COMMUNITY_TYPES } from './tables.community.ts';
import { ENUMS, KINDS, TYPES } from './tables.generated.ts';
import { assert } from '../../lib/assert.ts';

/** How a value is held: one letter of the table's grammar, a list, a map, or a named type. */
export type ValueType =
  | { readonly is: 'scalar'; readonly scalar: Scalar; readonly values: readonly string[] | undefined }
  | { readonly is: 'list'; readonly of: ValueType }
  | { readonly is: 'map'; readonly of: ValueType }
  | { readonly is: 'object'; readonly name: string };

export type Scalar =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  | 'bytes'
  | 'time'
  | 'quantity'
  | 'int-or-string'
  | 'any';

export interface Field {
  readonly name: string;
  readonly type: ValueType;
  readonly required: boolean;
  /** Whether zero, false and the empty string are values of their own, different from an absent field. */
  readonly pointer: boolean;
  /** What the API server takes for an absent field; an empty one is written out too. */
  readonly default: unknown;
  /** Whether Go writes it out even when there is none (as null), a list also when it is empty. */
  readonly neverLeftOut: boolean;
  /** How strategic merge patches treat it; without a rule, mappings are merged and everything else is replaced. */
  readonly patch: PatchRule | undefined;
  /** How server-side apply merges it, where `patch` does not say so. */
  readonly topology: Topology | undefined;
}

export type Topology =
  | { readonly is: 'atomic' | 'set' }
  /** A list whose items are known by these of their fields. */
  | { readonly is: 'map'; readonly keys: readonly string[] };

export interface PatchRule {
  /** A list is merged: by the merge key of its items, scalars without duplicates. */
  readonly merge: boolean;
  /** A mapping is replaced. */
  readonly replace: boolean;
  /** Fields that the client does not know are cleared: one of several may be set. */
  readonly retainKeys: boolean;
  readonly key: string | undefined;
}

export interface ObjectType {
  readonly name: string;
  /** Server-side apply takes its values as a whole. */
  readonly atomic: boolean;
  readonly fields: readonly Field[];
  field(name: string): Field | undefined;
}

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly type: string;
  readonly namespaced: boolean;
}

const SCALARS: Readonly<Record<string, Scalar>> = {
  s: 'string',
  i: 'int32',
  l: 'int64',
  f: 'double',
  b: 'boolean',
  B: 'bytes',
  T: 'time',
  M: 'time',
  Q: 'quantity',
  X: 'int-or-string',
  '*': 'any',
};

const NEVER_LEFT_OUT = new Set([
  'core.v1.LimitRangeSpec limits',
  'discovery.v1.EndpointSlice endpoints',
  'discovery.v1.EndpointSlice ports',
  'autoscaling.v2.HorizontalPodAutoscalerStatus currentMetrics',
  'batch.v1.PodFailurePolicy rules',
  'batch.v1.PodFailurePolicyOnExitCodesRequirement values',
  'batch.v1.SuccessPolicy rules',
  'core.v1.TypedLocalObjectReference apiGroup',
  'core.v1.TypedObjectReference apiGroup',
]);

const FIELD = /^([\w$-]+)(!?)(\??):([^=#~]+)(?:=([^#~]*))?(?:#([^~]*))?(?:~(.*))?$/;
/** Server-side apply takes values of the type as a whole. */
const ATOMIC = '~atomic';

let lines: Map<string, string> | undefined;
let enums: readonly (readonly string[])[] | undefined;
let kinds: Map<string, Kind> | undefined;
const types = new Map<string, ObjectType>();

/** A type by its short name, such as `core.v1.Container`. */
export function objectType(name: string): ObjectType {
  let type = types.get(name);
  if (type === undefined) {
    type = parseType(name);
    types.set(name, type);
  }
  return type;
}

/** Versions of before, of which each field has its name and meaning in the version that is stored. */
const EARLIER: Readonly<Record<string, readonly string[]>> = {
  'gateway.networking.k8s.io/v1': ['HTTPRoute', 'gateway.networking.k8s.io/v1beta1'],
  'networking.istio.io/v1': [
    'VirtualService',
    'DestinationRule',
    'networking.istio.io/v1beta1',
    'networking.istio.io/v1alpha3',
  ],
};

/** The apiVersion in which an object is stored that came in another one, as a conversion of the API server has it. */
export function servedAs(apiVersion: string, kind: string): string {
  for (const [stored, names] of Object.entries(EARLIER))
    if (names.includes(kind) && names.includes(apiVersion)) return stored;
  return apiVersion;
}

/** The built-in kind, or undefined. */
export function builtInKind(apiVersion: string, kind: string): Kind | undefined {
  return allKinds().get(`${apiVersion} ${kind}`);
}

/** Whether an API version can only be of custom resources: `example.com/v1`, in a group that has no built-in kind. */
export function isCustomGroup(apiVersion: string): boolean {
  const [group] = apiVersion.split('/');
  return group.includes('.') && !builtInKinds().some((kind) => kind.apiVersion.split('/')[0] === group);
}

export function builtInKinds(): readonly Kind[] {
  return [...allKinds().values()];
}

function allKinds(): Map<string, Kind> {
  if (kinds === undefined) {
    kinds = new Map();
    for (const line of `${KINDS}\n${COMMUNITY_KINDS}`.split('\n')) {
      const [apiVersion, kind, type, scope] = line.split(' ') as [string, string, string, string];
      kinds.set(`${apiVersion} ${kind}`, { apiVersion, kind, type, namespaced: scope === 'namespaced' });
    }
  }
  return kinds;
}

function parseType(name: string): ObjectType {
  if (lines === undefined) {
    lines = new Map();
    for (const line of `${TYPES}\n${COMMUNITY_TYPES}`.split('\n'))
      lines.set(line.slice(0, Math.max(line.indexOf(' '), 0) || line.length), line);
  }
  const line = lines.get(name);
  assert(line !== undefined, () => `no type ${name} in the table`);
  const group = name.slice(0, name.lastIndexOf('.'));
  const [, ...texts] = line.split(' ');
  const atomic = texts[0] === ATOMIC;
  const fields = texts.slice(atomic ? 1 : 0).map((text) => parseField(text, group, name));
  const byName = new Map(fields.map((field) => [field.name, field]));
  return { name, atomic, fields, field: (fieldName) => byName.get(fieldName) };
}

function parseField(text: string, group: string, owner: string): Field {
  const [, name, required, pointer, type, fallback, patch, topology] = FIELD.exec(text) as unknown as [
    ...(readonly [string, string, string, string, string]),
    string | undefined,
    string | undefined,
    string | undefined,
  ];
  return {
    name,
    type: parseValueType(type, group),
    required: required !== '',
    pointer: pointer !== '',
    default: fallback === undefined ? undefined : (JSON.parse(fallback) as unknown),
    neverLeftOut: NEVER_LEFT_OUT.has(`${owner} ${name}`),
    patch: patch === undefined ? undefined : parsePatchRule(patch),
    topology: topology === undefined ? undefined : parseTopology(topology),
  };
}

/** `merge,retainKeys:name`. */
function parsePatchRule(text: string): PatchRule {
  const [strategies, key] = text.split(':') as [string, string | undefined];
  const has = (strategy: string) => strategies.split(',').includes(strategy);
  return { merge: has('merge'), replace: has('replace'), retainKeys: has('retainKeys'), key };
}

/** `map:name,port`. */
function parseTopology(text: string): Topology {
  if (text === 'atomic' || text === 'set') return { is: text };
  return { is: 'map', keys: text.slice('map:'.length).split(',') };
}

function parseValueType(text: string, group: string): ValueType {
  if (text.startsWith('[')) return { is: 'list', of: parseValueType(text.slice(1), group) };
  if (text.startsWith('{')) return { is: 'map', of: parseValueType(text.slice(1), group) };
  const scalar = SCALARS[text[0]];
  if (text.length === 1 || text[1] === '$') {
    assert(scalar !== undefined, () => `no scalar ${text} in the table's grammar`);
    return { is: 'scalar', scalar, values: text.length === 1 ? undefined : enumValues(Number(text.slice(2))) };
  }
  return { is: 'object', name: text.startsWith('.') ? group + text : text };
}

function enumValues(index: number): readonly string[] {
  enums ??= ENUMS.split('\n').map((line) => line.split('|'));
  return enums[index];
}
