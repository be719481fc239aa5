// What filters of an HTTPRoute's rule do to a request on its way to a backend, or in its place. Source: Gateway API v1, HTTPRouteFilter.
import type { RequestTraits } from '../../model/request-traits.ts';
import type { HttpFilter, HttpMatch, PathModifier } from '../routes/route-objects.ts';

/** A filter answers by itself: the client is told to go elsewhere. */
export function redirects(filters: readonly HttpFilter[]): boolean {
  return filters.some(({ type }) => type === 'RequestRedirect');
}

/** What comes to the backend, by what came to the proxy; undefined where filters leave it alone. Answers are not looked at. */
export function rewriteOf(
  filters: readonly HttpFilter[],
  match: HttpMatch,
): ((request: RequestTraits) => RequestTraits) | undefined {
  const changing = filters.filter(({ type }) => type === 'RequestHeaderModifier' || type === 'URLRewrite');
  if (changing.length === 0) return undefined;
  return (request) => changing.reduce((before, filter) => changed(before, filter, match.path?.value ?? '/'), request);
}

function changed(request: RequestTraits, filter: HttpFilter, prefix: string): RequestTraits {
  const { requestHeaderModifier: headers, urlRewrite: url } = filter;
  return {
    ...request,
    host: url?.hostname?.toLowerCase() ?? request.host,
    path: url?.path === undefined ? request.path : rewrittenPath(request.path, prefix, url.path),
    headers: headers === undefined ? request.headers : modified(request.headers, headers),
  };
}

/** `set` replaces a header, `add` appends to it, `remove` takes it away. */
function modified(
  before: RequestTraits['headers'],
  { set = [], add = [], remove = [] }: NonNullable<HttpFilter['requestHeaderModifier']>,
): RequestTraits['headers'] {
  const headers: Record<string, string> = { ...before };
  for (const { name, value } of set) headers[name.toLowerCase()] = value;
  for (const { name, value } of add) {
    const had = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = had === undefined ? value : `${had},${value}`;
  }
  const gone = new Set(remove.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !gone.has(name)));
}

/** The query stays. A prefix is replaced by whole elements: slashes at the end of either do not matter. */
export function rewrittenPath(path: string, prefix: string, modifier: PathModifier): string {
  const [whole, ...query] = path.split('?');
  const kept = query.length === 0 ? '' : `?${query.join('?')}`;
  if (modifier.type === 'ReplaceFullPath') return `${modifier.replaceFullPath ?? '/'}${kept}`;
  const rest = whole.slice(prefix.replace(/\/$/, '').length);
  const start = (modifier.replacePrefixMatch ?? '').replace(/\/$/, '');
  return `${start}${rest}` === '' ? `/${kept}` : `${start}${rest}${kept}`;
}
