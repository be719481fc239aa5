// A service mesh: which proxies a request passes, what that takes and costs, where it goes then, and what becomes of it when a proxy ends.
import { describe, expect, it } from 'vitest';
import { runScenario } from '../support/world-rig.ts';

interface Given {
  readonly place?: 'sidecar' | 'node' | 'none';
  /** Whether the pods that are called are in the mesh too. */
  readonly server?: boolean;
  readonly mesh?: string;
  readonly spec?: string;
  readonly rate?: string;
  readonly service?: string;
  readonly backends?: number;
  readonly more?: string;
  readonly until?: string;
  readonly calls?: string;
}

/** The proxy's own port is 15090; in front of all containers, as Istio puts it. */
const sidecar = '{ name: proxy, image: proxy, ports: [{ containerPort: 15090 }] }, ';

/** One pod calls a backend ten times a second from 10 s to 70 s, over links of 5 ms one way. A passage is 1 ms of work. */
const scenario = (given: Given) => {
  const { place = 'sidecar', server = true } = given;
  const beside = (isMeshed: boolean): string => (place === 'sidecar' && isMeshed ? sidecar : '');
  const pods = server ? '' : 'pods: { labels: { app: app } },';
  return `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: mesh }
spec:
  preset: ideal
  duration: ${given.until ?? '80s'}
  interval: 10s
  cluster: { nodePools: [{ name: app, count: 1 }, { name: backend, count: 3, labels: { role: backend } }] }
  network: { links: { sameZone: 5ms, sameNode: 0s } }
  ${given.spec ?? ''}
  behaviors:
    - image: app
      requests: { service: 0s, concurrency: 1000 }
      calls: [{ service: backend, timeout: 10s, ${given.calls ?? ''} }]
    - image: backend
      requests: { service: ${given.service ?? '1ms'}, concurrency: 1000 }
    ${place === 'none' ? '' : `- { image: proxy, mesh: { place: ${place}, work: 1ms, workers: 1, ${place === 'node' ? pods : ''} ${given.mesh ?? ''} } }`}
  traffic: [{ name: users, to: app, arrivals: { constant: { rate: ${given.rate ?? '10/s'} } }, start: 10s, stop: 70s, timeout: 20s }]
  ${given.more ?? ''}
---
apiVersion: v1
kind: Pod
metadata: { name: app, labels: { app: app } }
spec: { nodeName: app-0, containers: [${beside(true)}{ name: main, image: app, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: app }
spec: { selector: { app: app }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: backend }
spec:
  replicas: ${given.backends ?? 1}
  selector: { matchLabels: { app: backend } }
  template:
    metadata: { labels: { app: backend } }
    spec: { nodeSelector: { role: backend }, containers: [${beside(server)}{ name: main, image: backend, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: backend }
spec: { selector: { app: backend }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: proxy }
spec:
  selector: { matchLabels: { app: proxy } }
  template:
    metadata: { labels: { app: proxy } }
    spec: { containers: [{ name: proxy, image: ${place === 'node' ? 'proxy' : 'pause'} }] }
`;
};

function run(given: Given = {}) {
  const { world, summary } = runScenario(scenario(given));
  const counts = world.traffic.mesh?.mesh.counts.get('proxy');
  const [edge] = world.traffic.connections?.groups.edges ?? [];
  const { durations, series } = world.measure;
  const slowestMs = 1000 * (durations.merged(0, series.length).quantileSeconds(1) ?? Number.NaN);
  return { world, summary, counts, edge, slowestMs, p50: 1000 * (summary.request_duration_seconds_p50 ?? 0) };
}

