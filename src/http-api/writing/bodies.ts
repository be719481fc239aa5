// What clients send: objects in JSON or YAML, and which of their fields nobody knows (field validation).
import { load } from 'js-yaml';
import { badRequest, Refusal } from '../../api/resources/status.ts';
import type { Path } from '../../lib/path.ts';
import { show as shown } from '../../lib/show.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { decodeObject, isPlainObject, type PlainObject } from '../../model/objects/decode.ts';
import type { Exchange } from '../call.ts';
import type { ServedResource } from '../discovery/served-resources.ts';
import type { ApiRequest } from '../exchange.ts';
import { contentType } from '../media-types.ts';
import { decodeProtobuf } from '../protobuf/decode.ts';
import { ProtobufError } from '../protobuf/wire.ts';
import { unsupportedMediaType } from '../refusals.ts';

const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
export const APPLY_TYPE = 'application/apply-patch+yaml';
const ACCEPTED = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE];
const MOST_SHOWN = 200;
const DEEPEST = 500;

const VALIDATIONS: ReadonlySet<string> = new Set(['', 'Ignore', 'Warn', 'Strict']);

/** The body as a mapping; undefined where there is none. Throws a Refusal for another media type, and for what cannot be read. */
export function readBody(exchange: Exchange, expected: string): PlainObject | undefined {
  const { body } = exchange.request;
  if (body.length === 0) return undefined;
  const type = contentType(exchange.header('content-type'));
  if (!ACCEPTED.includes(type) && type !== APPLY_TYPE) throw unsupportedMediaType(ACCEPTED);
  if (type === PROTOBUF_TYPE) return readProtobuf(body, expected);
  const text = new TextDecoder().decode(body);
  if (isTooDeep(text)) throw unrecognized(expected, 'exceeded max depth', '');
  const value = type !== JSON_TYPE ? readYaml(text, expected) : readJson(text, expected);
  if (!isPlainObject(value))
    throw unrecognized(expected, "couldn't get version/kind; json parse error: not an object", text);
  return value;
}

/** The same of an object that must be there. */
export function requireBody(exchange: Exchange, expected: string): PlainObject {
  const body = readBody(exchange, expected);
  if (body === undefined) {
    throw unrecognized(expected, "couldn't get version/kind; json parse error: unexpected end of JSON input", '');
  }
  return body;
}

/** The body of a request that has been done, so that it can be read; an empty object where there is none. */
export function bodyOf({ body, headers }: ApiRequest): PlainObject {
  if (body.length === 0) return {};
  if (contentType(headers['content-type']) === PROTOBUF_TYPE) return decodeProtobuf(body);
  // JSON is YAML too.
  return load(new TextDecoder().decode(body)) as PlainObject;
}

function readJson(text: string, expected: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Go's words for the commonest mistake, V8's for the others.
    const why = (error as Error).message;
    const at = Number(/at position (\d+)/.exec(why)?.[1] ?? text.length);
    const said = at >= text.length ? 'unexpected end of JSON input' : why;
    throw unrecognized(expected, `couldn't get version/kind; json parse error: ${said}`, text);
  }
}

function readProtobuf(body: Uint8Array, expected: string): PlainObject {
  try {
    return decodeProtobuf(body);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${expected}): ${error.message}`);
  }
}

function readYaml(text: string, expected: string): unknown {
  try {
    return load(text, { maxDepth: DEEPEST, maxAliases: 100 });
  } catch (error) {
    throw unrecognized(expected, `couldn't get version/kind; yaml parse error: ${(error as Error).message}`, text);
  }
}

