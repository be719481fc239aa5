// Which HTTPRoutes hang on which listeners of a Gateway, and what they may refer to. Source: Gateway API v1.
import type { ComesBy } from '../../model/gateway-table.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import type {
  BackendRef,
  Gateway,
  HttpRoute,
  Listener,
  ParentRef,
  ReferenceGrant,
  RouteKind,
} from '../routes/route-objects.ts';
import { intersection } from './hosts.ts';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** What a Gateway's routes may refer to. */
export interface GatewaySurroundings {
  /** In the order of their creation. */
  readonly routes: readonly HttpRoute[];
  readonly grants: readonly ReferenceGrant[];
  readonly hasService: (namespace: string, name: string) => boolean;
  /** The data of a Secret of type `kubernetes.io/tls`, in base64; undefined where there is none of this type and name. */
  readonly keyPair: (namespace: string, name: string) => Readonly<Record<string, string>> | undefined;
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>;
  /** The number of a Service's port; undefined for what it has not. */
  readonly portOf: (by: ComesBy) => number | undefined;
}

/** Whether a reference of a route in a namespace is to this Gateway, as a whole or to some of its listeners. */
export function namesGateway(ref: ParentRef, from: string, { metadata }: Gateway): boolean {
  return (
    (ref.kind ?? 'Gateway') === 'Gateway' &&
    (ref.group ?? GATEWAY_GROUP) === GATEWAY_GROUP &&
    ref.name === metadata.name &&
    (ref.namespace ?? from) === (metadata.namespace ?? 'default')
  );
}

export function namesListener(ref: ParentRef, { name, port }: Listener): boolean {
  return (ref.sectionName ?? name) === name && (ref.port ?? port) === port;
}

export function isParent(ref: ParentRef, from: string, gateway: Gateway, listener: Listener): boolean {
  return namesGateway(ref, from, gateway) && namesListener(ref, listener);
}

export function isHttpRoute({ group = GATEWAY_GROUP, kind }: RouteKind): boolean {
  return group === GATEWAY_GROUP && kind === 'HTTPRoute';
}

/** The others are none of a proxy's here. */
export function isHttp({ protocol }: Listener): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

/** Whether HTTPRoutes of a namespace may hang on a listener of a Gateway in the namespace `home`. */
export function allows(listener: Listener, home: string, from: string, around: GatewaySurroundings): boolean {
  const { kinds = [], namespaces } = listener.allowedRoutes ?? {};
  if (kinds.length === 0 ? !isHttp(listener) : !kinds.some(isHttpRoute)) return false;
  const { from: whose = 'Same', selector } = namespaces ?? {};
  if (whose === 'All') return true;
  if (whose === 'Same') return from === home;
  return selector !== undefined && compileLabelSelector(selector).matches(around.namespaceLabels(from));
}

/** Hosts that a route and a listener's host have in common; '' is any. */
export function sharedHosts(host: string, { spec }: HttpRoute): string[] {
  return (spec?.hostnames ?? ['']).flatMap((own) => {
    const common = intersection(host, own.toLowerCase());
    return common === undefined ? [] : [common];
  });
}

/** Why a backend gets no requests, in the words of conditions; undefined where it does. A Service of another namespace needs a ReferenceGrant there. */
export function unresolved(
  { kind = 'Service', group = '', name, namespace }: BackendRef,
  from: string,
  { grants, hasService }: GatewaySurroundings,
): 'InvalidKind' | 'RefNotPermitted' | 'BackendNotFound' | undefined {
  if (kind !== 'Service' || group !== '') return 'InvalidKind';
  const home = namespace ?? from;
  const to = { kind: 'Service', namespace: home, name };
  if (!isPermitted({ kind: 'HTTPRoute', namespace: from }, to, grants)) return 'RefNotPermitted';
  return hasService(home, name) ? undefined : 'BackendNotFound';
}

interface Referring {
  readonly kind: string;
  readonly namespace: string;
}

/** Whether an object of the Gateway API may refer to one of the core group: in its own namespace, or where a ReferenceGrant says so. */
export function isPermitted(
  from: Referring,
  to: Referring & { readonly name: string },
  grants: readonly ReferenceGrant[],
): boolean {
  return from.namespace === to.namespace || grants.some((grant) => isGranted(grant, from, to));
}

function isGranted(
  { metadata, spec }: ReferenceGrant,
  { kind, namespace }: Referring,
  to: Referring & { readonly name: string },
): boolean {
  return (
    (metadata.namespace ?? 'default') === to.namespace &&
    spec?.from?.some((one) => one.group === GATEWAY_GROUP && one.kind === kind && one.namespace === namespace) ===
      true &&
    spec.to?.some((one) => one.group === '' && one.kind === to.kind && (one.name ?? to.name) === to.name) === true
  );
}
