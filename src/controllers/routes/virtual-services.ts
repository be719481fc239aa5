// Istio's VirtualServices: the first HTTP route of a host that a request matches says where it goes, by weight.
import type { RequestTraits } from '../../model/request-traits.ts';
import type {
  DestinationRule,
  StringMatch,
  VirtualService,
  VirtualServiceMatch,
  VirtualServiceRoute,
} from './route-objects.ts';
import {
  headerOf,
  matchesWhole,
  type RouteBackend,
  type RouteEntry,
  type ServiceRoute,
  withoutQuery,
} from './route.ts';

const ALL_PERCENT = 100;

/** Without gateways it is for the mesh, to which all pods belong here; with one, for requests from outside. */
export function virtualServiceRoutes(
  services: readonly VirtualService[],
  rules: readonly DestinationRule[],
): ServiceRoute[] {
  return services.flatMap(({ metadata, spec = {} }) => {
    const { namespace = 'default' } = metadata;
    const { gateways = ['mesh'], http = [] } = spec;
    const mesh = gateways.includes('mesh');
    const atGateway = gateways.some((one) => one !== 'mesh');
    const applies = ({ outside }: RequestTraits): boolean => (outside ? atGateway : mesh);
    const entries = http.map(
      ({ match = [], route = [], mirror, mirrorPercentage }): RouteEntry => ({
        matches: (request) => applies(request) && (match.length === 0 || match.some((one) => agrees(one, request))),
        // A single destination needs no weight.
        backends: route.map(({ destination, weight }) => ({
          ...targetOf(destination, namespace, rules),
          weight: weight ?? (route.length === 1 ? 1 : 0),
        })),
        ...(mirror === undefined
          ? {}
          : {
              mirrors: [
                {
                  ...targetOf(mirror, namespace, rules),
                  share: (mirrorPercentage?.value ?? ALL_PERCENT) / ALL_PERCENT,
                },
              ],
            }),
      }),
    );
    const named = (spec.hosts ?? []).map((host) => hostOf(host, namespace));
    // Who comes by a gateway asks for a public name: here, for one of the Services behind it.
    const behind = atGateway ? entries.flatMap(({ backends }) => backends) : [];
    const all = new Map([...named, ...behind].map((one) => [`${one.namespace}/${one.service}`, one]));
    return [...all.values()].map((one) => ({ namespace: one.namespace, service: one.service, entries }));
  });
}

/** A subset has the pods with its labels. One that no DestinationRule has leads nowhere. */
function targetOf(
  { host, subset }: NonNullable<VirtualServiceRoute['mirror']>,
  own: string,
  rules: readonly DestinationRule[],
): Omit<RouteBackend, 'weight'> {
  const target = hostOf(host, own);
  if (subset === undefined) return target;
  for (const { metadata, spec } of rules) {
    const of = hostOf(spec?.host ?? '', metadata.namespace ?? 'default');
    if (of.service !== target.service || of.namespace !== target.namespace) continue;
    const found = spec?.subsets?.find(({ name }) => name === subset);
    if (found !== undefined) return { ...target, labels: found.labels ?? {} };
  }
  return { namespace: target.namespace, service: '' };
}

/** `reviews`, `reviews.shop` or `reviews.shop.svc.cluster.local`. */
function hostOf(host: string, own: string): { readonly namespace: string; readonly service: string } {
  const [service, namespace = own] = host.split('.');
  return { service, namespace };
}

/** All conditions of one match block. */
function agrees({ uri, method, headers = {} }: VirtualServiceMatch, request: RequestTraits): boolean {
  return (
    (uri === undefined || matchesText(uri, withoutQuery(request.path))) &&
    (method === undefined || matchesText(method, request.method)) &&
    Object.entries(headers).every(([name, condition]) => {
      const value = headerOf(request, name);
      return value !== undefined && matchesText(condition, value);
    })
  );
}

/** A condition without words is that there is a value. */
function matchesText({ exact, prefix, regex }: StringMatch, value: string): boolean {
  if (exact !== undefined) return value === exact;
  if (prefix !== undefined) return value.startsWith(prefix);
  return regex === undefined || matchesWhole(regex, value);
}
