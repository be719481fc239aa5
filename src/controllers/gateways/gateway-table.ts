// What a controller makes of a Gateway: its listeners, and the HTTPRoutes that hang on each, with the most specific match first.
import type {
  ComesBy,
  GatewayBackend,
  GatewayRetries,
  GatewayRoute,
  GatewayTable,
  MirrorOfRoute,
} from '../../model/gateway-table.ts';
import { canonicalJson } from '../../model/interner.ts';
import { parseGoDuration } from '../../model/parse/go-duration.ts';
import { compareSpecific, matchesHttp, mirroredShare } from '../routes/http-routes.ts';
import type { BackendRef, Gateway, HttpFilter, HttpMatch, HttpRoute, Listener } from '../routes/route-objects.ts';
import { allows, type GatewaySurroundings, isHttp, isParent, sharedHosts, unresolved } from './attachment.ts';
import { redirects, rewriteOf } from './route-filters.ts';
import { compareHosts, isGatewayHost } from './hosts.ts';
import { hostOf, isOpen } from './listeners.ts';

const NS_PER_US = 1000n;
const NO_PORT = 0;
/** Whoever connects to a listener that does not serve finds the connection closed. */
const CLOSED: GatewayRoute = { of: 'a closed listener', matches: () => true, backends: [], closes: true };

type HttpListener = Listener & { readonly host: string; readonly serves: boolean };

interface Server {
  readonly host: string;
  /** One of its listeners does. */
  readonly serves: boolean;
  readonly rules: readonly Rule[];
}

interface Rule {
  readonly host: string;
  readonly match: HttpMatch;
  readonly route: GatewayRoute;
  /** Of the rule, and then of each of its backends. */
  readonly filters: readonly (readonly HttpFilter[])[];
}

/**
 * A request is the affair of the listener of its port with the most specific host that it matches, and of no other. Its port is that of the Service by
 * which it came; one that is no listener's is as good as any, as that Service is not the controller's here. Of the rules that hang there the one with
 * the most specific host comes first; then exact paths, longer prefixes, a method, more headers, more query parameters, the older route, the
 * first in alphabetical order, the first as written. Source: Gateway API v1, HTTPRouteSpec.
 */
export function gatewayTable(gateway: Gateway, around: GatewaySurroundings): GatewayTable {
  const listeners = [...(gateway.spec?.listeners ?? [])]
    .filter(isHttp)
    .map((listener) => ({ ...listener, host: hostOf(listener), serves: isOpen(listener, gateway, around) }))
    .sort((a, b) => compareHosts(a.host, b.host));
  const serversOf = (those: readonly HttpListener[]): readonly Server[] =>
    [...new Set(those.map(({ host }) => host))].map((host) => {
      const open = those.filter((one) => one.host === host && one.serves);
      const rules = open
        .flatMap((listener) => rulesOf(gateway, listener, host, around))
        .sort((a, b) => compareHosts(a.host, b.host) || compareSpecific(a.match, b.match));
      return { host, serves: open.length > 0, rules };
    });
  const servers = serversOf(listeners);
  const ports = new Set(listeners.map(({ port }) => port));
  const ofPort = new Map([...ports].map((port) => [port, listeners.filter((one) => one.port === port)]));
  const serversOfPort = new Map([...ofPort].map(([port, those]) => [port, serversOf(those)]));
  const portOf = (by: ComesBy): number => (ports.size < 2 ? NO_PORT : (around.portOf(by) ?? NO_PORT));
  return {
    find(request, by) {
      const server = (serversOfPort.get(portOf(by)) ?? servers).find(({ host }) => isGatewayHost(host, request.host));
      if (server?.serves === false) return CLOSED;
      return server?.rules.find(({ host, match }) => isGatewayHost(host, request.host) && matchesHttp(match, request))
        ?.route;
    },
    hasTls: (asked, by) =>
      (ofPort.get(portOf(by)) ?? listeners).some(
        ({ host, protocol, serves }) => protocol === 'HTTPS' && serves && isGatewayHost(host, asked),
      ),
    digest: canonicalJson([
      gateway.spec?.listeners ?? [],
      [servers, ...serversOfPort.values()].map((those) =>
        those.map(({ serves, rules }) => [
          serves,
          rules.map(({ host, match, route, filters }) => ({ host, match, filters, ...led(route) })),
        ]),
      ),
    ]),
  };
}

