// What a controller makes of its Ingresses: a server for each host, with locations from the most specific one on.
import type { GatewayRoute, GatewayTable } from '../../model/gateway-table.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { RequestTraits } from '../../model/request-traits.ts';
import type { FamilyUse } from '../../model/settings/family-use.ts';
import {
  annotation,
  canaryOf,
  canarySplits,
  isCanary,
  keepsCanaries,
  type Path,
  pathsOf,
} from '../routes/ingress-canaries.ts';
import type { Ingress } from '../routes/route-objects.ts';
import { hasPathPrefix, withoutQuery } from '../routes/route.ts';
import { compareHosts, isIngressHost } from './hosts.ts';

const US_PER_S = 1e6;
/** Source: ingress-nginx, "How it works", when a reload is required. */
const CHANGED_IN_PLACE = /^nginx\.ingress\.kubernetes\.io\/(load-balance|upstream-hash-by|affinity)/;

interface Location {
  readonly host: string;
  readonly path: string;
  readonly type: string;
  readonly routes: readonly GatewayRoute[];
}

/** How the annotations of ingress-nginx are read; other controllers have none of them. */
export interface IngressOptions {
  readonly annotations: boolean;
  /** By name of a route: where its clients were sent to, for as long as the run lasts. */
  readonly cookies: (route: string) => Map<number, string>;
}

/**
 * A request goes to the server of its host: an exact one, else a wildcard's, else the one without a host. There the first location
 * matches: exact ones, then the longer ones; `Prefix` goes by elements, `ImplementationSpecific` by letters as nginx' and HAProxy's prefixes do.
 * What no location takes goes to a default backend. Of two with one host and path the older Ingress counts.
 */
export function ingressTable(ingresses: readonly Ingress[], options: IngressOptions): GatewayTable {
  const canaries = options.annotations ? ingresses.filter(isCanary) : [];
  const mains = ingresses.filter((one) => !canaries.includes(one));
  const locations = mains.flatMap((main) => ownPaths(main).map((path) => locationOf(main, path, canaries, options)));
  const servers = [...new Set(locations.map(({ host }) => host))].sort(compareHosts).map((host) => ({
    host,
    locations: locations.filter((one) => one.host === host).sort(compareLocations),
  }));
  const fallbacks = mains.flatMap((main) =>
    pathsOf({ ...main, spec: { ...main.spec, rules: [] } }).flatMap((path) => [
      ...locationOf(main, path, canaries, options).routes,
    ]),
  );
  const certified = mains.flatMap(({ spec }) => (spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts));
  return {
    find(request) {
      const server = servers.find(({ host }) => isIngressHost(host, request.host));
      const asked = withoutQuery(request.path);
      const location = server?.locations.find((one) => isAt(one, asked));
      return (location?.routes ?? fallbacks).find(({ matches }) => matches(request));
    },
    hasTls: (host) => certified.some((one) => isIngressHost(one, host)),
    digest: canonicalJson(ingresses.map((one) => configurationOf(one, canaries.includes(one)))),
  };
}

/** What of an Ingress is in the configuration file. Weights of a canary, and how endpoints are chosen, are told to the workers as endpoints are. */
function configurationOf({ metadata, spec = {} }: Ingress, isCanary: boolean): unknown {
  const { namespace = 'default', name, annotations = {} } = metadata;
  if (isCanary) return { namespace, name };
  const kept = Object.entries(annotations).filter(([key]) => !CHANGED_IN_PLACE.test(key));
  return { namespace, name, annotations: Object.fromEntries(kept), spec };
}

function ownPaths(main: Ingress): Path[] {
  const { defaultBackend: _fallback, ...spec } = main.spec ?? {};
  return pathsOf({ ...main, spec });
}

function compareLocations(a: Location, b: Location): number {
  return Number(b.type === 'Exact') - Number(a.type === 'Exact') || b.path.length - a.path.length;
}

/** Source of the rules: Kubernetes' documentation of Ingress, "Path types" and its examples. */
function isAt({ type, path }: Location, asked: string): boolean {
  if (type === 'Exact') return asked === path;
  return type === 'Prefix' ? hasPathPrefix(asked, path) : asked.startsWith(path);
}

function locationOf(
  main: Ingress,
  path: Path,
  canaries: readonly Ingress[],
  { annotations, cookies }: IngressOptions,
): Location {
  const { namespace = 'default', name } = main.metadata;
  const of = `Ingress ${namespace}/${name}`;
  const backend = ({ service, port }: Path, weight: number) => ({ namespace, service, port, weight });
  const own = annotations ? ownSettings(main) : {};
  const found = canaryOf(main, path, canaries);
  const always = (): boolean => true;
  const { host, type } = path;
  if (found === undefined) {
    return { host, type, path: path.path, routes: [{ of, matches: always, backends: [backend(path, 1)], ...own }] };
  }
  const sticky = keepsCanaries(main, found.canary)
    ? { sticky: cookies(`${namespace}/${name} ${path.host}${path.path}`) }
    : {};
  const routes = canarySplits(found.canary).map((split) => ({
    of,
    matches: (request: RequestTraits) => split.matches(request),
    backends: [backend(path, split.stable), backend(found.own, split.canary)],
    ...sticky,
    ...own,
  }));
  return { host, type, path: path.path, routes };
}

/** `proxy-read-timeout` in seconds, `affinity`, `upstream-hash-by` (one variable) and `load-balance`, in the order in which they go before each other. */
function ownSettings(main: Ingress): Pick<GatewayRoute, 'timeoutUs' | 'balancer'> {
  const seconds = annotation(main, 'proxy-read-timeout');
  const balancer = balancerOf(main);
  return {
    ...(/^\d+$/.test(seconds) ? { timeoutUs: Number(seconds) * US_PER_S } : {}),
    ...(balancer === undefined ? {} : { balancer }),
  };
}

function balancerOf(main: Ingress): FamilyUse | undefined {
  if (annotation(main, 'affinity') === 'cookie') return { name: 'IngressNginxSticky', args: {} };
  const key = hashKeyOf(annotation(main, 'upstream-hash-by'));
  if (key !== undefined) return { name: 'IngressNginxHash', args: { key } };
  const method = annotation(main, 'load-balance');
  if (method === 'ewma') return { name: 'IngressNginxEwma', args: {} };
  return method === 'round_robin' ? { name: 'IngressNginxRoundRobin', args: {} } : undefined;
}

/** Of variables: the address of the client, a header, a cookie. Others are the same for all requests of a source. */
function hashKeyOf(variable: string): unknown {
  if (variable === '$remote_addr' || variable === '$binary_remote_addr') return 'source';
  const [, kind, name] = /^\$(http|cookie)_(\w+)$/.exec(variable) ?? [];
  if (kind === 'http') return { header: name.replaceAll('_', '-').toLowerCase() };
  return kind === 'cookie' ? { cookie: name } : undefined;
}
