// One request on its way through the front: what it asks for, and the answers that it may be given.
import type { Failure } from '../api/resources/status.ts';
import { uuid } from '../model/names.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ServedResource } from './discovery/served-resources.ts';
import type { ApiRequest, ApiResponder } from './exchange.ts';
import type { Wanted } from './media-types.ts';
import type { ResourcePath } from './request-path.ts';
import { type About, failureStatus } from './status-object.ts';
import { writeYaml } from './yaml-text.ts';

/** Apart from the UIDs of objects. */
const AUDITS = -3_000_000;

/** A request, and the one answer to it. */
export class Exchange {
  readonly request: ApiRequest;
  readonly responder: ApiResponder;
  readonly #audit: string;
  readonly #warnings: string[] = [];
  #answered = false;

  constructor(request: ApiRequest, responder: ApiResponder, ordinal: number) {
    this.request = request;
    this.responder = responder;
    this.#audit = uuid(AUDITS, ordinal, 0);
  }

  get answered(): boolean {
    return this.#answered;
  }

  header(name: string): string | undefined {
    return this.request.headers[name];
  }

  query(name: string): string {
    return this.request.query.get(name) ?? '';
  }

  /** As Go's strconv.ParseBool reads it; a flag alone is true. */
  flag(name: string): boolean {
    const value = this.request.query.get(name);
    return value !== null && !['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value);
  }

  /** The answer will have this in a Warning header: kubectl prints it. */
  warn(message: string): void {
    if (!this.#warnings.includes(message)) this.#warnings.push(message);
  }

  json(status: number, value: object, yaml = false): void {
    const text = yaml ? writeYaml(value) : `${JSON.stringify(value)}\n`;
    this.begin(status, yaml ? 'application/yaml' : 'application/json', { 'content-length': String(byteLength(text)) });
    this.responder.end(text);
  }

  text(status: number, text: string): void {
    this.begin(status, 'text/plain; charset=utf-8', { 'content-length': String(byteLength(text)) });
    this.responder.end(text);
  }

  failure(failure: Failure, about?: About): void {
    const { code, retryAfterSeconds } = failure;
    const text = `${JSON.stringify(failureStatus(failure, about))}\n`;
    this.begin(code, 'application/json', {
      'content-length': String(byteLength(text)),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    });
    this.responder.end(text);
  }

  /** The head of an answer: its body follows. */
  begin(status: number, type: string, more: Readonly<Record<string, string>> = {}): void {
    this.#answered = true;
    this.responder.head(status, {
      'audit-id': this.#audit,
      'cache-control': 'no-cache, private',
      'content-type': type,
      ...(this.#warnings.length === 0 ? {} : { warning: this.#warnings.map(warningText).join(', ') }),
      ...more,
    });
  }
}

/** A request for a resource. */
export interface Call {
  readonly exchange: Exchange;
  readonly resource: ServedResource;
  readonly path: ResourcePath;
  readonly wanted: Wanted;
}

export function aboutOf({ resource, path }: Call, name = path.name): About {
  return { name, group: resource.group, plural: resource.plural, kind: resource.kind };
}

/** What a client names an object by. */
export function targetOf({ resource, path }: Call): {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
} {
  const { namespace, name } = path;
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  };
}

/** An object as it is written: kind and apiVersion first. */
export function typed(
  resource: { readonly apiVersion: string; readonly kind: string },
  object: KubeObject,
): KubeObject {
  const { apiVersion: _, kind: __, ...rest } = object;
  return { kind: resource.kind, apiVersion: resource.apiVersion, ...rest };
}

/** RFC 7234: a code of its own, no agent, the text in quotes. */
function warningText(message: string): string {
  return `299 - "${message
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/[^\x20-\x7e]/g, '?')}"`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