function unrecognized(expected: string, why: string, text: string): Refusal {
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)} ...` : text;
  return badRequest(`the object provided is unrecognized (must be of type ${expected}): ${why} (${shown})`);
}

/**
 * The object that a client sent, checked against the resource that it is sent to: kind and version, names, and fields that nobody
 * knows, which are refused (Strict), told of (Warn) or left out in silence (Ignore).
 */
export function knownFields(
  exchange: Exchange,
  resource: ServedResource,
  sent: PlainObject,
  isPatched = false,
): PlainObject {
  const asked = exchange.query('fieldValidation');
  if (!VALIDATIONS.has(asked)) {
    const why = `fieldValidation: Unsupported value: "${asked}": supported values: "Ignore", "Strict", "Warn"`;
    throw new Refusal(422, 'Invalid', `CreateOptions.meta.k8s.io "" is invalid: ${why}`);
  }
  const validation = asked === '' ? 'Warn' : asked;
  const { apiVersion, kind, custom } = resource;
  const options = { knownCustomKinds: new Set([`${apiVersion} ${kind}`]) };
  const { problems } = decodeObject({ ...sent, apiVersion, kind }, options);
  const wrong = problems.filter(({ phase }) => phase === 'decode');
  if (wrong.length > 0) {
    const said = wrong.map(({ path, message }) => `${path}: ${message}`).join(', ');
    throw badRequest(`${cannotBeHandled(resource)}: ${said}`);
  }
  const unknown = problems.filter(({ phase }) => phase === 'strict');
  if (unknown.length === 0 || custom) return sent;
  const said = unknown.map(({ path }) => `unknown field "${path}"`);
  if (validation === 'Strict') {
    const strict = `strict decoding error: ${said.join(', ')}`;
    throw badRequest(isPatched ? strict : `${cannotBeHandled(resource)}: ${strict}`);
  }
  if (validation === 'Warn') for (const warning of said) exchange.warn(warning);
  const known = structuredClone(sent);
  for (const { keys } of unknown) remove(known, keys);
  return known;
}

function cannotBeHandled({ version, kind }: ServedResource): string {
  return `${kind} in version "${version}" cannot be handled as a ${kind}`;
}

function remove(root: PlainObject, keys: Path): void {
  let at: unknown = root;
  for (const key of keys.slice(0, -1)) at = (at as Record<string | number, unknown> | undefined)?.[key];
  if (isPlainObject(at)) delete at[String(keys[keys.length - 1])];
}

/** Throws a Refusal for an object that is not what its path says. */
export function checkIdentity(
  resource: ServedResource,
  sent: PlainObject,
  { namespace, name }: { readonly namespace: string | undefined; readonly name: string },
): KubeObject {
  const { apiVersion, kind } = resource;
  const metadata = isPlainObject(sent.metadata) ? { ...sent.metadata } : {};
  if (sent.apiVersion !== undefined && sent.apiVersion !== apiVersion) {
    throw badRequest(
      `the API version in the data (${show(sent.apiVersion)}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (sent.kind !== undefined && sent.kind !== kind) {
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${show(sent.kind)}`);
  }
  if (resource.namespaced) {
    const own = metadata.namespace;
    const asked = namespace ?? 'default';
    if (own !== undefined && own !== '' && own !== asked) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    metadata.namespace = asked;
  }
  for (const field of ['name', 'generateName']) {
    const text = metadata[field];
    if (text !== undefined && typeof text !== 'string')
      throw badRequest(`metadata.${field}: expected a string, got ${shown(text)}`);
  }
  if (name !== '') {
    if (metadata.name === undefined || metadata.name === '') metadata.name = name;
    else if (metadata.name !== name) {
      throw badRequest(`the name of the object (${show(metadata.name)}) does not match the name on the URL (${name})`);
    }
  }
  delete metadata.managedFields;
  return { ...sent, apiVersion, kind, metadata } as unknown as KubeObject;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : shown(value);
}

/** Lists and mappings in each other, by their brackets: what is deeper than any object of the API. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isText) {
      if (letter === '\\') at += 1;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === '[' || letter === '{') {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (letter === ']' || letter === '}') depth -= 1;
  }
  return false;
}
