// Plain values → Kubernetes objects, as the API server's strict decoder does it: unknown kinds, unknown fields and wrong types are found, all of them.
import { didYouMean } from '../../lib/suggest.ts';
import { show } from '../../lib/show.ts';
import { formatPath, type Path, type PathKey } from '../../lib/path.ts';
import { decodeScalar } from './scalars.ts';
import {
  builtInKind,
  builtInKinds,
  isCustomGroup,
  objectType,
  servedAs,
  type Field,
  type Kind,
  type ObjectType,
  type ValueType,
} from './tables.ts';

/** An object in its canonical form: nulls and empty optional values are absent, what Go always writes is present, quantities are canonical. */
export interface PlainObject {
  [field: string]: unknown;
}

/** A decoded object. `metadata` is always there. */
export interface DecodedObject extends PlainObject {
  apiVersion: string;
  kind: string;
  metadata: PlainObject;
}

export interface DecodeProblem {
  /** Keys from the document's root to the offending value; the field's own key for an unknown field. */
  readonly keys: Path;
  /** The same as text: `spec.containers[0].image`. */
  readonly path: string;
  /** `decode`: cannot be read at all. `strict`: an unknown or a duplicate field, which the API server refuses with `fieldValidation=Strict`. */
  readonly phase: 'decode' | 'strict';
  readonly message: string;
}

export interface DecodeOptions {
  /** Kinds declared by CustomResourceDefinitions, as `customKinds` gives them. Their instances are taken as they are. */
  readonly knownCustomKinds?: ReadonlySet<string>;
}

export interface Decoded {
  /** Undefined when the kind is unknown or missing. With problems it holds what could be read. */
  readonly object: DecodedObject | undefined;
  /** Undefined for instances of custom resources. */
  readonly kind: Kind | undefined;
  readonly problems: readonly DecodeProblem[];
}

/** Decodes one document strictly. Never throws for bad input: every problem is in the list. */
export function decodeObject(input: unknown, options: DecodeOptions = {}): Decoded {
  const decoder = new Decoder();
  if (!isPlainObject(input)) {
    decoder.fail('decode', `expected a Kubernetes object, got ${show(input)}`);
    return { object: undefined, kind: undefined, problems: decoder.problems };
  }
  const written = decoder.typeMeta(input, 'apiVersion');
  const kindName = decoder.typeMeta(input, 'kind');
  if (written === undefined || kindName === undefined) {
    return { object: undefined, kind: undefined, problems: decoder.problems };
  }
  const apiVersion = servedAs(written, kindName);
  const kind = builtInKind(apiVersion, kindName);
  if (kind === undefined) {
    if (options.knownCustomKinds?.has(`${apiVersion} ${kindName}`)) {
      const metadata = isPlainObject(input.metadata) ? input.metadata : {};
      return { object: { ...input, apiVersion, kind: kindName, metadata }, kind: undefined, problems: [] };
    }
    decoder.unknownKind(apiVersion, kindName);
    return { object: undefined, kind: undefined, problems: decoder.problems };
  }
  const object = decoder.object(kind.type, input);
  object.apiVersion = apiVersion;
  object.kind = kindName;
  return { object: object as DecodedObject, kind, problems: decoder.problems };
}

/** `apiVersion kind` of every served version that the CustomResourceDefinitions among these documents declare. */
export function customKinds(documents: Iterable<unknown>): Set<string> {
  const found = new Set<string>();
  for (const document of documents) {
    if (!isPlainObject(document) || document.kind !== 'CustomResourceDefinition' || !isPlainObject(document.spec))
      continue;
    const { group, names, versions } = document.spec;
    if (typeof group !== 'string' || !isPlainObject(names) || !Array.isArray(versions)) continue;
    for (const version of versions as unknown[]) {
      if (isPlainObject(version) && typeof version.name === 'string' && typeof names.kind === 'string') {
        found.add(`${group}/${version.name} ${names.kind}`);
      }
    }
  }
  return found;
}

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What to do about a custom object that nothing defines. */
const SKIP_HINT = ' (`--skip-unknown` leaves such objects out)';

class Decoder {
  readonly problems: DecodeProblem[] = [];
  private readonly keys: PathKey[] = [];

  fail(phase: 'decode' | 'strict', message: string): void {
    const keys = [...this.keys];
    this.problems.push({ keys, path: formatPath(keys), phase, message });
  }

  failAt(key: PathKey, phase: 'decode' | 'strict', message: string): void {
    this.keys.push(key);
    this.fail(phase, message);
    this.keys.pop();
  }

  typeMeta(input: PlainObject, field: 'apiVersion' | 'kind'): string | undefined {
    const value = input[field];
    if (typeof value === 'string' && value !== '') return value;
    if (value === undefined || value === null || value === '') {
      const mistyped = Object.keys(input).find((key) => key.toLowerCase() === field.toLowerCase());
      this.failAt(field, 'decode', `is missing${mistyped === undefined ? '' : ` (there is "${mistyped}")`}`);
    } else this.failAt(field, 'decode', `expected a string, got ${show(value)}`);
    return undefined;
  }

