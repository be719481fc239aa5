// The objects of Argo's traffic routers in whole clusters: its controller writes weights into them, and requests follow what they say.
import { describe, expect, it } from 'vitest';
import type {
  Ingress,
  VirtualService,
  HttpRoute,
  DestinationRule,
} from '../../src/controllers/routes/route-objects.ts';
import type { Rollout } from '../../src/controllers/rollout/rollout-objects.ts';
import { rollout } from '../support/argo-manifests.ts';
import { scenario } from '../support/manifests.ts';
import { eventsOf, jobOf, runScenario } from '../support/world-rig.ts';

const toV2 = '{ at: 1m, setImage: { kind: Rollout, name: web, container: main, image: test/v2 } }';
const SERVICES = ['stable', 'canary'];
const INGRESS = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec: { ingressClassName: nginx, rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: stable, port: { number: 80 } } } }] } }] }
`;
const virtualService = (route: string): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec: { hosts: [stable], gateways: [mesh, edge], http: [{ route: ${route} }] }
`;
const TWO_HOSTS = '[{ destination: { host: stable }, weight: 100 }, { destination: { host: canary }, weight: 0 }]';

function canary(routing: string, steps: string, services = 'stableService: stable, canaryService: canary, '): string {
  return `{ canary: { ${services}trafficRouting: ${routing}, steps: [${steps}] } }`;
}

const source = (name: string, to: string, more = ''): string =>
  `    - { name: ${name}, to: ${to}, arrivals: { constant: { rate: 50/s } }, start: 2m${more} }\n`;

/** The new build fails all requests: the share of errors is its share of the requests. */
function run(objects: string, { timeline = '', sources = source('users', 'stable'), duration = '4m' } = {}) {
  return runScenario(
    scenario(
      4,
      `  duration: ${duration}
  timeline: [${toV2}${timeline}]
  behaviors: [{ image: test/v2, requests: { errorRate: 1 } }]
  traffic:
${sources}`,
    ) + objects,
  );
}

interface Stored {
  readonly Ingress: Ingress;
  readonly VirtualService: VirtualService;
  readonly DestinationRule: DestinationRule;
  readonly HTTPRoute: HttpRoute;
  readonly Rollout: Rollout;
}

function stored<K extends keyof Stored>({ world }: ReturnType<typeof run>, kind: K, name: string): Stored[K] {
  const { objects } = world.state;
  return objects.get(objects.find(kind, 'default', name)) as Stored[K];
}

function share({ world: { traffic } }: ReturnType<typeof run>, of = 0): number {
  const { meters } = traffic;
  return meters.total(of, 1) / (meters.total(of, 0) + meters.total(of, 1));
}

/** 50 a second for two minutes: 6,000 requests. */
const near = (value: number, wanted: number): void => expect(Math.abs(value - wanted)).toBeLessThan(0.025);
const messages = (outcome: ReturnType<typeof run>, reason: string): string[] =>
  eventsOf(outcome, reason).map(({ message }) => message);

describe('ingress-nginx', () => {
  const objects = rollout(canary('{ nginx: { stableIngress: shop } }', '{ setWeight: 20 }, { pause: {} }'), SERVICES);

  it('gets a canary Ingress, which has the weight', () => {
    const outcome = run(objects + INGRESS);
    const made = stored(outcome, 'Ingress', 'web-shop-canary');
    expect(made.metadata.annotations).toEqual({
      'nginx.ingress.kubernetes.io/canary': 'true',
      'nginx.ingress.kubernetes.io/canary-weight': '20',
    });
    expect(made.spec?.ingressClassName).toBe('nginx');
    expect(made.spec?.rules?.[0].http?.paths[0].backend.service?.name).toBe('canary');
    near(share(outcome), 0.2);
    expect(messages(outcome, 'CreatingCanaryIngress')).toEqual([
      'Creating canary ingress `web-shop-canary` with weight `0`',
    ]);
    expect(messages(outcome, 'PatchingCanaryIngress')).toContain(
      "Updating Ingress `web-shop-canary` to desiredWeight '20'",
    );
  });

  it('goes with the Rollout', () => {
    const outcome = run(objects + INGRESS, { timeline: ', { at: 3m, delete: { kind: Rollout, name: web } }' });
    expect(stored(outcome, 'Ingress', 'web-shop-canary')).toBeUndefined();
  });

  it('needs the stable Ingress', () => {
    expect(stored(run(objects), 'Rollout', 'web').status?.message).toBe(
      'InvalidSpec: The Rollout "web" is invalid: spec.strategy.canary.trafficRouting.nginx.stableIngress: Invalid value: "shop": ingresses.networking.k8s.io "shop" not found',
    );
  });
});

