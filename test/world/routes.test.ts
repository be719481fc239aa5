// Requests led by Ingress canaries, HTTPRoutes and VirtualServices, in whole clusters: which build answers whom.
import { describe, expect, it } from 'vitest';
import { deployment, scenario } from '../support/manifests.ts';
import { runScenario } from '../support/world-rig.ts';

const service = (name: string, track: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${track} }, ports: [{ port: 80 }] }
`;

function ingress(name: string, to: string, annotations: Readonly<Record<string, string>> = {}, path = '/'): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, annotations: ${JSON.stringify(Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value])))} }
spec: { rules: [{ host: shop.test, http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: ${to}, port: { number: 80 } } } }] } }] }
`;
}

const source = (name: string, more = ''): string =>
  `    - { name: ${name}, to: shop, arrivals: { constant: { rate: 50/s } }, start: 30s${more} }\n`;

function run(objects: string, sources: string, more = '') {
  return runScenario(
    scenario(
      3,
      `  duration: 3m
  interval: 10s
  behaviors:
    - { image: "new", requests: { service: { constant: 5ms }, errorRate: 1 } }
    - { image: "front", requests: { service: { constant: 1ms } }, calls: [{ service: shop }] }
  traffic:
${sources}${more}`,
    ) +
      deployment('old', { replicas: 2, image: 'old' }) +
      deployment('fresh', { replicas: 2, image: 'new' }) +
      service('shop', 'old') +
      service('shop-canary', 'fresh') +
      objects,
  );
}

/** The share of a source's requests that the new build answered: it fails all of them. */
function share({ world: { traffic } }: ReturnType<typeof run>, source = 0): number {
  const { meters } = traffic;
  return meters.total(source, 1) / (meters.total(source, 0) + meters.total(source, 1));
}

/** 50 a second for 2.5 minutes: 7,500 requests; four standard errors of a share of a tenth are 1.4 %. */
const near = (value: number, wanted: number): void => expect(Math.abs(value - wanted)).toBeLessThan(0.03);

describe('ingress-nginx', () => {
  it('takes the part that the weight says, of requests from outside only', () => {
    const canary =
      ingress('main', 'shop') + ingress('canary', 'shop-canary', { canary: 'true', 'canary-weight': '10' });
    near(share(run(canary, source('users'))), 0.1);
    const inside = run(
      canary + deployment('front', { image: 'front' }) + service('front', 'front'),
      source('users').replace('to: shop', 'to: front'),
    );
    expect(share(inside)).toBe(0);
    const thousandth = { canary: 'true', 'canary-weight': '500', 'canary-weight-total': '1000' };
    near(share(run(ingress('main', 'shop') + ingress('canary', 'shop-canary', thousandth), source('users'))), 0.5);
  });

  it('goes by header before cookie before weight', () => {
    const canary = {
      canary: 'true',
      'canary-by-header': 'X-Canary',
      'canary-by-cookie': 'canary',
      'canary-weight': '50',
    };
    const outcome = run(
      ingress('main', 'shop') + ingress('canary', 'shop-canary', canary),
      source('always', ', headers: { x-canary: always }, cookies: { canary: never }') +
        source('never', ', headers: { X-Canary: never }, cookies: { canary: always }') +
        source('cookie', ', headers: { X-Canary: other }, cookies: { canary: always }') +
        source('refuses', ', cookies: { canary: never }') +
        source('others'),
    );
    expect([0, 1, 2, 3].map((one) => share(outcome, one))).toEqual([1, 0, 1, 0]);
    near(share(outcome, 4), 0.5);
  });

  it('takes a value or a pattern of the header; any other value is left to what follows', () => {
    const by = (more: Readonly<Record<string, string>>) =>
      run(
        ingress('main', 'shop') +
          ingress('canary', 'shop-canary', { canary: 'true', 'canary-by-header': 'region', ...more }),
        source('a', ', headers: { region: eu-west }') + source('b', ', headers: { region: always }') + source('c'),
      );
    expect([0, 1, 2].map((one) => share(by({ 'canary-by-header-value': 'eu-west' }), one))).toEqual([1, 0, 0]);
    expect([0, 1, 2].map((one) => share(by({ 'canary-by-header-pattern': '^eu-' }), one))).toEqual([1, 0, 0]);
    expect([0, 1, 2].map((one) => share(by({ 'canary-by-header-pattern': '(' }), one))).toEqual([0, 0, 0]);
  });

  it('keeps clients with a cookie where they were, unless the behaviour is the old one', () => {
    const met = (behavior: string): number => {
      const canary = { canary: 'true', 'canary-weight': '20', 'affinity-canary-behavior': behavior };
      const outcome = run(
        ingress('main', 'shop', { affinity: 'cookie' }) + ingress('canary', 'shop-canary', canary),
        source('users', ', clients: 400'),
        '  expect: [revision.fresh.1.users > 0]\n',
      );
      near(share(outcome), 0.2);
      return outcome.verdicts[0].actual ?? Number.NaN;
    };
    // A fifth of 400 clients, within four standard errors; or all, each of whom asks 19 times.
    expect(Math.abs(met('sticky') - 80)).toBeLessThan(32);
    expect(met('legacy')).toBeGreaterThan(390);
  });

  it('is about the paths of its rule', () => {
    const canary = { canary: 'true', 'canary-weight': '100' };
    const outcome = run(
      ingress('main', 'shop', {}, '/cart') + ingress('canary', 'shop-canary', canary, '/cart'),
      source('cart', ', path: /cart/pay') + source('cards', ', path: /carts') + source('home'),
    );
    expect([0, 1, 2].map((one) => share(outcome, one))).toEqual([1, 0, 0]);
  });
});

