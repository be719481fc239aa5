// Canaries of ingress-nginx: a second Ingress of the same host and path takes a part of the requests, by header, cookie or weight.
import type { RequestTraits } from '../../model/request-traits.ts';
import type { Ingress } from './route-objects.ts';
import { hasPathPrefix, headerOf, type RouteEntry, type ServiceRoute, withoutQuery } from './route.ts';

const PREFIX = 'nginx.ingress.kubernetes.io/';

export interface Path {
  readonly host: string;
  readonly path: string;
  readonly type: string;
  readonly service: string;
  /** By name or number. */
  readonly port: string;
}

/** One of ingress-nginx, '' where there is none. */
export function annotation({ metadata }: Ingress, name: string): string {
  return metadata.annotations?.[`${PREFIX}${name}`] ?? '';
}

export function isCanary(ingress: Ingress): boolean {
  return annotation(ingress, 'canary') === 'true';
}

export function pathsOf({ spec = {} }: Ingress): Path[] {
  const { defaultBackend, rules = [] } = spec;
  const byRule = rules.flatMap(({ host = '', http }) =>
    (http?.paths ?? []).flatMap(({ path = '/', pathType, backend }): Path[] => {
      const { service } = backend;
      return service === undefined
        ? []
        : [{ host, path, type: pathType, service: service.name, port: portOf(service.port) }];
    }),
  );
  const fallback = defaultBackend?.service;
  if (fallback === undefined) return byRule;
  return [...byRule, { host: '', path: '/', type: 'Prefix', service: fallback.name, port: portOf(fallback.port) }];
}

function portOf(port: { readonly name?: string; readonly number?: number } | undefined): string {
  return port?.name ?? String(port?.number ?? '');
}

/** The canary of a path and where it leads. nginx has one for a path; another one is left out, with a line in its log. */
export function canaryOf(
  main: Ingress,
  path: Path,
  canaries: readonly Ingress[],
): { readonly canary: Ingress; readonly own: Path } | undefined {
  const { namespace = 'default' } = main.metadata;
  return canaries
    .filter(({ metadata }) => (metadata.namespace ?? 'default') === namespace)
    .flatMap((canary) => pathsOf(canary).map((own) => ({ canary, own })))
    .find(({ own }) => own.host === path.host && own.path === path.path && own.service !== path.service);
}

/** Requests from outside to a Service that is a backend of an Ingress come by it: by the first path of theirs that leads there. */
export function ingressRoutes(ingresses: readonly Ingress[]): ServiceRoute[] {
  const canaries = ingresses.filter(isCanary);
  return ingresses
    .filter((one) => !isCanary(one))
    .flatMap((main) => {
      const { namespace = 'default' } = main.metadata;
      return pathsOf(main).flatMap((path): ServiceRoute[] => {
        const found = canaryOf(main, path, canaries);
        const entries = entriesOf(main, namespace, path, found?.canary, found?.own.service);
        return entries.length === 0 ? [] : [{ namespace, service: path.service, entries }];
      });
    });
}

function entriesOf(
  main: Ingress,
  namespace: string,
  path: Path,
  canary: Ingress | undefined,
  service: string | undefined,
): RouteEntry[] {
  const keeps = annotation(main, 'affinity') === 'cookie';
  const isOnPath = ({ outside, path: asked }: RequestTraits): boolean =>
    outside &&
    (path.type === 'Exact' ? withoutQuery(asked) === path.path : hasPathPrefix(withoutQuery(asked), path.path));
  const cookie = `${namespace}/${main.metadata.name} ${path.host}${path.path}`;
  const stable = (weight: number) => ({ namespace, service: path.service, weight });
  if (canary === undefined || service === undefined) {
    return keeps ? [{ matches: isOnPath, backends: [stable(1)], sticky: cookie }] : [];
  }
  const sticky = keepsCanaries(main, canary) ? { sticky: cookie } : {};
  return canarySplits(canary).map((split) => ({
    matches: (request) => isOnPath(request) && split.matches(request),
    backends: [stable(split.stable), { namespace, service, weight: split.canary }],
    ...sticky,
  }));
}

/** Who has a cookie goes where it says, before anything else, unless the canary's behaviour is the old one. */
export function keepsCanaries(main: Ingress, canary: Ingress): boolean {
  return annotation(main, 'affinity') === 'cookie' && annotation(canary, 'affinity-canary-behavior') !== 'legacy';
}

/** How a canary divides requests with the path that it stands beside: by the first that matches. */
export function canarySplits(canary: Ingress): readonly {
  readonly matches: (request: RequestTraits) => boolean;
  readonly stable: number;
  readonly canary: number;
}[] {
  const total = Math.max(100, whole(annotation(canary, 'canary-weight-total'), 100));
  const weight = Math.min(total, whole(annotation(canary, 'canary-weight'), 0));
  return [
    { matches: (request) => isChosen(canary, request) === true, stable: 0, canary: 1 },
    { matches: (request) => isChosen(canary, request) === false, stable: 1, canary: 0 },
    { matches: () => true, stable: total - weight, canary: weight },
  ];
}

/** By header, then by cookie; undefined where neither decides and it is a matter of weight. */
function isChosen(canary: Ingress, request: RequestTraits): boolean | undefined {
  const header = annotation(canary, 'canary-by-header');
  const value = annotation(canary, 'canary-by-header-value');
  const pattern = annotation(canary, 'canary-by-header-pattern');
  const given = header === '' ? undefined : headerOf(request, header);
  if (given !== undefined) {
    if (value !== '') {
      if (given === value) return true;
    } else if (pattern !== '') {
      if (matchesSomewhere(pattern, given)) return true;
    } else if (given === 'always' || given === 'never') return given === 'always';
  }
  const cookie = annotation(canary, 'canary-by-cookie');
  const said = cookie === '' ? undefined : request.cookies[cookie];
  return said === 'always' ? true : said === 'never' ? false : undefined;
}

/** As nginx does; one that cannot be read matches nothing. */
function matchesSomewhere(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern).test(value);
  } catch {
    return false;
  }
}

function whole(text: string, otherwise: number): number {
  return /^\d+$/.test(text) ? Number(text) : otherwise;
}