describe('Istio', () => {
  const istio = '{ istio: { virtualService: { name: shop } }, managedRoutes: [{ name: testers }, { name: shadow }] }';

  it('gets weights in its VirtualService', () => {
    const outcome = run(
      rollout(canary(istio, '{ setWeight: 30 }, { pause: {} }'), SERVICES) + virtualService(TWO_HOSTS),
    );
    const [route] = stored(outcome, 'VirtualService', 'shop').spec?.http ?? [];
    expect(route.route?.map(({ weight }) => weight)).toEqual([70, 30]);
    near(share(outcome), 0.3);
    expect(messages(outcome, 'Updated VirtualService')).toEqual(["VirtualService `shop` set to desiredWeight '30'"]);
  });

  it('sets right what somebody else made of it', () => {
    const http =
      '[{ route: [{ destination: { host: stable }, weight: 5 }, { destination: { host: canary }, weight: 95 }] }]';
    const patch = `{ at: 110s, patch: { kind: VirtualService, name: shop, patch: { spec: { http: ${http} } } } }`;
    const objects = rollout(canary(istio, '{ setWeight: 30 }, { pause: {} }'), SERVICES) + virtualService(TWO_HOSTS);
    near(share(run(objects, { timeline: `, ${patch}` })), 0.3);
  });

  it('gets the hashes of the ReplicaSets in the subsets of a DestinationRule', () => {
    const subsets =
      '{ istio: { virtualService: { name: shop }, destinationRule: { name: shop, canarySubsetName: next, stableSubsetName: now } } }';
    const rule = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: shop }
spec: { host: stable, subsets: [{ name: now, labels: { app: web } }, { name: next, labels: { app: web } }] }
`;
    const route =
      '[{ destination: { host: stable, subset: now }, weight: 100 }, { destination: { host: stable, subset: next }, weight: 0 }]';
    const outcome = run(
      rollout(canary(subsets, '{ setWeight: 40 }, { pause: {} }', ''), ['stable']) + virtualService(route) + rule,
    );
    const { canary: next, stable: now } = stored(outcome, 'Rollout', 'web').status?.canary?.weights ?? {};
    const labels = (hash: string | undefined) => ({ app: 'web', 'rollouts-pod-template-hash': hash });
    expect(stored(outcome, 'DestinationRule', 'shop').spec?.subsets).toEqual([
      { name: 'now', labels: labels(now?.podTemplateHash) },
      { name: 'next', labels: labels(next?.podTemplateHash) },
    ]);
    near(share(outcome), 0.4);
  });

  const header =
    '{ setHeaderRoute: { name: testers, match: [{ headerName: x-group, headerValue: { exact: testers } }] } }';

  it('sends requests with a header to the canary, before all others', () => {
    const objects =
      rollout(canary(istio, `{ setCanaryScale: { replicas: 2 } }, ${header}, { pause: {} }`), SERVICES) +
      virtualService(TWO_HOSTS);
    const sources = source('users', 'stable') + source('testers', 'stable', ', headers: { x-group: testers }');
    const outcome = run(objects, { sources });
    expect([share(outcome, 0), share(outcome, 1)]).toEqual([0, 1]);
    expect(stored(outcome, 'VirtualService', 'shop').spec?.http?.map(({ name }) => name)).toEqual([
      'testers',
      undefined,
    ]);
    const undone = run(objects, { sources, timeline: ', { at: 3m, argoRollouts: { rollout: web, command: abort } }' });
    near(share(undone, 1), 0.5);
    expect(stored(undone, 'VirtualService', 'shop').spec?.http).toHaveLength(1);
    expect(messages(undone, 'Updated VirtualService')).toContain('VirtualService `shop` removed all managed routes.');
  });

  it('mirrors requests: the canary has the work, users have the answers of the stable pods', () => {
    const mirror = '{ setMirrorRoute: { name: shadow, percentage: 50, match: [{ path: { prefix: / } }] } }';
    const analysis = `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: count }
spec:
  args: [{ name: hash }]
  metrics:
    - { name: failed, initialDelay: 100s, successCondition: result < 0.5, provider: { wavetank: { figure: error_ratio, podTemplateHash: "{{args.hash}}", window: 30s } } }
    - { name: rate, initialDelay: 100s, successCondition: "true", provider: { wavetank: { figure: rate, podTemplateHash: "{{args.hash}}", window: 60s } } }
`;
    const analysed =
      '{ analysis: { templates: [{ templateName: count }], args: [{ name: hash, valueFrom: { podTemplateHashValue: Latest } }] } }';
    const outcome = run(
      rollout(canary(istio, `{ setCanaryScale: { replicas: 2 } }, ${mirror}, ${analysed}, { pause: {} }`), SERVICES) +
        virtualService(TWO_HOSTS) +
        analysis,
    );
    expect(share(outcome)).toBe(0);
    // The analysis sees what the canary does with them.
    const [metrics] = [...outcome.world.state.objects.ofKind('AnalysisRun')].map(
      (row) =>
        (
          outcome.world.state.objects.get(row) as {
            status?: { metricResults?: { name: string; phase: string; measurements: { value: string }[] }[] };
          }
        ).status?.metricResults,
    );
    expect(metrics?.find(({ name }) => name === 'failed')?.phase).toBe('Failed');
    expect(Math.abs(Number(metrics?.find(({ name }) => name === 'rate')?.measurements[0].value) - 25)).toBeLessThan(4);
    expect(stored(outcome, 'Rollout', 'web').status?.abort).toBe(true);
    expect(outcome.summary.requests_error_ratio).toBe(0);
  });

  it('says what is wrong with routes and steps', () => {
    const wrong = (routing: string, steps: string, services?: string) => () =>
      jobOf(scenario(1, '') + rollout(canary(routing, steps, services), SERVICES));
    expect(wrong('{ nginx: { stableIngress: shop } }', header)).toThrow(
      /SetHeaderRoute requires TrafficRouting, by Istio or a plugin/,
    );
    expect(wrong('{ istio: { virtualService: { name: shop } } }', header)).toThrow(/managedRoutes: Required value/);
    const pingPong = (services: string, by = istio) => wrong(by, '{ setWeight: 5 }', `pingPong: { ${services} }, `);
    expect(pingPong('pingService: stable')).toThrow(/pongService: .*Ping service and Pong service must to be set/);
    expect(pingPong('pingService: stable, pongService: stable')).toThrow(/same service for the ping and pong services/);
    const both = 'pingService: stable, pongService: canary';
    expect(pingPong(both, '{ smi: {} }')).toThrow(/works with the ALB and Istio traffic routers only/);
    expect(pingPong(both, '{ alb: { ingress: shop } }')).toThrow(/rootService: .*Root service field is required/);
    expect(wrong(istio.replace('testers', 'others'), header)).toThrow(/Steps define a route that does not exist/);
    expect(wrong('{ istio: {} }', '{ setWeight: 5 }')).toThrow(
      /either virtualService or virtualServices must be given/,
    );
    expect(wrong('{ plugins: { acme/router: {} } }', '{ setWeight: 5 }')).toThrow(
      /the plugin acme\/router is not simulated: use argoproj-labs\/gatewayAPI/,
    );
  });

  it('says when a route of the VirtualService has no place for the canary', () => {
    const outcome = run(
      rollout(canary(istio, '{ setWeight: 30 }, { pause: {} }'), SERVICES) +
        virtualService('[{ destination: { host: stable } }]'),
    );
    expect(new Set(messages(outcome, 'TrafficRoutingError'))).toEqual(
      new Set(["Canary Service 'canary' not found in route"]),
    );
    expect(share(outcome)).toBe(0);
  });
});

describe('Gateway API', () => {
  const routing =
    '{ plugins: { argoproj-labs/gatewayAPI: { httpRoute: shop, namespace: default } }, managedRoutes: [{ name: testers }] }';
  const route = `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: stable, port: 80, weight: 100 }, { name: canary, port: 80, weight: 0 }] }] }
