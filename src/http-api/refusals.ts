// Refusals of the front itself, in the API server's words.
import { Refusal } from '../api/resources/status.ts';
import type { Exchange } from './call.ts';

export function methodNotAllowed(): Refusal {
  return new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

/** For a path that names nothing, which no API has ever heard of. */
export function notFoundPath(exchange: Exchange): void {
  exchange.text(404, '404 page not found\n');
}

export function unsupportedMediaType(accepted: readonly string[]): Refusal {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new Refusal(415, 'UnsupportedMediaType', message);
}
