// Controllers of proxies in pods: what they tell their proxies, what they write about their objects, and the cloud that gives them addresses.
import { ApiClient } from '../api/client.ts';
import type { ApiServer } from '../api/server.ts';
import { GatewayControllers } from '../controllers/gateways/gateway-controllers.ts';
import { GatewayObjects } from '../controllers/gateways/gateway-objects.ts';
import { GatewayStatuses } from '../controllers/gateways/gateway-statuses.ts';
import { LoadBalancerAddresses } from '../controllers/gateways/load-balancer-addresses.ts';
import type { Engine } from '../engine/engine.ts';
import type { Gateways } from '../model/ports/gateways.ts';

/** ingress-nginx sets 1,000,000 requests a second for its client, and the others come near to no limit too. */
const WITHOUT_LIMIT = { qps: Infinity, burst: 1 };

export function startGateways(engine: Engine, api: ApiServer, gateways: Gateways): void {
  const objects = new GatewayObjects(api);
  new GatewayControllers(gateways, objects).start();
  new LoadBalancerAddresses(engine, new ApiClient(api, 'service-controller', WITHOUT_LIMIT), objects).start();
  new GatewayStatuses(engine, new ApiClient(api, 'gateway-controller', WITHOUT_LIMIT), gateways, objects).start();
}
