// What Argo changes in the HTTP routes of a VirtualService: weights of destinations, routes for headers and mirrors, the order of managed ones.
import { SyncFailed } from '../../kit/sync.ts';
import type { VirtualServiceDestination, VirtualServiceRoute } from '../../routes/route-objects.ts';
import type { HeaderRoute, MirrorRoute, TrafficWeights } from '../rollout-objects.ts';

type Routes = readonly VirtualServiceRoute[];

/** Who is who in the destinations of a route: by Service, or by subset of one Service. */
export interface Parties {
  readonly canaryService: string | undefined;
  readonly stableService: string | undefined;
  readonly canarySubset: string | undefined;
  readonly stableSubset: string | undefined;
  /** The Service of the subsets. */
  readonly host: string | undefined;
}

/** Routes by name, or the one without a name; and mirrors that Argo made. Throws SyncFailed. */
export function withWeights(
  routes: Routes,
  names: readonly string[],
  managed: readonly string[],
  parties: Parties,
  weights: TrafficWeights,
): Routes {
  const chosen = chosenRoutes(routes, names, managed);
  for (const route of chosen) checkParties(route, parties);
  const mirrors = routes.filter(({ name = '', mirror }) => mirror !== undefined && managed.includes(name));
  const weighed = new Set([...chosen, ...mirrors]);
  return routes.map((route) =>
    weighed.has(route) ? { ...route, route: weighedDestinations(route, parties, weights) } : route,
  );
}

function weighedDestinations(
  { route = [] }: VirtualServiceRoute,
  { canaryService, stableService, canarySubset, stableSubset }: Parties,
  { canary, stable, additional = [] }: TrafficWeights,
): readonly VirtualServiceDestination[] {
  const rest = new Map(additional.map((one) => [one.serviceName ?? '', one.weight]));
  const kept = route.flatMap((one): VirtualServiceDestination[] => {
    const { subset } = one.destination;
    const host = shortHost(one.destination.host);
    const isOf = (service: string | undefined, part: string | undefined): boolean =>
      host === service || (subset !== undefined && subset === part);
    if (isOf(canaryService, canarySubset)) return [{ ...one, weight: canary.weight }];
    if (isOf(stableService, stableSubset)) return [{ ...one, weight: stable.weight }];
    const experiment = rest.get(host);
    rest.delete(host);
    if (experiment !== undefined) return [{ ...one, weight: experiment }];
    // What is neither goes, unless it had nothing anyway.
    return (one.weight ?? 0) === 0 ? [one] : [];
  });
  return [...kept, ...[...rest].map(([host, weight]) => ({ weight, destination: { host } }))];
}

export function withHeaderRoute(
  routes: Routes,
  names: readonly string[],
  managed: readonly string[],
  parties: Parties,
  { name, match }: HeaderRoute,
): Routes {
  const others = routes.filter((one) => one.name !== name);
  if (match === undefined) return ordered(others, managed);
  const port = firstPort(routes, names, managed);
  const made: VirtualServiceRoute = {
    name,
    match: match.map(({ headerName, headerValue }) => ({ headers: { [headerName]: headerValue } })),
    route: [{ weight: 100, destination: { ...canaryDestination(parties), ...port } }],
  };
  return ordered([...others, made], managed);
}

export function withMirrorRoute(
  routes: Routes,
  names: readonly string[],
  managed: readonly string[],
  parties: Parties,
  { name, match, percentage = 100 }: MirrorRoute,
): Routes {
  const others = routes.filter((one) => one.name !== name);
  if (match === undefined) return ordered(others, managed);
  const [weighed] = chosenRoutes(others, names, managed);
  const made: VirtualServiceRoute = {
    name,
    match: match.map(({ method, path, headers }) => ({
      ...(method === undefined ? {} : { method }),
      ...(path === undefined ? {} : { uri: path }),
      ...(headers === undefined ? {} : { headers }),
    })),
    route: weighed.route ?? [],
    mirror: { ...canaryDestination(parties), ...firstPort(others, names, managed) },
    mirrorPercentage: { value: percentage },
  };
  return ordered([made, ...others], managed);
}

export function withoutManaged(routes: Routes, managed: readonly string[]): Routes {
  return routes.filter(({ name = '' }) => !managed.includes(name));
}

/** Managed routes first, in the order of the Rollout. */
function ordered(routes: Routes, managed: readonly string[]): Routes {
  const first = managed.flatMap((name) => routes.filter((one) => one.name === name));
  return [...first, ...withoutManaged(routes, managed)];
}

function chosenRoutes(routes: Routes, names: readonly string[], managed: readonly string[]): Routes {
  if (names.length > 0) {
    return names.map((name) => {
      const found = routes.find((one) => one.name === name);
      if (found === undefined)
        throw new SyncFailed(`HTTP Route '${name}' is not found in the defined Virtual Service.`);
      return found;
    });
  }
  const unnamed = routes.find(({ name = '' }) => name === '');
  if (unnamed === undefined || withoutManaged(routes, managed).length > 1) {
    throw new SyncFailed(
      'spec.http[] should be set in VirtualService and it must have exactly one route when omitting spec.strategy.canary.trafficRouting.istio.virtualService.routes',
    );
  }
  return [unnamed];
}

function checkParties({ route = [] }: VirtualServiceRoute, parties: Parties): void {
  const { canaryService, stableService, canarySubset, stableSubset, host } = parties;
  const has = (service: string | undefined, subset: string | undefined): boolean =>
    route.some(({ destination }) =>
      host === undefined ? shortHost(destination.host) === service : destination.subset === subset,
    );
  for (const [who, service, subset] of [
    ['Canary', canaryService, canarySubset],
    ['Stable', stableService, stableSubset],
  ] as const) {
    if (has(service, subset)) continue;
    const what = host === undefined ? `Service '${service ?? ''}'` : `DestinationRule subset '${subset ?? ''}'`;
    throw new SyncFailed(`${who} ${what} not found in route`);
  }
}

function canaryDestination({ canaryService = '', canarySubset, host }: Parties) {
  return { host: host ?? canaryService, ...(canarySubset === undefined ? {} : { subset: canarySubset }) };
}

function firstPort(routes: Routes, names: readonly string[], managed: readonly string[]) {
  const port = chosenRoutes(routes, names, managed)[0].route?.at(0)?.destination.port;
  return port === undefined ? {} : { port };
}

function shortHost(host: string): string {
  return host.split('.')[0];
}
