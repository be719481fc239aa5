// What a controller writes about a Gateway: its addresses, whether its proxies run, and of each listener how many routes hang on it.
import type { Gateway, GatewayStatus, Listener, ListenerStatus, RouteKind } from '../routes/route-objects.ts';
import { GATEWAY_GROUP, type GatewaySurroundings, isHttp, isHttpRoute } from './attachment.ts';
import { conditionsOf, type Finding } from './conditions.ts';
import { isAttached } from './route-status.ts';

const HTTP_ROUTE: RouteKind = { group: GATEWAY_GROUP, kind: 'HTTPRoute' };

/** What there is to serve a Gateway. */
export interface GatewayProxies {
  /** Whether a pod of its proxies runs. */
  readonly run: boolean;
  /** Of the Service before them. */
  readonly addresses: readonly string[];
}

/** Reasons are those of the Gateway API v1; certificates are not looked at. */
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
      conditions: conditionsOf(findingsOf(listener), last?.conditions, generation, nowUs),
    };
  });
  const served = listeners.filter(({ conditions }) => isTrue(conditions, 'Accepted'));
  const findings = [acceptance(served.length, listeners.length), programming(served.length, proxies)];
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

function findingsOf(listener: Listener): Finding[] {
  const served = isHttp(listener);
  const { protocol, allowedRoutes } = listener;
  const others = (allowedRoutes?.kinds ?? []).filter((kind) => !isHttpRoute(kind));
  const resolved = others.length === 0;
  const unsupported = { isTrue: false, message: `Protocol ${protocol} is not supported` };
  const message = `Not supported: ${others.map(({ kind }) => kind).join(', ')}`;
  return [
    served ? { type: 'Accepted', isTrue: true } : { type: 'Accepted', reason: 'UnsupportedProtocol', ...unsupported },
    served && resolved
      ? { type: 'Programmed', isTrue: true }
      : { type: 'Programmed', reason: 'Invalid', ...(served ? { isTrue: false, message } : unsupported) },
    resolved
      ? { type: 'ResolvedRefs', isTrue: true }
      : { type: 'ResolvedRefs', isTrue: false, reason: 'InvalidRouteKinds', message },
  ];
}

/** A Gateway with one good listener is accepted. */
function acceptance(served: number, all: number): Finding {
  if (served === all) return { type: 'Accepted', isTrue: true };
  const message = `${all - served} of ${all} listeners are not valid`;
  return { type: 'Accepted', isTrue: served > 0, reason: 'ListenersNotValid', message };
}

function programming(served: number, { run, addresses }: GatewayProxies): Finding {
  const not = (reason: string, message: string): Finding => ({ type: 'Programmed', isTrue: false, reason, message });
  if (served === 0) return not('Invalid', 'No listener is valid');
  if (!run) return not('NoResources', 'No pod of its proxies runs');
  if (addresses.length === 0) return not('AddressNotAssigned', 'No Service before its proxies has an address');
  return { type: 'Programmed', isTrue: true };
}

function isTrue(conditions: ListenerStatus['conditions'], type: string): boolean {
  return conditions.find((one) => one.type === type)?.status === 'True';
}