const led = ({ of, backends, timeoutUs = -1, retries }: GatewayRoute) => ({
  of,
  backends: backends.map(({ namespace, service, port, weight }) => ({ namespace, service, port, weight })),
  timeoutUs,
  ...(retries === undefined ? {} : { retries }),
});

/** Of the routes that name this listener, or the Gateway as a whole, and that it allows. */
function rulesOf(gateway: Gateway, listener: Listener, host: string, around: GatewaySurroundings): Rule[] {
  const home = gateway.metadata.namespace ?? 'default';
  return inOrderOfAge(around.routes).flatMap((route) => {
    const { namespace = 'default', name } = route.metadata;
    const { parentRefs = [], rules = [{}] } = route.spec ?? {};
    if (!parentRefs.some((ref) => isParent(ref, namespace, gateway, listener))) return [];
    if (!allows(listener, home, namespace, around)) return [];
    return sharedHosts(host, route).flatMap((common) =>
      rules.flatMap(({ matches = [{}], backendRefs = [], timeouts, filters = [], retry }) => {
        const mirrors = mirrorsOf(filters, namespace, around);
        const made: GatewayRoute = {
          of: `HTTPRoute ${namespace}/${name}`,
          matches: () => true,
          backends: backendRefs.map((ref) => backendOf(ref, namespace, around)),
          ...timeoutOf(timeouts?.backendRequest ?? timeouts?.request),
          ...(retry === undefined ? {} : { retries: retriesOf(retry) }),
          ...(redirects(filters) ? { redirects: true } : {}),
          ...(mirrors.length === 0 ? {} : { mirrors }),
        };
        return matches.map((match) => {
          const rewrite = rewriteOf(filters, match);
          const backends = made.backends.map((backend, at) => {
            const own = rewriteOf(backendRefs[at].filters ?? [], match);
            const copies = mirrorsOf(backendRefs[at].filters ?? [], namespace, around);
            return {
              ...backend,
              ...(own === undefined ? {} : { rewrite: own }),
              ...(copies.length === 0 ? {} : { mirrors: copies }),
            };
          });
          const route = { ...made, backends, ...(rewrite === undefined ? {} : { rewrite }) };
          return { host: common, match, route, filters: [filters, ...backendRefs.map((ref) => ref.filters ?? [])] };
        });
      }),
    );
  });
}

/** To backends that there are. */
function mirrorsOf(filters: readonly HttpFilter[], namespace: string, around: GatewaySurroundings): MirrorOfRoute[] {
  return filters.flatMap(({ requestMirror: mirror }) => {
    const backend = mirror && backendOf(mirror.backendRef, namespace, around);
    return backend === undefined || backend.service === '' ? [] : [{ backend, share: mirroredShare(mirror!) }];
  });
}

/** They come in the order of their creation; those of one moment are sorted by name. */
function inOrderOfAge(routes: readonly HttpRoute[]): HttpRoute[] {
  const key = ({ metadata: { namespace = 'default', name } }: HttpRoute): string => `${namespace}/${name}`;
  const age = ({ metadata }: HttpRoute): string => metadata.creationTimestamp ?? '';
  return [...routes].sort((a, b) => compare(age(a), age(b)) || compare(key(a), key(b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What must not be referred to, or does not exist, is named '' (500). */
function backendOf(ref: BackendRef, from: string, around: GatewaySurroundings): GatewayBackend {
  const exists = unresolved(ref, from, around) === undefined;
  const { namespace = from, name, port = '', weight = 1 } = ref;
  return { namespace, service: exists ? name : '', port: String(port), weight };
}

/** By status codes; a connection that is refused or breaks is tried again in any case (GEP-1731). One attempt more where nothing is said. */
function retriesOf({
  attempts = 1,
  backoff,
  codes = [],
}: NonNullable<NonNullable<NonNullable<HttpRoute['spec']>['rules']>[number]['retry']>): GatewayRetries {
  const on: GatewayRetries['on'] = [
    'error',
    ...(codes.includes(504) ? (['timeout'] as const) : []),
    ...(codes.includes(500) ? (['http_500'] as const) : []),
    ...(codes.includes(503) ? (['http_503'] as const) : []),
  ];
  return { max: attempts, on, backoffUs: timeoutOf(backoff).timeoutUs ?? 0 };
}

/** `10s`; 0 is none. */
function timeoutOf(text: string | undefined): Pick<GatewayRoute, 'timeoutUs'> {
  return text === undefined ? {} : { timeoutUs: Number(parseGoDuration(text) / NS_PER_US) };
}