const httpRoute = (parent: string, rules: string): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec: { parentRefs: [${parent}], rules: ${rules} }
`;

describe('Gateway API', () => {
  it('divides by weight, after the most specific match', () => {
    const rules = `[
      { backendRefs: [{ name: shop, port: 80, weight: 9 }, { name: shop-canary, port: 80, weight: 1 }] },
      { matches: [{ headers: [{ name: x-test, value: "yes" }] }, { queryParams: [{ name: beta, value: "1" }] }, { path: { type: Exact, value: /beta } }], backendRefs: [{ name: shop-canary, port: 80 }] },
      { matches: [{ path: { value: /beta } }], backendRefs: [{ name: shop, port: 80 }] }]`;
    const outcome = run(
      httpRoute('{ name: gateway }', rules),
      source('users') +
        source('tester', ', headers: { X-Test: "yes" }') +
        source('query', ', path: "/?a=2&beta=1"') +
        source('beta', ', path: /beta') +
        source('below', ', path: /beta/x'),
    );
    near(share(outcome, 0), 0.1);
    expect([1, 2, 3, 4].map((one) => share(outcome, one))).toEqual([1, 1, 1, 0]);
  });

  it('is for the mesh when it hangs on a Service', () => {
    const route = httpRoute(
      '{ kind: Service, group: "", name: shop }',
      '[{ backendRefs: [{ name: shop-canary, port: 80 }] }]',
    );
    const front = deployment('front', { image: 'front' }) + service('front', 'front');
    const outcome = run(route + front, source('users') + source('inner').replace('to: shop', 'to: front'));
    expect([share(outcome, 0), share(outcome, 1)]).toEqual([0, 1]);
  });

  it('refuses the share of a backend that does not exist', () => {
    const route = httpRoute(
      '{ name: gateway }',
      '[{ backendRefs: [{ name: shop, port: 80 }, { name: nowhere, port: 80 }] }]',
    );
    const { summary } = run(route, source('users'));
    near(summary.requests_error_ratio ?? 0, 0.5);
  });
});

describe('Istio', () => {
  const virtualService = (gateways: string, http: string): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec: { hosts: [shop], ${gateways}http: ${http} }
`;
  const http = `[
    { match: [{ headers: { cookie: { regex: ".*user=jason.*" } } }, { uri: { prefix: /beta } }], route: [{ destination: { host: shop-canary } }] },
    { route: [{ destination: { host: shop }, weight: 75 }, { destination: { host: shop-canary.default.svc.cluster.local }, weight: 25 }] }]`;

  it('leads by the first match, of a mesh or of a gateway', () => {
    const front = deployment('front', { image: 'front' }) + service('front', 'front');
    const sources =
      source('users') +
      source('jason', ', cookies: { user: jason }') +
      source('beta', ', path: /beta/1') +
      source('inner').replace('to: shop', 'to: front');
    const atGateway = run(virtualService('gateways: [public], ', http) + front, sources);
    near(share(atGateway, 0), 0.25);
    expect([1, 2, 3].map((one) => share(atGateway, one))).toEqual([1, 1, 0]);
    const inMesh = run(virtualService('', http) + front, sources);
    expect([0, 1, 2].map((one) => share(inMesh, one))).toEqual([0, 0, 0]);
    near(share(inMesh, 3), 0.25);
  });
});
