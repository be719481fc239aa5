// The traffic routers that a Rollout names, in Argo's order, and the objects that they read.
import type { ObjectRow } from '../../../model/rows.ts';
import type { Rollout } from '../rollout-objects.ts';
import { type DirectDivision, DirectRouter } from './direct-router.ts';
import { GATEWAY_PLUGIN, GatewayRouter, httpRoutesOf } from './gateway-router.ts';
import { IstioRouter, virtualServicesOf } from './istio-router.ts';
import { NginxRouter, stableIngresses } from './nginx-router.ts';
import type { TrafficRouter } from './router.ts';
import { ROUTER_KINDS, type RouterKind, type RouterObjects } from './router-objects.ts';

export function routersOf(
  rollout: Rollout,
  row: ObjectRow,
  objects: RouterObjects,
  direct: DirectDivision,
): readonly TrafficRouter[] {
  const routing = rollout.spec.strategy.canary?.trafficRouting;
  if (routing === undefined) return [];
  const { istio, nginx, plugins } = routing;
  const gateway = plugins?.[GATEWAY_PLUGIN];
  const found: TrafficRouter[] = [];
  if (istio !== undefined) found.push(new IstioRouter(objects, rollout, istio));
  if (nginx !== undefined) found.push(new NginxRouter(objects, rollout, nginx));
  if (gateway !== undefined) found.push(new GatewayRouter(objects, rollout, gateway));
  return found.length === 0 ? [new DirectRouter(direct, row, rollout)] : found;
}

interface Reference {
  readonly kind: RouterKind;
  readonly name: string;
  readonly namespace: string | undefined;
  /** Where the Rollout names it, below `spec.strategy`. */
  readonly field: string;
}

/** What the routers of a Rollout need to be there. */
export function routerReferences({ metadata: { namespace }, spec }: Rollout): readonly Reference[] {
  const { istio, nginx, plugins } = spec.strategy.canary?.trafficRouting ?? {};
  const gateway = plugins?.[GATEWAY_PLUGIN];
  const at = 'canary.trafficRouting';
  const found: Reference[] = [];
  for (const name of nginx === undefined ? [] : stableIngresses(nginx)) {
    found.push({ kind: 'Ingress', name, namespace, field: `${at}.nginx.stableIngress` });
  }
  for (const { name } of istio === undefined ? [] : virtualServicesOf(istio)) {
    const [bare, other = namespace] = name.split('.');
    found.push({ kind: 'VirtualService', name: bare, namespace: other, field: `${at}.istio.virtualService.name` });
  }
  if (istio?.destinationRule !== undefined) {
    const { name } = istio.destinationRule;
    found.push({ kind: 'DestinationRule', name, namespace, field: `${at}.istio.destinationRule.name` });
  }
  for (const name of gateway === undefined ? [] : httpRoutesOf(gateway)) {
    const field = `${at}.plugins.${GATEWAY_PLUGIN}.httpRoute`;
    found.push({ kind: 'HTTPRoute', name, namespace: gateway?.namespace ?? namespace, field });
  }
  return found;
}

/** Why one of them is missing; undefined where all are there. */
export function missingRouterObject(rollout: Rollout, objects: RouterObjects): string | undefined {
  for (const { kind, name, namespace, field } of routerReferences(rollout)) {
    if (objects.find(kind, name, namespace) !== undefined) continue;
    return `spec.strategy.${field}: Invalid value: "${name}": ${ROUTER_KINDS[kind]} "${name}" not found`;
  }
  return undefined;
}