`;

  it('gets weights in its HTTPRoute, and a rule for a header', () => {
    const header =
      '{ setHeaderRoute: { name: testers, match: [{ headerName: x-group, headerValue: { exact: testers } }] } }';
    const outcome = run(rollout(canary(routing, `{ setWeight: 10 }, ${header}, { pause: {} }`), SERVICES) + route, {
      sources: source('users', 'stable') + source('testers', 'stable', ', headers: { x-group: testers }'),
    });
    const rules = stored(outcome, 'HTTPRoute', 'shop').spec?.rules ?? [];
    expect(rules[0].backendRefs?.map(({ weight }) => weight)).toEqual([90, 10]);
    expect(rules[1].name).toBe('testers');
    near(share(outcome, 0), 0.1);
    expect(share(outcome, 1)).toBe(1);
  });
});

describe('two Services that take turns', () => {
  const services = 'pingPong: { pingService: ping, pongService: pong }, ';
  const steps = '{ setWeight: 30 }, { pause: { duration: 2m } }';
  const toV3 = ', { at: 5m, setImage: { kind: Rollout, name: web, container: main, image: test/v3 } }';
  /** From 2 to 3 minutes nearly a third of the requests meets the bad build, then all until its successor has steps of its own. */
  const badFrom = (outcome: ReturnType<typeof run>, fromS: number, toS: number): number => {
    const rows = outcome.world.measure.series.filter(({ time_seconds: s }) => s > fromS && s <= toS);
    const requests = rows.reduce((sum, row) => sum + row.requests, 0);
    return rows.reduce((sum, row) => sum + row.requests_error, 0) / requests;
  };
  const hashes = (outcome: ReturnType<typeof run>): (string | undefined)[] =>
    ['ping', 'pong'].map((name) => {
      const { objects } = outcome.world.state;
      const service = objects.get(objects.find('Service', 'default', name)) as {
        spec?: { selector?: Record<string, string> };
      };
      return service.spec?.selector?.['rollouts-pod-template-hash'];
    });

  it.each([
    [
      'behind a VirtualService',
      '{ istio: { virtualService: { name: shop } } }',
      virtualService(
        '[{ destination: { host: ping }, weight: 100 }, { destination: { host: pong }, weight: 0 }]',
      ).replace('hosts: [stable]', 'hosts: [web]'),
    ],
    ['behind an ALB, from its root Service', '{ alb: { ingress: shop, rootService: web } }', ''],
  ])('%s: a revision keeps its Service when it becomes the stable one', (_name, routing, objects) => {
    const manifests = rollout(canary(routing, steps, services), ['web', 'ping', 'pong']) + objects;
    const outcome = run(manifests, { timeline: toV3, sources: source('users', 'web'), duration: '9m' });
    near(badFrom(outcome, 120, 200), 0.3);
    near(badFrom(outcome, 230, 310), 1);
    near(badFrom(outcome, 330, 440), 0.7);
    near(badFrom(outcome, 470, 540), 0);
    // v1 had ping, v2 pong, v3 ping again: each was switched once, when it was new. (Of one object come no more than 25 events in a row.)
    const { status } = stored(outcome, 'Rollout', 'web');
    expect(status?.canary?.stablePingPong).toBe('ping');
    expect(status?.canary?.weights?.stable.serviceName).toBe('ping');
    const switched = messages(outcome, 'SwitchService').map((one) => /'(\w+)' from/.exec(one)?.[1]);
    expect(switched.slice(0, 2)).toEqual(['ping', 'pong']);
    expect(switched.length).toBeLessThanOrEqual(3);
    expect(hashes(outcome)[0]).toBe(status?.stableRS);
    expect(hashes(outcome)[1]).not.toBe(status?.stableRS);
  });
});
