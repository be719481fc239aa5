// What an object that leads requests says of one Service: which requests go where, in the order in which it is looked at.
import type { RequestTraits } from '../../model/request-traits.ts';

/** Pods of a Service. */
interface RouteTarget {
  readonly namespace: string;
  readonly service: string;
  /** Of its pods those with these labels; without it all. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface RouteBackend extends RouteTarget {
  readonly weight: number;
}

/** Where requests go too, with answers that nobody waits for. */
export interface RouteMirror extends RouteTarget {
  /** Of the requests, 0 to 1. */
  readonly share: number;
}

export interface RouteEntry {
  readonly matches: (request: RequestTraits) => boolean;
  readonly backends: readonly RouteBackend[];
  readonly mirrors?: readonly RouteMirror[];
  /** Clients have a cookie: the name under which those of this route are remembered. */
  readonly sticky?: string;
}

/** The rules for requests that name a Service. */
export interface ServiceRoute {
  readonly namespace: string;
  readonly service: string;
  readonly entries: readonly RouteEntry[];
}

/** The whole value, as Go's and Envoy's full matches of regular expressions. An expression that cannot be read matches nothing. */
export function matchesWhole(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return false;
  }
}

/** `/api` is a prefix of `/api` and `/api/v1`, not of `/apis`. */
export function hasPathPrefix(path: string, prefix: string): boolean {
  const bare = prefix.replace(/\/+$/, '');
  return path === bare || path.startsWith(`${bare}/`);
}

export function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}

/** The header `cookie` is what the cookies are sent in. */
export function headerOf({ headers, cookies }: RequestTraits, name: string): string | undefined {
  const own = headers[name.toLowerCase()];
  if (own !== undefined || name.toLowerCase() !== 'cookie') return own;
  const pairs = Object.entries(cookies);
  return pairs.length === 0 ? undefined : pairs.map(([key, value]) => `${key}=${value}`).join('; ');
}
