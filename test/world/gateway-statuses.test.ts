// What controllers in pods write about their objects in whole clusters: when, and what explain makes of it.
import { expect, it } from 'vitest';
import type { Gateway, HttpRoute, Ingress } from '../../src/controllers/routes/route-objects.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { ingressFacts, routeFacts } from '../../src/world/explain/gateway-facts.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { worldOf } from '../support/world-rig.ts';

const objects = `---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gate }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { kubernetes.io/metadata.name: default } } } } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: bad }
spec: { parentRefs: [{ name: gate }], rules: [{ backendRefs: [{ name: gone, port: 80 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: main }
spec: { ingressClassName: nginx, defaultBackend: { service: { name: envoy, port: { number: 80 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: envoy }
spec: { type: LoadBalancer, selector: { app: envoy }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: nginx }
spec: { type: LoadBalancer, selector: { app: nginx }, ports: [{ port: 80 }] }
`;

/** Proxies of Envoy come at once, those of ingress-nginx after 30 s. */
function cluster() {
  const world = worldOf(
    scenario(
      1,
      `  duration: 3m
  behaviors:
    - { image: envoy, startup: 1s, gateway: { kind: envoy } }
    - { image: nginx, startup: 30s, gateway: { kind: ingress-nginx } }
`,
    ) +
      deployment('envoy', { replicas: 1, image: 'envoy' }) +
      deployment('nginx', { replicas: 1, image: 'nginx' }) +
      objects,
  );
  const { objects: stored } = world.state;
  const get = (kind: string, name: string): KubeObject | undefined => stored.get(stored.find(kind, 'default', name));
  return { world, get };
}

it('Gateways are programmed once their proxies run, and count their routes', () => {
  const { world, get } = cluster();
  const programmed = () =>
    (get('Gateway', 'gate') as Gateway).status?.conditions?.find(({ type }) => type === 'Programmed')?.reason;
  world.engine.run(0.5e6);
  expect(programmed()).toBe('NoResources');
  world.engine.run(20e6);
  expect(programmed()).toBe('Programmed');
  const { addresses, listeners } = (get('Gateway', 'gate') as Gateway).status ?? {};
  expect(addresses).toEqual([{ type: 'IPAddress', value: '198.18.0.1' }]);
  expect(listeners?.map(({ attachedRoutes }) => attachedRoutes)).toEqual([1]);
  expect(routeFacts(get('HTTPRoute', 'bad') as HttpRoute)).toEqual([
    'Gateway gate: ResolvedRefs is False (BackendNotFound): Service default/gone was not found',
  ]);
});

it('Ingresses have the address of the Service before their proxies, from the first of these on', () => {
  const { world, get } = cluster();
  const ingress = () => get('Ingress', 'main') as Ingress;
  world.engine.run(20e6);
  expect(ingress().status?.loadBalancer?.ingress).toBeUndefined();
  expect(ingressFacts(ingress())[0]).toMatch(/^it has no address/);
  world.engine.run(60e6);
  expect(ingressFacts(ingress())).toEqual(['reached at 198.18.0.2']);
  const { resourceVersion } = ingress().metadata;
  world.engine.run(180e6);
  // Written once: nothing has changed since.
  expect(ingress().metadata.resourceVersion).toBe(resourceVersion);
});
