// Who may ask: requests with the token, to a host that cannot be another one in disguise, from no page of another site.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** Why a request is refused, as the API server says it. */
export interface Refusal {
  readonly code: 401 | 403;
  readonly reason: 'Unauthorized' | 'Forbidden';
  readonly message: string;
}

const unauthorized: Refusal = { code: 401, reason: 'Unauthorized', message: 'Unauthorized' };

export class Guard {
  readonly #token: Buffer | undefined;
  readonly #hosts: ReadonlySet<string>;

  /** Without a token everybody who can connect may ask. `hosts`: names by which the server is known, beside addresses and `localhost`. */
  constructor(token: string | undefined, hosts: readonly string[]) {
    this.#token = token === undefined ? undefined : digest(token);
    this.#hosts = new Set(['localhost', ...hosts.map((host) => host.toLowerCase())]);
  }

  /** Undefined for a request that may be answered. */
  refusal(headers: IncomingHttpHeaders): Refusal | undefined {
    const host = hostOf(headers.host);
    if (host === undefined || (isIP(host) === 0 && !this.#hosts.has(host))) {
      return forbidden(`the host ${JSON.stringify(headers.host ?? '')} is not known here: a page may have renamed it`);
    }
    const { origin } = headers;
    const site = headers['sec-fetch-site'];
    // A page that was opened here sends its own origin; kubectl sends none.
    if (origin !== undefined && originHost(origin) !== headers.host) {
      return forbidden(`requests of the origin ${JSON.stringify(origin)} are not answered`);
    }
    if (site === 'cross-site' || site === 'same-site') return forbidden('requests of other sites are not answered');
    if (this.#token === undefined) return undefined;
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), this.#token) ? undefined : unauthorized;
  }
}

function forbidden(message: string): Refusal {
  return { code: 403, reason: 'Forbidden', message };
}

/** Of equal length for every token, so that it can be compared in constant time. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The name or address in a `Host` header, without its port. */
function hostOf(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(header ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
