// Clients that are slow: whose places they hold, and what buffers of a proxy change about that. And what a gateway's balancer knows of load.
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { runScenario } from '../support/world-rig.ts';

interface Given {
  /** Of the proxy; without one clients talk to the backend. */
  readonly gateway?: string;
  readonly bandwidth?: string;
  readonly request?: string;
  readonly response?: string;
  readonly more?: string;
  readonly replicas?: number;
  readonly spec?: string;
}

const service = (name: string) => `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;

const deployment = (name: string, replicas = 1) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main, image: ${name} }] } }
`;

/** Ten requests a second for 50 s, to a backend with places for four, which takes 10 ms. */
const scenario = ({ gateway, bandwidth, request, response, more = '', replicas, spec = '' }: Given) => {
  const isSized = request !== undefined || response !== undefined;
  const size = isSized ? `, size: { request: ${request ?? '0B'}, response: ${response ?? '0B'} }` : '';
  return `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: slow-clients }
spec:
  preset: ideal
  duration: 60s
  interval: 10s
  cluster: { nodePools: [{ name: node, count: 2 }] }
  ${spec}
  behaviors:
    - { image: back, requests: { service: 10ms, concurrency: 4, queue: 0${size} } }
    - image: proxy
      requests: { service: 0s, concurrency: 1000${size} }
      ${gateway === undefined ? '' : `gateway: { response: 0s, tries: 1, ${gateway} }`}
  traffic:
    - name: users
      to: ${gateway === undefined ? 'back' : 'proxy'}
      arrivals: { constant: { rate: 10/s } }
      start: 10s
      timeout: 30s
      ${bandwidth === undefined ? '' : `bandwidth: ${bandwidth}`}
  ${more}
${deployment('back', replicas)}${service('back')}${deployment('proxy')}${service('proxy')}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: all }
spec:
  ingressClassName: nginx
  defaultBackend: { service: { name: back, port: { number: 80 } } }
`;
};

function run(given: Given) {
  const { world, summary } = runScenario(scenario(given));
  const { traffic } = world;
  const meter = traffic.services.meterOf('default', 'back');
  return {
    ok: traffic.meters.total(meter, Outcome.Ok),
    overload: traffic.meters.total(meter, Outcome.Overload),
    p50: summary.request_duration_seconds_p50 ?? 0,
  };
}

/** Of 499 requests, one every 100 ms, four at a time for so long: a place that is free is taken by the next one. */
const most = (seconds: number): number => Math.min(499, (4 * 499) / Math.ceil(10 * seconds));

const KEPT = 'connections: { callers: {} }';
const nginx = 'kind: nginx';

describe('A slow client', () => {
  it('keeps the place of its request until all is sent', () => {
    // 100 kB at 100 kB/s are a second: four places are enough for four of them a second.
    const answers = run({ bandwidth: '100kB/s', response: '100kB' });
    expect(Math.abs(answers.ok - most(1.01))).toBeLessThanOrEqual(4);
    expect(answers.overload).toBe(499 - answers.ok - 4);
    expect(answers.p50).toBeCloseTo(1.01, 2);
    // So do 50 kB of a request, and 50 kB of its answer.
    expect(run({ bandwidth: '100kB/s', request: '50kB', response: '50kB' })).toEqual(answers);
    // Nothing of it without a size, or at any pace.
    expect(run({ bandwidth: '100kB/s' })).toMatchObject({ ok: 499, overload: 0 });
    expect(run({ bandwidth: 'unlimited', response: '100kB', spec: KEPT })).toMatchObject({ ok: 499, overload: 0 });
  });

  it.each([
    // All of it, half of it, and nothing that the proxy takes up.
    [`${nginx}, buffers: { response: unlimited }`, { response: '100kB' }, 0],
    [`${nginx}, buffers: { response: 50kB }`, { response: '100kB' }, 0.5],
    [`${nginx}, buffers: { response: 0B }`, { response: '100kB' }, 1],
    [`${nginx}, buffers: { request: 40kB }`, { request: '100kB' }, 0.6],
    // As the kinds have it.
    [nginx, { request: '100kB', response: '100kB' }, 0],
    ['kind: ingress-nginx, sync: { period: 0s, takes: 0s }', { request: '100kB', response: '100kB' }, 0.96],
  ])('keeps a place at the backend of a proxy with { %s } for what %j leaves: %f s', (gateway, sizes, seconds) => {
    const { ok, overload, p50 } = run({ gateway, bandwidth: '100kB/s', ...sizes });
    const total = 'request' in sizes && 'response' in sizes ? 2 : 1;
    expect(p50).toBeCloseTo(total + 0.01, 1);
    const served = most(seconds + 0.01);
    expect(Math.abs(ok - served)).toBeLessThanOrEqual(4);
    expect(overload > 0).toBe(served < 499);
  });

  it('lets go of its place when its pod dies, and may be followed', () => {
    const more = `timeline: [{ at: 30500ms, fault: { PodCrash: { deployment: back, count: 1 } } }]`;
    const dies = run({ bandwidth: '100kB/s', response: '100kB', more, spec: 'tracing: { sample: 1 }' });
    expect(dies.ok).toBeGreaterThan(150);
    const down = 'timeline: [{ at: 30500ms, fault: { NodeCrash: { node: node-0, for: 10s } } }]';
    expect(run({ bandwidth: '100kB/s', response: '100kB', more: down, replicas: 2 }).ok).toBeGreaterThan(200);
  });
});

it('tells balancers of a gateway the load of its backends, where they go by it', () => {
  const more = 'timeline: [{ at: 15s, fault: { ContainerHang: { deployment: back, count: 1 } } }]';
  const gateway = `${nginx}, timeout: 1s, balancer: { LoadBoard: { refresh: 100ms } }`;
  // One of two pods hangs: it holds four requests, and gets no more of them.
  const { ok } = run({ gateway, replicas: 2, more });
  expect(ok).toBeGreaterThan(485);
});