describe('a request', () => {
  it.each([
    // Users come to the pod of the app through its proxy: in, and the answer out. Its call goes out, in, and back through both.
    ['sidecar', true, 6],
    // The proxies of the backend are not there: in, out, answer in, answer out.
    ['sidecar', false, 4],
    ['node', true, 6],
    ['node', false, 4],
  ] as const)('passes proxies (%s, called pods in the mesh: %s) %d times', (place, server, times) => {
    const plain = run({ place: 'none', spec: 'connections: { callers: {} }' });
    const { p50, counts, summary } = run({ place, server });
    expect(p50 - plain.p50).toBeCloseTo(times, 1);
    expect(summary.requests_failed_total).toBe(0);
    const { outbound = 0, inbound = 0, answers = 0, failed = 0 } = counts ?? {};
    expect([outbound, inbound, answers, failed]).toEqual([599, server ? 1198 : 599, (599 * times) / 2, 0]);
  });

  it('waits for a worker of the proxy, which works on one passage at a time', () => {
    // Ten calls at once leave the proxy of the app 1 ms after each other, and their answers come back as they left.
    const one = run({ server: false });
    const ten = run({ server: false, calls: 'count: 10, parallel: true' });
    expect(ten.p50 - one.p50).toBeCloseTo(9, 1);
    // The proxy of the backend gets one each ms and has 2 ms of work on each: it is busy for 20 ms and not for 3, of which one is its own.
    expect(run({ calls: 'count: 10, parallel: true' }).p50 - run().p50).toBeCloseTo(17, 1);
  });

  it('costs what Istio publishes: 0.20 CPUs of a sidecar and 0.06 of a ztunnel for 1000 requests a second', () => {
    // CPUs used on the node of the app, beside the same without a mesh. It gets each request from outside, and sends one on: two passages more each.
    const cpus = (place: 'sidecar' | 'node' | 'none'): number => {
      const mesh = `work: ${place === 'sidecar' ? '100us' : '30us'}, workers: 8`;
      const text = scenario({ place, rate: '500/s', until: '20s' }).replace('work: 1ms, workers: 1', mesh);
      const rows = runScenario(text).world.measure.nodes.filter(
        ({ node, time_seconds }) => node === 'app-0' && time_seconds > 10,
      );
      return 3.9 * (rows.reduce((sum, row) => sum + row.cpu_usage_ratio, 0) / rows.length);
    };
    const without = cpus('none');
    expect(cpus('sidecar') - without).toBeCloseTo(0.5 * 2 * 0.2, 2);
    expect(cpus('node') - without).toBeCloseTo(0.5 * 2 * 0.06, 2);
  });
});

describe('connections of proxies', () => {
  const handshake = 'connections: { handshake: { full: { caller: 20ms, server: 40ms } } }';
  const slowest = (given: Given): number => run({ spec: handshake, ...given }).slowestMs;

  it('are encrypted between pods of the mesh, and handshakes are work of the proxies', () => {
    const { edge, world, slowestMs } = run({ spec: handshake });
    expect([edge?.opened, edge?.requests]).toEqual([1, 599]);
    // The first request opens it: TCP and TLS are two round trips of 10 ms, and 60 ms of CPU.
    expect(slowestMs).toBeCloseTo(17 + 20 + 60, 0);
    // 599 requests of 1 ms, as many passages in and answers out, and one handshake.
    const nodes = world.measure.nodes.filter(({ node }) => node.startsWith('backend'));
    expect(nodes.reduce((ms, { cpu_usage_ratio }) => ms + cpu_usage_ratio * 39_000, 0)).toBeCloseTo(3 * 599 + 40, 0);
  });

  it('are not encrypted where the called pod is not in the mesh', () => {
    expect(slowest({ server: false })).toBeCloseTo(15 + 10, 0);
  });

  it('are not encrypted where the mesh does not', () => {
    expect(slowest({ mesh: 'connections: { tls: none }' })).toBeCloseTo(17 + 10, 0);
  });

  it('are opened anew when they are used no more', () => {
    expect(run({ mesh: 'connections: { idleTimeout: 50ms }', spec: handshake }).edge?.opened).toBe(598);
  });
});

