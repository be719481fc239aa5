// What a controller writes about an HTTPRoute and each of its Gateways: whether it hangs there, and whether all that it refers to may be reached.
import type { BackendRef, Gateway, HttpRoute, ParentRef, RouteParentStatus } from '../routes/route-objects.ts';
import {
  allows,
  type GatewaySurroundings,
  namesGateway,
  namesListener,
  sharedHosts,
  unresolved,
} from './attachment.ts';
import { conditionsOf, type Finding } from './conditions.ts';

/** Of the route's parents those that are among `gateways`; what other controllers have written stays, after it. */
export function routeParents(
  route: HttpRoute,
  controllerName: string,
  gateways: readonly Gateway[],
  around: GatewaySurroundings,
  nowUs: number,
): RouteParentStatus[] {
  const { namespace = 'default', generation = 1 } = route.metadata;
  const before = route.status?.parents ?? [];
  const own = (route.spec?.parentRefs ?? []).flatMap((parentRef): RouteParentStatus[] => {
    const gateway = gateways.find((one) => namesGateway(parentRef, namespace, one));
    if (gateway === undefined) return [];
    const last = before.find((one) => one.controllerName === controllerName && isSame(one.parentRef, parentRef));
    const findings = [acceptance(route, parentRef, gateway, around), resolution(route, around)];
    const conditions = conditionsOf(findings, last?.conditions, generation, nowUs);
    return [{ parentRef, controllerName, conditions }];
  });
  return [...own, ...before.filter((one) => one.controllerName !== controllerName)];
}

/** Whether a route hangs on a Gateway by one of its references, and if not, why. Source: Gateway API, RouteConditionReason. */
function acceptance(route: HttpRoute, ref: ParentRef, gateway: Gateway, around: GatewaySurroundings): Finding {
  const type = 'Accepted';
  const refused = (reason: string, message: string): Finding => ({ type, isTrue: false, reason, message });
  const { namespace: home = 'default' } = gateway.metadata;
  const { namespace = 'default' } = route.metadata;
  const named = (gateway.spec?.listeners ?? []).filter((listener) => namesListener(ref, listener));
  if (named.length === 0) return refused('NoMatchingParent', 'No listener of the Gateway has this name and port');
  const open = named.filter((listener) => allows(listener, home, namespace, around));
  if (open.length === 0) return refused('NotAllowedByListeners', `No listener allows HTTPRoutes of ${namespace}`);
  const shared = open.some(({ hostname = '' }) => sharedHosts(hostname.toLowerCase(), route).length > 0);
  return shared
    ? { type, isTrue: true }
    : refused('NoMatchingListenerHostname', 'No host of the route is one of a listener');
}

const MESSAGES = {
  InvalidKind: 'is no Service',
  RefNotPermitted: 'is in another namespace, where no ReferenceGrant allows it',
  BackendNotFound: 'was not found',
} as const;

function resolution(route: HttpRoute, around: GatewaySurroundings): Finding {
  const type = 'ResolvedRefs';
  const { namespace = 'default' } = route.metadata;
  for (const ref of backendsOf(route)) {
    const reason = unresolved(ref, namespace, around);
    if (reason === undefined) continue;
    const message = `${ref.kind ?? 'Service'} ${ref.namespace ?? namespace}/${ref.name} ${MESSAGES[reason]}`;
    return { type, isTrue: false, reason, message };
  }
  return { type, isTrue: true };
}

/** Those that requests go to, and those that get copies. */
function backendsOf({ spec }: HttpRoute): BackendRef[] {
  return (spec?.rules ?? []).flatMap(({ backendRefs = [], filters = [] }) => [
    ...backendRefs,
    ...[...filters, ...backendRefs.flatMap((ref) => ref.filters ?? [])].flatMap(
      ({ requestMirror }) => requestMirror?.backendRef ?? [],
    ),
  ]);
}

function isSame(a: ParentRef, b: ParentRef): boolean {
  return (['group', 'kind', 'namespace', 'name', 'sectionName', 'port'] as const).every((part) => a[part] === b[part]);
}

/** Whether the route hangs on the Gateway by that listener: its own reference is good, and it is open to it. */
export function isAttached(route: HttpRoute, gateway: Gateway, listener: string, around: GatewaySurroundings): boolean {
  const { namespace = 'default' } = route.metadata;
  return (route.spec?.parentRefs ?? []).some((ref) => {
    if (!namesGateway(ref, namespace, gateway)) return false;
    const listeners = (gateway.spec?.listeners ?? []).filter((one) => one.name === listener && namesListener(ref, one));
    if (listeners.length === 0) return false;
    const only = { ...gateway, spec: { ...gateway.spec, listeners } };
    return acceptance(route, ref, only, around).isTrue;
  });
}
