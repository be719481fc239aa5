// What controllers in pods write about their objects in whole clusters: when, and what explain makes of it.
import { expect, it } from 'vitest';
import type { Gateway, HttpRoute, Ingress } from '../../src/controllers/routes/route-objects.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { gatewayFacts, ingressFacts, routeFacts } from '../../src/world/explain/gateway-facts.ts';
import { keyPair } from '../support/key-pairs.ts';
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
function cluster({ proxies = 1, timeline = '', more = '' } = {}) {
  const world = worldOf(
    scenario(
      1,
      `  duration: 5m
${timeline === '' ? '' : `  timeline: [${timeline}]\n`}  behaviors:
    - { image: envoy, startup: 1s, gateway: { kind: envoy } }
    - { image: nginx, startup: 30s, gateway: { kind: ingress-nginx } }
`,
    ) +
      deployment('envoy', { replicas: 1, image: 'envoy' }) +
      deployment('nginx', { replicas: proxies, image: 'nginx' }) +
      objects +
      more,
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

it.each([
  ['told to end, the last one takes it away', 1, '{ at: 2m, scale: { deployment: nginx, replicas: 0 } }', 'gone'],
  ['two at once leave it to each other', 2, '{ at: 2m, scale: { deployment: nginx, replicas: 0 } }', 'kept'],
  ['one that dies says nothing', 1, '{ at: 2m, fault: { PodCrash: { deployment: nginx } } }', 'kept'],
  ['one that is replaced is not the last one', 1, '{ at: 2m, rolloutRestart: { deployment: nginx } }', 'kept'],
])('the address of an Ingress when its proxies go: %s', (_what, proxies, timeline, expected) => {
  const { world, get } = cluster({ proxies, timeline });
  const addresses = () => (get('Ingress', 'main') as Ingress).status?.loadBalancer?.ingress?.map(({ ip }) => ip);
  world.engine.run(119e6);
  expect(addresses()).toEqual(['198.18.0.2']);
  world.engine.run(145e6);
  expect(addresses()).toEqual(expected === 'gone' ? undefined : ['198.18.0.2']);
});

const certificate = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'certificate' },
  type: 'kubernetes.io/tls',
  data: keyPair,
};
const secure = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: secure }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: certificate }] } }
    - { name: plain, port: 80, protocol: HTTP }
    - { name: second, port: 80, protocol: HTTP }
`;

it('a listener is programmed once its certificate is there; explain says what keeps the others', () => {
  const timeline = `{ at: 30s, apply: ${JSON.stringify(certificate)} }`;
  const { world, get } = cluster({ timeline, more: secure });
  world.engine.run(20e6);
  expect(gatewayFacts(get('Gateway', 'secure') as Gateway).slice(1, 3)).toEqual([
    'listener https: 0 routes; Programmed is False (Invalid): Secret default/certificate of type kubernetes.io/tls was not found; ResolvedRefs is False (InvalidCertificateRef): Secret default/certificate of type kubernetes.io/tls was not found',
    'listener plain: 0 routes; Accepted is False (Invalid): Port 80 has all hosts in second too; Programmed is False (Invalid): Port 80 has all hosts in second too; Conflicted is True (HostnameConflict): Port 80 has all hosts in second too',
  ]);
  world.engine.run(40e6);
  expect(gatewayFacts(get('Gateway', 'secure') as Gateway)[1]).toBe('listener https: 0 routes');
});