  unknownKind(apiVersion: string, kind: string): void {
    const elsewhere = builtInKinds().filter((known) => known.kind === kind);
    if (elsewhere.length > 0) {
      const versions = elsewhere.map((known) => known.apiVersion);
      const where =
        versions.length === 1 ? `"${versions[0]}"` : `one of ${versions.map((name) => `"${name}"`).join(', ')}`;
      const hint = isCustomGroup(apiVersion) ? SKIP_HINT : '';
      this.failAt('apiVersion', 'decode', `no kind ${kind} in "${apiVersion}", expected ${where}${hint}`);
      return;
    }
    const same = builtInKinds().filter((known) => known.apiVersion === apiVersion);
    if (same.length > 0) {
      const names = same.map((known) => known.kind);
      const near = didYouMean(kind, names) || didYouMean(kind, allKindNames());
      this.failAt('kind', 'decode', `unknown kind "${kind}" in "${apiVersion}"${near}`);
      return;
    }
    const near = didYouMean(kind, allKindNames());
    if (kind === 'KubeletConfiguration') {
      this.failAt('kind', 'decode', 'is no object of the API: `spec.kubelet` of the Scenario configures the kubelets');
      return;
    }
    this.failAt(
      'kind',
      'decode',
      `unknown kind "${kind}" of "${apiVersion}", and no CustomResourceDefinition for it${near || SKIP_HINT}`,
    );
  }

  /** The canonical form of a mapping of this type. */
  object(typeName: string, input: PlainObject): PlainObject {
    const type = objectType(typeName);
    const output: PlainObject = {};
    for (const field of type.fields) {
      const raw = input[field.name];
      let value: unknown;
      if (raw !== undefined && raw !== null) {
        this.keys.push(field.name);
        value = keep(type, field, this.value(field.type, raw));
        this.keys.pop();
      }
      value ??= emptyOf(field);
      if (value !== undefined) output[field.name] = value;
    }
    for (const key of Object.keys(input)) {
      if (type.field(key) === undefined) {
        const names = type.fields.map((field) => field.name);
        this.failAt(key, 'strict', `unknown field "${key}"${didYouMean(key, names)}`);
      }
    }
    return output;
  }

  /** The canonical value, or undefined where it has the wrong type or is nothing. */
  private value(type: ValueType, raw: unknown): unknown {
    switch (type.is) {
      case 'scalar': {
        const read = decodeScalar(type.scalar, raw);
        if ('wrong' in read) this.fail('decode', read.wrong);
        return 'wrong' in read ? undefined : read.value;
      }
      case 'object':
        if (isPlainObject(raw)) return this.object(type.name, raw);
        this.fail('decode', `expected a mapping, got ${show(raw)}`);
        return undefined;
      case 'list':
        if (Array.isArray(raw)) return raw.map((item: unknown, index) => this.element(type.of, index, item));
        this.fail('decode', `expected a list, got ${show(raw)}`);
        return undefined;
      case 'map':
        return this.map(type.of, raw);
    }
  }

  private map(of: ValueType, raw: unknown): PlainObject | undefined {
    if (!isPlainObject(raw)) {
      this.fail('decode', `expected a mapping, got ${show(raw)}`);
      return undefined;
    }
    const output: PlainObject = {};
    for (const key of Object.keys(raw).sort()) output[key] = this.element(of, key, raw[key]);
    return output;
  }

  private element(of: ValueType, key: PathKey, raw: unknown): unknown {
    if (raw === null || raw === undefined) return zeroOf(of);
    this.keys.push(key);
    const value = this.value(of, raw) ?? zeroOf(of);
    this.keys.pop();
    return value;
  }
}

function allKindNames(): string[] {
  return builtInKinds().map((known) => known.kind);
}

/** Lists and maps that are defaulted when they are absent, and not when they are empty. The defaults take the empty ones away. */
const EMPTY_SAYS_SOMETHING = new Set(['core.v1.NodeStatus allocatable', 'autoscaling.v2.HPAScalingRules policies']);

/** The value unless it is an empty one that Go leaves out. */
function keep(type: ObjectType, field: Field, value: unknown): unknown {
  if (field.pointer || field.required || isAlwaysPointer(field.type) || field.neverLeftOut) return value;
  if (value === '' || value === 0 || value === false) return undefined;
  const isEmptyList = Array.isArray(value) && value.length === 0;
  const isEmptyMap = field.type.is === 'map' && isPlainObject(value) && Object.keys(value).length === 0;
  if (!isEmptyList && !isEmptyMap) return value;
  return EMPTY_SAYS_SOMETHING.has(`${type.name} ${field.name}`) ? value : undefined;
}

/** Where Go holds these by value they have a default, which is what an empty one would be. */
function isAlwaysPointer(type: ValueType): boolean {
  return type.is === 'scalar' && (type.scalar === 'int-or-string' || type.scalar === 'quantity');
}

/** What Go writes for an absent field: the empty value of a field that is never left out. */
function emptyOf(field: Field): unknown {
  if (field.neverLeftOut) return null;
  if (field.type.is === 'object') return field.default === undefined ? undefined : zeroOf(field.type);
  return isEmptyScalar(field.default) ? field.default : undefined;
}

function isEmptyScalar(value: unknown): boolean {
  return value === '' || value === 0 || value === false || value === '0';
}

function zeroOf(type: ValueType): unknown {
  switch (type.is) {
    case 'object':
      return zeroObject(type.name);
    case 'list':
      return [];
    case 'map':
      return {};
    case 'scalar':
      return ZERO_SCALARS[type.scalar];
  }
}

/** What Go writes for an empty struct of this type. */
export function zeroObject(typeName: string): PlainObject {
  const output: PlainObject = {};
  const type = objectType(typeName);
  for (const field of type.fields) {
    const value = emptyOf(field);
    if (value !== undefined) output[field.name] = value;
  }
  return output;
}

const ZERO_SCALARS: Readonly<Record<string, unknown>> = {
  string: '',
  int32: 0,
  int64: 0,
  double: 0,
  boolean: false,
  // In Go no bytes at all, written as null; an empty text or list is something else.
  bytes: null,
  time: null,
  quantity: '0',
  'int-or-string': 0,
  any: null,
};