describe('the balancer', () => {
  /** Requests to each backend, by the share of the largest in the mean. */
  const skew = (given: Given): number => {
    const { world } = run({ backends: 3, ...given });
    const counts = new Map<string, number>();
    for (const { pod, requests } of world.measure.connections.endpoints) {
      counts.set(pod, (counts.get(pod) ?? 0) + requests);
    }
    const all = [...counts.values()];
    return Math.max(...all) / (all.reduce((sum, one) => sum + one, 0) / 3);
  };

  it('of a sidecar leads each request, one of a node each connection of the application', () => {
    const kept = 'connections: { protocol: http2 },';
    expect(skew({ place: 'none', calls: kept })).toBe(3);
    expect(skew({ calls: kept })).toBeLessThan(1.2);
    // A proxy of a node knows connections, not requests.
    expect(skew({ calls: kept, place: 'node' })).toBe(3);
    expect(skew({ place: 'node' })).toBeLessThan(1.3);
  });

  it('is the one that the mesh names', () => {
    expect(skew({ mesh: 'balancer: RoundRobin' })).toBeLessThan(1.01);
  });

  it('knows a new endpoint when its proxies have heard of it', () => {
    const first = (takes: string): number => {
      const { world } = run({
        mesh: `balancer: RoundRobin, sync: { takes: ${takes} }`,
        more: 'timeline: [{ at: 30s, scale: { deployment: backend, replicas: 3 } }]',
      });
      const rows = world.measure.connections.endpoints.filter(({ pod, requests }) => pod !== '' && requests > 0);
      const since = new Map<string, number>();
      for (const { pod, time_seconds } of rows) if (!since.has(pod)) since.set(pod, time_seconds);
      return Math.max(...since.values());
    };
    expect(first('0s')).toBe(40);
    expect(first('20s')).toBe(60);
  });
});

describe('a proxy that does not run', () => {
  const crash = (where: string, ...at: readonly string[]): string =>
    `timeline: [${at.map((time) => `{ at: ${time}, fault: { PodCrash: { ${where}, container: 0 } } }`).join(', ')}]`;
  // Started again at once the first time, after 10 s the second time.
  const twice = ['30050ms', '30550ms'] as const;

  it('has taken its connections with it: the next request opens another', () => {
    const { summary, edge, counts } = run({ more: crash('deployment: backend', twice[0]) });
    expect([edge?.opened, edge?.broken, edge?.refused, counts?.failed]).toEqual([2, 1, 0, 0]);
    expect(summary.requests_failed_total).toBe(0);
  });

  it.each([
    ['of a called pod is as one that does not listen', crash('deployment: backend', ...twice), 'sidecar'],
    ['of a caller keeps what comes to the caller from it', crash('pod: app', ...twice), 'sidecar'],
    ['of nodes stands for all pods there', crash('daemonset: proxy, count: 4', ...twice), 'node'],
  ] as const)('%s', (_, more, place) => {
    const { summary, world } = run({ more, place });
    expect(summary.requests_failed_total).toBe(100);
    const failed = world.measure.series.filter(({ requests_failed }) => requests_failed > 0);
    expect(failed.map(({ time_seconds }) => time_seconds)).toEqual([40, 50]);
  });

  it('hangs: what waits for it goes on when it does', () => {
    const hang = 'timeline: [{ at: 40050ms, fault: { ContainerHang: { pod: app, container: 0, for: 5s } } }]';
    const { summary, slowestMs } = run({ more: hang });
    expect(summary.requests_failed_total).toBe(0);
    // The first one that came meanwhile had 50 ms to wait less; then fifty go one after the other, two passages of each at this proxy and more behind it.
    expect(slowestMs).toBeGreaterThan(4900);
    expect(slowestMs).toBeLessThan(5200);
  });

  it('is lost with its machine, and nobody hears of it', () => {
    const { summary } = run({
      more: 'timeline: [{ at: 65050ms, fault: { NodeCrash: { node: app-0 } } }]',
      until: '100s',
    });
    const { requests_failed_total: failed, requests_total: all } = summary;
    expect([all, failed]).toEqual([599, 49]);
  });
});

it.each([
  ['pods of a sidecar', scenario({ mesh: 'pods: {}' }), /mesh\.pods: is for `place: node`/],
  [
    'calls of a proxy',
    scenario({}).replace('workers: 1, ', 'workers: 1 }, calls: [{ service: backend }], usage: { '),
    /calls: does not go with `mesh`/,
  ],
  [
    'a proxy that is a gateway too',
    scenario({}).replace('workers: 1, ', 'workers: 1 }, gateway: { kind: envoy }, usage: { '),
    /gateway: does not go with `mesh`/,
  ],
])('refuses %s', (_what, text, message) => {
  expect(() => runScenario(text)).toThrow(message);
});
