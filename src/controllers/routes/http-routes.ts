// Gateway API's HTTPRoutes: the most specific match of a request says which backends it has, by weight.
import type { RequestTraits } from '../../model/request-traits.ts';
import type { HttpFilter, HttpMatch, HttpRoute } from './route-objects.ts';
import { hasPathPrefix, headerOf, matchesWhole, type RouteEntry, type ServiceRoute, withoutQuery } from './route.ts';

interface Rule extends Pick<RouteEntry, 'backends' | 'mirrors'> {
  readonly match: HttpMatch;
}

/**
 * One that hangs on a Service (`parentRefs: [{ kind: Service }]`) is for the pods of a mesh that call it. One that hangs on a Gateway is for
 * requests from outside; they are known by the Service that they name, which is each of its backends.
 */
export function httpRoutes(routes: readonly HttpRoute[]): ServiceRoute[] {
  return routes.flatMap(({ metadata, spec = {} }) => {
    const { namespace = 'default' } = metadata;
    const rules = (spec.rules ?? []).flatMap(({ matches = [{}], backendRefs = [], filters = [] }): Rule[] => {
      const backends = backendRefs.map((one) => ({
        namespace: one.namespace ?? namespace,
        service: one.name,
        weight: one.weight ?? 1,
      }));
      const mirrors = filters.flatMap(({ requestMirror }) => {
        if (requestMirror === undefined) return [];
        const { backendRef } = requestMirror;
        return [
          {
            namespace: backendRef.namespace ?? namespace,
            service: backendRef.name,
            share: mirroredShare(requestMirror),
          },
        ];
      });
      return matches.map((match) => ({ match, backends, ...(mirrors.length === 0 ? {} : { mirrors }) }));
    });
    rules.sort((a, b) => compareSpecific(a.match, b.match));
    const parents = spec.parentRefs ?? [];
    const inMesh = parents.filter(({ kind }) => kind === 'Service').map(({ name }) => name);
    const atGateway = parents.some(({ kind = 'Gateway' }) => kind === 'Gateway')
      ? [...new Set(rules.flatMap(({ backends }) => backends.map(({ service }) => service)))]
      : [];
    const entries = (outside: boolean): RouteEntry[] =>
      rules.map(({ match, ...led }) => ({
        ...led,
        matches: (request) => request.outside === outside && matchesHttp(match, request),
      }));
    return [
      ...inMesh.map((service): ServiceRoute => ({ namespace, service, entries: entries(false) })),
      ...atGateway.map((service): ServiceRoute => ({ namespace, service, entries: entries(true) })),
    ];
  });
}

/** Of the requests, 0 to 1. */
export function mirroredShare({ percent = 100, fraction }: NonNullable<HttpFilter['requestMirror']>): number {
  return fraction === undefined ? percent / 100 : fraction.numerator / (fraction.denominator ?? 100);
}

/** Exact paths first, then the longer prefix, then the most headers, then the most query parameters; else as they were written. */
export function compareSpecific(a: HttpMatch, b: HttpMatch): number {
  return (
    Number(b.path?.type === 'Exact') - Number(a.path?.type === 'Exact') ||
    (b.path?.value ?? '/').length - (a.path?.value ?? '/').length ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    (b.headers ?? []).length - (a.headers ?? []).length ||
    (b.queryParams ?? []).length - (a.queryParams ?? []).length
  );
}

export function matchesHttp(
  { path, headers = [], queryParams = [], method }: HttpMatch,
  request: RequestTraits,
): boolean {
  const asked = withoutQuery(request.path);
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  const onPath =
    type === 'Exact'
      ? asked === value
      : type === 'RegularExpression'
        ? matchesWhole(value, asked)
        : hasPathPrefix(asked, value);
  const query = new Map(
    request.path
      .slice(asked.length + 1)
      .split('&')
      .map((pair): [string, string] => {
        const [name, ...rest] = pair.split('=');
        return [name, rest.join('=')];
      }),
  );
  const agrees = (given: string | undefined, kind: string | undefined, wanted: string): boolean =>
    given !== undefined && (kind === 'RegularExpression' ? matchesWhole(wanted, given) : given === wanted);
  return (
    onPath &&
    (method === undefined || method === request.method) &&
    headers.every((one) => agrees(headerOf(request, one.name), one.type, one.value)) &&
    queryParams.every((one) => agrees(query.get(one.name), one.type, one.value))
  );
}
