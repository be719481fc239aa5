// Proxies for tests: their settings, and tables of routes that are written by hand.
import type { GatewayRoute, GatewayTable } from '../../src/model/gateway-table.ts';
import type { GatewaySpec } from '../../src/model/settings/gateway.ts';

export const constant = (value: number) => ({ type: 'constant', value }) as const;

/** Nothing takes time but what is given. */
export function gatewaySpec(more: Partial<GatewaySpec> = {}): GatewaySpec {
  return {
    kind: 'ingress-nginx',
    controller: 'test',
    workers: 1,
    response: constant(0),
    balancer: { name: 'RoundRobin', args: {} },
    balancesByWorker: false,
    lastingBalancers: [],
    timeoutUs: 0,
    tries: 3,
    retryOn: ['error', 'timeout'],
    buffers: { requestBytes: Infinity, responseBytes: Infinity },
    tls: { handshakeUs: 0, reuse: 1 },
    syncPeriodUs: 0,
    syncUs: 0,
    reload: { on: 'routes', takesUs: 0, workUs: 0, drainUs: 0 },
    ...more,
  };
}

/** Paths and the Services that they lead to, each with its weight. */
export function tableOf(
  paths: Readonly<Record<string, Readonly<Record<string, number>>>>,
  more: Partial<GatewayTable & GatewayRoute> = {},
): GatewayTable {
  const { hasTls = () => false, digest = JSON.stringify(paths), ...route } = more;
  const routes = new Map(
    Object.entries(paths).map(([path, backends]) => [
      path,
      {
        of: path,
        matches: () => true,
        backends: Object.entries(backends).map(([service, weight]) => ({
          namespace: 'default',
          service,
          port: '',
          weight,
        })),
        ...route,
      },
    ]),
  );
  return { find: ({ path }) => routes.get(path), hasTls, digest };
}
