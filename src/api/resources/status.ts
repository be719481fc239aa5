// What the API server answers when it refuses a request: code, reason, message and causes, in its words.
import type { FieldError } from '../../model/objects/validate/errors.ts';
import { qualified, qualifiedKind, type Resource } from '../kinds.ts';

export interface Failure {
  /** The HTTP status. */
  readonly code: number;
  /** `NotFound`, `Invalid`, `Conflict` … */
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly { readonly field?: string; readonly reason: string; readonly message: string }[];
  readonly retryAfterSeconds?: number;
}

/** Thrown where a request is decided; the surface answers with its failure. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly failure: Failure;

  constructor(code: number, reason: string, message: string, more: Partial<Failure> = {}) {
    super(message);
    this.failure = { code, reason, message, causes: [], ...more };
  }
}

export function notFound(resource: Resource, name: string, subresource?: string): Refusal {
  const plural = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
  return new Refusal(404, 'NotFound', `${qualified({ ...resource, plural })} "${name}" not found`);
}

export function alreadyExists(resource: Resource, name: string): Refusal {
  return new Refusal(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`);
}

export function conflict(resource: Resource, name: string, why: string): Refusal {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new Refusal(409, 'Conflict', message);
}

export function modified(resource: Resource, name: string): Refusal {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  return conflict(resource, name, why);
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}

export function forbidden(message: string): Refusal {
  return new Refusal(403, 'Forbidden', message);
}

export function tooManyRequests(): Refusal {
  return new Refusal(429, 'TooManyRequests', 'Too many requests, please try again later.');
}

export function serverTimeout(): Refusal {
  return new Refusal(
    504,
    'Timeout',
    'Timeout: request did not complete within requested timeout - context deadline exceeded',
  );
}

export function internalError(message = 'etcdserver: request timed out'): Refusal {
  return new Refusal(500, 'InternalError', message);
}

/** No server answered at all: kubectl's own words. */
export function unreachable(): Refusal {
  return new Refusal(503, 'ServiceUnavailable', 'Unable to connect to the server');
}

/** What the real server would do and the simulation does not. */
export function notSimulated(message: string): Refusal {
  return new Refusal(501, 'NotImplemented', `${message} (not simulated)`);
}

export function invalid(resource: Resource, name: string, errors: readonly FieldError[]): Refusal {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const causes = errors.map(({ field, type, message }) => ({ field, reason: type, message }));
  return new Refusal(422, 'Invalid', `${qualifiedKind(resource)} "${name}" is invalid: ${list}`, { causes });
}
