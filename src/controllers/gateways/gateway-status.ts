// What a controller writes about a Gateway: its addresses, whether its proxies run, and of each listener how many routes hang on it.
import type { Gateway, GatewayStatus, Listener, ListenerStatus, RouteKind } from '../routes/route-objects.ts';
import { GATEWAY_GROUP, type GatewaySurroundings, isHttp, isHttpRoute } from './attachment.ts';
import { conditionsOf, type Finding } from './conditions.ts';
import { certificateFault, conflictOf, isOpen } from './listeners.ts';
import { isAttached } from './route-status.ts';

const HTTP_ROUTE: RouteKind = { group: GATEWAY_GROUP, kind: 'HTTPRoute' };

/** What there is to serve a Gateway. */
export interface GatewayProxies {
  /** Whether a pod of its proxies runs. */
  readonly run: boolean;
  /** Of the Service before them. */
  readonly addresses: readonly string[];
}

/** Reasons are those of the Gateway API v1. */
export function gatewayStatus(
  gateway: Gateway,
  around: GatewaySurroundings,
  proxies: GatewayProxies,
  nowUs: number,
): GatewayStatus {
  const { generation = 1 } = gateway.metadata;
  const before = gateway.status;
  const listeners = (gateway.spec?.listeners ?? []).map((listener): ListenerStatus => {
    const last = before?.listeners?.find(({ name }) => name === listener.name);
    return {
      name: listener.name,
      supportedKinds: supportedKinds(listener),
      attachedRoutes: around.routes.filter((route) => isAttached(route, gateway, listener.name, around)).length,
      conditions: conditionsOf(findingsOf(listener, gateway, around), last?.conditions, generation, nowUs),
    };
  });
  const those = (type: string): ListenerStatus[] => listeners.filter(({ conditions }) => isTrue(conditions, type));
  const findings = [acceptance(those('Accepted'), listeners), programming(those('Programmed').length, proxies)];
  return {
    ...(proxies.addresses.length === 0
      ? {}
      : { addresses: proxies.addresses.map((value) => ({ type: 'IPAddress', value })) }),
    conditions: conditionsOf(findings, before?.conditions, generation, nowUs),
    listeners,
  };
}

function supportedKinds(listener: Listener): RouteKind[] {
  if (!isHttp(listener)) return [];
  const { kinds = [] } = listener.allowedRoutes ?? {};
  return kinds.length === 0 || kinds.some(isHttpRoute) ? [HTTP_ROUTE] : [];
}

function findingsOf(listener: Listener, gateway: Gateway, around: GatewaySurroundings): Finding[] {
  const { protocol, allowedRoutes } = listener;
  const conflict = conflictOf(listener, gateway);
  const certificate = certificateFault(listener, gateway, around);
  const others = (allowedRoutes?.kinds ?? []).filter((kind) => !isHttpRoute(kind));
  const kinds = others.length === 0 ? undefined : `Not supported: ${others.map(({ kind }) => kind).join(', ')}`;
  const unresolved = kinds === undefined ? certificate : { reason: 'InvalidRouteKinds', message: kinds };
  const refused = isHttp(listener)
    ? conflict && { reason: 'Invalid', message: conflict.message }
    : { reason: 'UnsupportedProtocol', message: `Protocol ${protocol} is not supported` };
  const closed = isOpen(listener, gateway, around) ? undefined : certificate?.message;
  const unprogrammed = refused?.message ?? kinds ?? closed;
  return [
    { type: 'Accepted', isTrue: refused === undefined, ...refused },
    unprogrammed === undefined
      ? { type: 'Programmed', isTrue: true }
      : { type: 'Programmed', isTrue: false, reason: 'Invalid', message: unprogrammed },
    { type: 'ResolvedRefs', isTrue: unresolved === undefined, ...unresolved },
    { type: 'Conflicted', isTrue: conflict !== undefined, ...(conflict ?? { reason: 'NoConflicts' }) },
  ];
}

/** A Gateway with one good listener is accepted. */
function acceptance(served: readonly ListenerStatus[], all: readonly ListenerStatus[]): Finding {
  if (served.length === all.length) return { type: 'Accepted', isTrue: true };
  const bad = all.filter((one) => !served.includes(one)).map(({ name }) => name);
  const message = `Not valid: ${bad.join(', ')}`;
  return { type: 'Accepted', isTrue: served.length > 0, reason: 'ListenersNotValid', message };
}

function programming(programmed: number, { run, addresses }: GatewayProxies): Finding {
  const not = (reason: string, message: string): Finding => ({ type: 'Programmed', isTrue: false, reason, message });
  if (programmed === 0) return not('Invalid', 'No listener is programmed');
  if (!run) return not('NoResources', 'No pod of its proxies runs');
  if (addresses.length === 0) return not('AddressNotAssigned', 'No Service before its proxies has an address');
  return { type: 'Programmed', isTrue: true };
}

function isTrue(conditions: ListenerStatus['conditions'], type: string): boolean {
  return conditions.find((one) => one.type === type)?.status === 'True';
}
