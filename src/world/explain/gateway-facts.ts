// Why a route gets no requests, and where its proxies are reached: what its controllers have written about Ingresses, Gateways and HTTPRoutes.
import { counted } from '../../lib/plural.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { Gateway, HttpRoute, Ingress, RouteCondition } from '../../controllers/routes/route-objects.ts';

const NOBODY = 'no controller that runs has written its status';

export function ingressFacts(object: KubeObject): string[] {
  const { ingress = [] } = (object as Ingress).status?.loadBalancer ?? {};
  if (ingress.length === 0) return [`it has no address: ${NOBODY}, or no Service before its proxies has one`];
  return [`reached at ${ingress.map(({ ip, hostname }) => ip ?? hostname).join(', ')}`];
}

export function gatewayFacts(object: KubeObject): string[] {
  const { addresses = [], listeners } = (object as Gateway).status ?? {};
  if (listeners === undefined) return [NOBODY];
  const reached = addresses.length === 0 ? [] : [`reached at ${addresses.map(({ value }) => value).join(', ')}`];
  return [
    ...reached,
    ...listeners.map(({ name, attachedRoutes, conditions }) =>
      [`listener ${name}: ${counted(attachedRoutes, 'route')}`, ...conditions.flatMap(failure)].join('; '),
    ),
  ];
}

export function routeFacts(object: KubeObject): string[] {
  const { parents = [] } = (object as HttpRoute).status ?? {};
  if (parents.length === 0) return [NOBODY];
  return parents.map(({ parentRef: { namespace, name, sectionName, port }, conditions }) => {
    const parts = [namespace === undefined ? name : `${namespace}/${name}`, sectionName, port?.toString()];
    const failures = conditions.flatMap(failure);
    const parent = `Gateway ${parts.filter((part) => part !== undefined).join(' ')}`;
    return `${parent}: ${failures.length === 0 ? 'it hangs there, and all that it refers to is found' : failures.join('; ')}`;
  });
}

function failure({ type, status, reason, message }: RouteCondition): string[] {
  const isGood = (type === 'Conflicted') === (status === 'False');
  return isGood ? [] : [`${type} is ${status} (${reason}): ${message}`];
}
