// Connections that callers keep: what opening one costs, who gets the requests, and what happens when either side goes.
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { runScenario } from '../support/world-rig.ts';

interface Given {
  readonly caller?: string;
  readonly server?: string;
  readonly spec?: string;
  readonly rate?: string;
  readonly requests?: string;
  readonly more?: string;
  readonly backends?: number;
  readonly service?: string;
  readonly calls?: string;
  readonly duration?: string;
  /** 50 ms of service in place of 1. */
  readonly service50?: boolean;
}

/** One pod calls the backends ten times a second from 10 s on, over links of 5 ms one way, for a minute. */
const scenario = (given: Given) => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: connections }
spec:
  preset: ideal
  duration: ${given.duration ?? '80s'}
  interval: 10s
  cluster: { nodePools: [{ name: app, count: 1 }, { name: backend, count: 3, labels: { role: backend } }] }
  network: { links: { sameZone: 5ms } }
  connections: { ${given.spec ?? ''} }
  behaviors:
    - image: app
      requests: { service: 0s, concurrency: 1000 }
      calls: [{ service: backend, timeout: 10s, ${given.calls ?? ''} connections: { ${given.caller ?? ''} } }]
    - image: backend
      requests: { service: ${given.service50 === true ? '50ms' : '1ms'}, concurrency: 1000, ${given.requests ?? ''} }
      connections: { ${given.server ?? ''} }
  traffic: [{ name: users, to: app, arrivals: { constant: { rate: ${given.rate ?? '10/s'} } }, start: 10s, stop: 70s, timeout: 20s }]
  ${given.more ?? ''}
---
apiVersion: v1
kind: Pod
metadata: { name: app, labels: { app: app } }
spec: { nodeName: app-0, containers: [{ name: main, image: app }] }
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
    spec: { nodeSelector: { role: backend }, containers: [{ name: main, image: backend }] }
---
apiVersion: v1
kind: Service
metadata: { name: backend }
spec: { ${given.service ?? ''} selector: { app: backend }, ports: [{ port: 80 }] }
`;

function edgeOf(given: Given) {
  const { world, summary } = runScenario(scenario(given));
  const [edge] = world.traffic.connections?.groups.edges ?? [];
  if (edge === undefined) throw new Error('no connections are kept');
  const handshakes = world.measure.connections.times('handshakes', 0, world.measure.series.length);
  return { edge, world, summary, handshakes };
}

it('opens one connection and goes on with it', () => {
  const { edge, summary } = edgeOf({});
  expect([edge.opened, edge.requests, edge.reused, edge.open]).toEqual([1, 599, 598, 1]);
  expect(summary.requests_failed_total).toBe(0);
});

it('opens one for each request where none is kept, and each costs a round trip', () => {
  const kept = edgeOf({});
  const { edge, summary, handshakes } = edgeOf({ caller: 'keepAlive: false' });
  expect([edge.opened, edge.closedByCaller, edge.reused, edge.open]).toEqual([599, 599, 0, 0]);
  // There and back: 10 ms; and as much for the request itself.
  expect(handshakes.quantileSeconds(0.5)).toBeCloseTo(0.01, 3);
  expect(summary.request_duration_seconds_p50).toBeCloseTo((kept.summary.request_duration_seconds_p50 ?? 0) + 0.01, 3);
});

it.each([
  // TCP 1; TLS 1.3 one more; 1.2 two more, and one where it is resumed. Then the CPU of both sides.
  ['tls: none', 0.01],
  ['tls: "1.3", resume: false', 0.02 + 0.003],
  ['tls: "1.2", resume: false', 0.03 + 0.003],
  ['tls: "1.3"', 0.02 + 0.0003],
  ['tls: "1.2"', 0.02 + 0.0003],
])('takes for %s %d s until it is open', (tls, seconds) => {
  const handshake = 'full: { caller: 1ms, server: 2ms }, resumed: { caller: 100us, server: 200us }';
  const { handshakes, edge, world } = edgeOf({
    caller: `keepAlive: false, ${tls}`,
    spec: `handshake: { ${handshake} }`,
  });
  expect(handshakes.quantileSeconds(0.5)).toBeCloseTo(seconds, 4);
  const resumes = tls.includes('1.') && !tls.includes('false');
  expect(edge.resumed).toBe(resumes ? 598 : 0);
  // CPU time of the pod that serves: 599 requests of 1 ms, and the handshakes.
  const cpu = (resumes ? 598 * 0.2 + 2 : tls === 'tls: none' ? 0 : 599 * 2) + 599;
  // Of 3.9 allocatable CPUs, in intervals of 10 s.
  const nodes = world.measure.nodes.filter(({ node }) => node.startsWith('backend'));
  expect(nodes.reduce((ms, { cpu_usage_ratio }) => ms + cpu_usage_ratio * 39_000, 0)).toBeCloseTo(cpu, 0);
});

// Who gets the requests.

/** Requests to each pod in the last 20 s. */
function lastByPod(given: Given): number[] {
  const { world } = edgeOf({ more: 'timeline: [{ at: 20s, scale: { deployment: backend, replicas: 3 } }]', ...given });
  const byPod = new Map<string, number>();
  for (const { pod, requests, time_seconds, ready } of world.measure.connections.endpoints) {
    if (ready === 1 && time_seconds > 60) byPod.set(pod, (byPod.get(pod) ?? 0) + requests);
  }
  return [...byPod.values()].sort((x, y) => y - x);
}

it('leaves new pods without requests where few connections last, behind an address of the Service', () => {
  expect(lastByPod({ caller: 'protocol: http2' })).toEqual([100, 0, 0]);
  // So does pick_first over a headless Service.
  expect(lastByPod({ caller: 'protocol: http2', service: 'clusterIP: None,' })).toEqual([100, 0, 0]);
  // One client without a choice still has one connection, but it moves.
  const moved = edgeOf({
    caller: 'protocol: http2',
    server: 'maxAge: 2s',
    more: 'timeline: [{ at: 20s, scale: { deployment: backend, replicas: 3 } }]',
  });
  expect(moved.edge.closedByServer).toBeGreaterThan(25);
  expect(moved.edge.opened).toBe(moved.edge.closedByServer + moved.edge.open);
  expect(moved.summary.requests_failed_total).toBe(0);
  expect(Math.min(...lastByPod({ caller: 'protocol: http2', server: 'maxAge: 1s' }))).toBeGreaterThan(5);
});

it('spreads requests where each is led by itself, or has a connection of its own', () => {
  for (const caller of ['protocol: http2, balance: request', 'keepAlive: false']) {
    const [most, , least] = lastByPod({ caller });
    expect(most).toBeLessThan(50);
    expect(least).toBeGreaterThan(18);
  }
  expect(lastByPod({ caller: 'protocol: http2, balance: request', service: 'clusterIP: None,' })[2]).toBeGreaterThan(
    18,
  );
  const { edge } = edgeOf({ caller: 'protocol: http2, balance: request', backends: 3 });
  expect(edge.opened).toBe(3);
});

it('learns of new pods only with the loss of a connection, where names are looked up again then', () => {
  const caller = 'protocol: http2, balance: request, resolve: disconnected';
  const service = 'clusterIP: None,';
  expect(lastByPod({ caller, service })).toEqual([100, 0, 0]);
  // Pods that are gone are used no more, and were no reason to ask while another one is left.
  const [more] = [lastByPod({ caller, service, server: 'maxAge: 12s' })];
  // Lost at 22 s for the first time, asked at 40 s: 30 s after the first lookup.
  expect(more[2]).toBeGreaterThan(18);
  const late = edgeOf({
    caller,
    service,
    server: 'maxAge: 12s',
    more: 'timeline: [{ at: 20s, scale: { deployment: backend, replicas: 3 } }]',
  });
  const idle = late.world.measure.connections.endpoints.filter(({ requests }) => requests === 0);
  expect(
    Math.max(...idle.filter(({ time_seconds }) => time_seconds < 80).map(({ time_seconds }) => time_seconds)),
  ).toBe(40);
  // Behind an address of the Service there is nothing to look up.
  expect(lastByPod({ caller })[2]).toBeGreaterThan(18);
});

it('leads each request where a balancer looks at requests, whatever is said of connections', () => {
  const more = 'timeline: [{ at: 20s, scale: { deployment: backend, replicas: 3 } }]';
  const text = scenario({ caller: 'protocol: http2', more }).replace('links:', 'balancer: PowerOfTwo, links:');
  const { world } = runScenario(text);
  const last = world.measure.connections.endpoints.filter(({ time_seconds }) => time_seconds === 70);
  expect(last.map(({ requests }) => requests > 20)).toEqual([true, true, true]);
});

// Pools.

it.each([
  // 100 a second, each for 61 ms on a connection: 6.1 of them at once, and the first ones while another is opened.
  ['', '100/s', 7],
  ['max: 2', '30/s', 2],
  ['protocol: http2', '100/s', 1],
  ['protocol: http2, min: 4, max: 4', '100/s', 4],
  ['protocol: http2, max: 8, streams: 2', '100/s', 4],
])('opens with { %s } at %s %i connections', (caller, rate, least) => {
  const { edge, summary } = edgeOf({ caller, rate, service50: true });
  expect(edge.opened).toBeGreaterThanOrEqual(least);
  expect(edge.opened).toBeLessThanOrEqual(least + 1);
  expect(summary.requests_failed_total).toBe(0);
});

it('lets as many wait as may, and refuses the others', () => {
  // Two connections do 2 / 60 ms = 33 of 100 requests a second.
  const { edge, summary } = edgeOf({ caller: 'max: 2, pending: 10', rate: '100/s', service50: true });
  expect(edge.opened).toBe(2);
  expect(edge.requests / 60).toBeCloseTo(2 / 0.06, 0);
  expect(edge.overflowed).toBe(summary.requests_failed_total);
  expect(edge.overflowed + edge.requests).toBe(5999);
});

it('waits where the server takes few streams', () => {
  const { edge, world } = edgeOf({ caller: 'protocol: http2', server: 'streams: 4', rate: '72/s', service50: true });
  expect([edge.opened, edge.overflowed, edge.requests]).toEqual([1, 0, 4319]);
  // 4 / 60 ms = 66.7 of 72 a second: the last one waits for (4319 - 4000) / 66.7 s.
  expect(world.measure.connections.times('waits', 0, 8).quantile(1) / 1e6).toBeCloseTo(319 / (4 / 0.06), 0);
});

// Ends of connections.

it.each([
  ['the caller leaves one idle', { caller: 'idleTimeout: 50ms' }, 'closedByCaller', 599],
  ['the caller keeps none idle', { caller: 'maxIdle: 1, lifetime: 1s' }, 'closedByCaller', 55],
  ['the server leaves one idle', { server: 'idleTimeout: 50ms' }, 'closedByServer', 599],
  ['the server has had ten requests', { server: 'maxRequests: 10' }, 'closedByServer', 59],
  ['and so with streams', { caller: 'protocol: http2', server: 'maxRequests: 10' }, 'closedByServer', 59],
] as const)('closes connections when %s', (_, given, by, about) => {
  const { edge, summary } = edgeOf(given);
  expect(edge[by]).toBeGreaterThan(about - 5);
  expect(edge[by]).toBeLessThanOrEqual(about);
  expect(edge.opened - edge.closedByCaller - edge.closedByServer - edge.broken).toBe(edge.open);
  expect(summary.requests_failed_total).toBe(0);
});

it('loses a request that is under way when the server closes an idle connection', () => {
  // A request every 100 ms: the first opens (10 ms) and is answered at 16, the second comes at 105 and is answered at 106, the server closes at
  // 198, the caller hears of it at 203 and has sent the third at 200. One of three is lost.
  const race = edgeOf({ server: 'idleTimeout: 92ms', rate: '10/s' });
  expect(race.summary.requests_failed_total).toBe(Math.floor(599 / 3));
  // Of two ends one closes first; the other way round nothing is lost.
  expect(edgeOf({ server: 'idleTimeout: 92ms', caller: 'idleTimeout: 80ms' }).summary.requests_failed_total).toBe(0);
});

it('ends with no request lost where a pod goes in peace, and with lost ones where it crashes', () => {
  const gone = (what: string) => ({
    backends: 2,
    more: `timeline: [{ at: 30s, ${what} }]`,
    rate: '50/s',
    service50: true,
  });
  const scaled = 'scale: { deployment: backend, replicas: 1 }';
  for (const caller of ['', 'protocol: http2', 'protocol: http2, balance: request']) {
    expect(edgeOf({ caller, ...gone(scaled) }).summary.requests_failed_total, caller).toBeLessThan(2);
  }
  const crash = 'fault: { PodCrash: { deployment: backend, count: 2 } }';
  const crashed = edgeOf({ caller: 'protocol: http2', ...gone(crash) });
  expect(crashed.edge.broken).toBe(1);
  expect(crashed.summary.requests_failed_total).toBeGreaterThan(0);
  expect(crashed.edge.open).toBe(1);
});

it('goes on writing to a dead machine until a ping, or TCP, gives it up', () => {
  const more = 'timeline: [{ at: 30s, fault: { NodeCrash: { node: backend-0 } } }]';
  // Nobody else has heard in this time, and takes the pod out.
  const dead = (caller: string) => {
    const text = scenario({ caller, more, backends: 1, duration: '70s' }).replace('timeout: 10s', 'timeout: 1s');
    const { world } = runScenario(text.replace('replicas: 1', 'replicas: 3'));
    const [edge] = world.traffic.connections?.groups.edges ?? [];
    return edge;
  };
  const without = dead('protocol: http2');
  const pinged = dead('protocol: http2, ping: { every: 5s, timeout: 1s }');
  expect([without.broken, pinged.broken]).toEqual([0, expect.any(Number)]);
  expect(pinged.opened).toBeGreaterThanOrEqual(without.opened);
});

// What runs out.

it('runs out of local ports where each connection is closed by its caller, and has them back after a minute', () => {
  const given = { caller: 'keepAlive: false', spec: 'ports: 5, timeWait: 20s' };
  const { edge, summary, world } = edgeOf(given);
  // Five at 10 s, five more at 30, 50 and 70 s, the last of which nobody needs.
  expect(edge.requests).toBe(15);
  expect([edge.withoutPort, summary.requests_failed_total]).toEqual([584, 584]);
  expect(Math.max(...world.measure.connections.rows.map((row) => row.ports_most))).toBe(5);
  // Who closes first waits: where that is the server, or nobody, ports are no matter.
  expect(edgeOf({ spec: given.spec, server: 'maxRequests: 1' }).edge.withoutPort).toBe(0);
  expect(edgeOf({ spec: given.spec }).edge.withoutPort).toBe(0);
});

it('fills the tables of nodes, which drop what is new and keep what is known', () => {
  const spec = 'conntrack: { maxPerCore: 0, min: 30, timeWait: 2m }';
  const { edge, summary, world } = edgeOf({ caller: 'keepAlive: false', spec });
  expect(edge.requests).toBe(30);
  expect(summary.requests_failed_total).toBe(569);
  expect(edge.dropped).toBeGreaterThan(569);
  const last = world.measure.connections.conntrack.filter(({ time_seconds }) => time_seconds === 80);
  expect(last.map(({ node_nf_conntrack_entries }) => node_nf_conntrack_entries)).toEqual([30, 30]);
  // Where entries go soon enough, the packet that is sent again after 1, 3 or 7 s gets through.
  const soon = edgeOf({ caller: 'keepAlive: false', spec: 'conntrack: { maxPerCore: 0, min: 30, timeWait: 2s }' });
  expect(soon.summary.requests_failed_total).toBe(0);
  expect(soon.edge.dropped).toBe(0);
  expect(edgeOf({ spec }).summary.requests_failed_total).toBe(0);
});

describe('to a system outside', () => {
  const outside = (spec: string, fault = '') =>
    scenario({
      caller: 'keepAlive: false',
      spec,
      more: `external: [{ host: bank.example, latency: 5ms, requests: { service: 1ms, concurrency: 100 } }]\n  ${fault}`,
    })
      .replace('timeout: 10s', 'timeout: 500ms')
      .replace(
        'selector: { app: backend }, ports: [{ port: 80 }] }\n',
        'type: ExternalName, externalName: bank.example }\n',
      )
      .replace(
        'kind: Pod\n',
        'kind: Pod\nmetadata: { name: other, labels: { app: app } }\nspec: { nodeName: app-0, containers: [{ name: main, image: app }] }\n---\napiVersion: v1\nkind: Pod\n',
      );

  it('shares the ports of the node among its pods, and has them back after a while', () => {
    const { world, summary } = runScenario(outside('snat: { ports: 30, timeWait: 20s }'));
    // 30 of 100 ms each at 10, 30 and 50 s, whichever of the two pods makes them.
    expect(summary.requests_failed_total).toBe(599 - 90);
    const { snat } = world.measure.connections;
    const dropped = snat.reduce((all, { packets_dropped }) => all + packets_dropped, 0);
    // One of each that fails. A connection goes to whoever has waited longest, up to five of them, whose own packets may be lost once more.
    expect(dropped).toBeGreaterThanOrEqual(509);
    expect(dropped).toBeLessThanOrEqual(509 + 3 * 5);
    expect(new Set(snat.map(({ node, host, ports_limit }) => `${node} ${host} ${ports_limit}`))).toEqual(
      new Set(['app-0 bank.example 30']),
    );
    expect(Math.max(...snat.map(({ ports }) => ports))).toBe(30);
    // Who keeps connections needs one for each pod.
    const kept = runScenario(outside('snat: { ports: 2 }').replace('keepAlive: false', 'max: 1'));
    expect(kept.summary.requests_failed_total).toBe(0);
    expect(Math.max(...kept.world.measure.connections.snat.map(({ ports }) => ports))).toBe(2);
  });

  it('has no port for what stays inside, and no table of the system outside', () => {
    expect(edgeOf({ caller: 'keepAlive: false', spec: 'snat: { ports: 1 }' }).summary.requests_failed_total).toBe(0);
    const { world } = runScenario(outside('conntrack: {}'));
    expect(new Set(world.measure.connections.conntrack.map(({ node }) => node))).toEqual(new Set(['app-0']));
  });
});

it('goes on by open connections while a fault fills the tables', () => {
  const more = 'timeline: [{ at: 30s, fault: { ConntrackFull: { node: backend-0, for: 20s } } }]';
  for (const balance of ['connection', 'request']) {
    expect(edgeOf({ more, caller: `balance: ${balance}` }).summary.requests_failed_total).toBe(0);
  }
  expect(edgeOf({ more, caller: 'keepAlive: false' }).summary.requests_failed_total).toBeGreaterThan(50);
});

it('sends the first packet again by a dead way into the cluster, whenever endpoints are chosen', () => {
  const more = 'timeline: [{ at: 30s, fault: { NodeCrash: { node: backend-1, for: 4s } } }]';
  const outcomes = (balance: string, timeout: string) => {
    const users = `to: backend, connections: { keepAlive: false, balance: ${balance} ${timeout} },`;
    const given = scenario({ more, service: 'type: NodePort,', rate: '40/s' }).replace('to: app,', users);
    const { traffic } = runScenario(given.replace('node: backend-1', 'node: app-0')).world;
    return [Outcome.Ok, Outcome.Timeout, Outcome.Refused].map((outcome) => traffic.meters.total(0, outcome));
  };
  for (const balance of ['connection', 'request']) {
    const [ok, late, refused] = outcomes(balance, '');
    expect([ok, late, refused]).toEqual([2399, 0, 0]);
    // A fourth of 160 come by the dead node.
    const [, , givenUp] = outcomes(balance, ', connectTimeout: 900ms');
    expect(givenUp).toBeGreaterThan(20);
    expect(givenUp).toBeLessThan(60);
  }
});

it('gives up a connection that does not open, after the time that its caller has for that', () => {
  const more = 'timeline: [{ at: 30s, fault: { ConntrackFull: { node: backend-0, for: 20s } } }]';
  for (const balance of ['connection', 'request']) {
    const ends = (timeout: string) => {
      const { world } = edgeOf({ more, caller: `keepAlive: false, balance: ${balance}${timeout}` });
      const { traffic } = world;
      const meter = traffic.services.meterOf('default', 'backend');
      return [Outcome.Ok, Outcome.Timeout, Outcome.Refused].map((outcome) => traffic.meters.total(meter, outcome));
    };
    // Those of 20 s.
    expect(ends(', connectTimeout: 900ms')).toEqual([399, 0, 200]);
    // First packets are sent again after 1, 3 and 7 s, and in the end get through for all that wait, whoever knew the endpoint: for those of the last 10 s.
    expect(ends('')).toEqual([498, 101, 0]);
  }
  // A handshake is part of it: there and back takes 10 ms, twice with TLS.
  for (const [tls, opened] of [
    ['none', 599],
    ['"1.3"', 0],
  ] as const) {
    const { edge, summary } = edgeOf({ caller: `keepAlive: false, tls: ${tls}, connectTimeout: 15ms` });
    expect([edge.opened, summary.requests_failed_total]).toEqual([opened, 599 - opened]);
  }
});

it('keeps what a process does not accept in its backlog, and drops what goes beyond', () => {
  const given = { caller: 'keepAlive: false', rate: '40/s', service50: true };
  // 2 at a time, each for 60 ms: 33 of 40 a second; the others wait to be accepted.
  const waits = edgeOf({ ...given, server: 'max: 2' });
  expect([waits.edge.dropped, waits.summary.requests_failed_total]).toEqual([0, 0]);
  expect(waits.summary.request_duration_seconds_p99).toBeGreaterThan(5);
  const drops = edgeOf({ ...given, server: 'max: 2, backlog: 3' });
  expect(drops.edge.dropped).toBeGreaterThan(10);
  expect(drops.summary.request_duration_seconds_p99).toBeGreaterThan(1);
});

// Large messages.

it('sends large answers in windows that double, faster on a connection that is warm', () => {
  const one = (response: string, more: Given = {}) => {
    const { summary } = edgeOf({ requests: `size: { request: 0, response: ${response} }`, ...more });
    return [summary.request_duration_seconds_p50 ?? 0, summary.request_duration_seconds_p999 ?? 0];
  };
  const [small, smallFirst] = one('14600B');
  expect(small).toBeCloseTo(0.011, 3);
  expect(smallFirst).toBeCloseTo(0.021, 3);
  // 14,600 + 29,200 + 56,200 bytes: two round trips more at first, then one for 58,400 + 41,600.
  const [, first] = one('100kB');
  expect(first - smallFirst).toBeCloseTo(0.02, 3);
  // Idle for 100 ms, the window stays; idle for more than 200 ms it is halved, and so on.
  const [fast] = one('100kB', { rate: '10/s' });
  expect(fast - small).toBeCloseTo(0, 3);
  const [slow] = one('100kB', { rate: '1/s' });
  expect(slow - small).toBeCloseTo(0.02, 3);
  const [kept] = one('100kB', { rate: '1/s', spec: 'slowStartAfterIdle: false' });
  expect(kept - small).toBeCloseTo(0, 3);
  // 1 MB/s: 100 kB take 100 ms.
  const [narrow] = one('100kB', { rate: '1/s', spec: 'nodeBandwidth: 1MB/s' });
  expect(narrow - small).toBeGreaterThan(0.099);
});

describe('a load balancer', () => {
  /** A client outside keeps a connection to the backend by one of three nodes; at 20.05 s something happens to the two that do not have the pod. */
  const run = (loadBalancer: string, what: (node: string) => string) => {
    const { world, summary } = runScenario(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: balancer }
spec:
  preset: ideal
  duration: 70s
  interval: 10s
  seed: 1
  cluster: { nodePools: [{ name: way, count: 2 }, { name: backend, count: 1, labels: { role: backend } }] }
  network: { links: { client: 5ms }, loadBalancer: { ${loadBalancer} } }
  behaviors: [{ image: backend, requests: { service: 1ms, concurrency: 100 } }]
  traffic:
    - name: users
      to: backend
      arrivals: { constant: { rate: 10/s } }
      start: 10s
      stop: 60s
      timeout: 100ms
      clients: 1
      connections: { protocol: http2, idleTimeout: 1h }
  timeline: [${['way-0', 'way-1'].map(what).join(', ')}]
---
apiVersion: v1
kind: Pod
metadata: { name: backend, labels: { app: backend } }
spec: { nodeSelector: { role: backend }, containers: [{ name: main, image: backend }] }
---
apiVersion: v1
kind: Service
metadata: { name: backend }
spec: { type: LoadBalancer, selector: { app: backend }, ports: [{ port: 80 }] }
`);
    const [edge] = world.traffic.connections?.groups.edges ?? [];
    return [edge?.opened, edge?.broken, summary.requests_failed_total];
  };
  const excluded = (node: string): string =>
    `{ at: 20050ms, label: { kind: Node, name: ${node}, labels: { node.kubernetes.io/exclude-from-external-load-balancers: "true" } } }`;
  const crashed = (node: string): string => `{ at: 20050ms, fault: { NodeCrash: { node: ${node} } } }`;

  it('lets connections go on by a node that is taken out, for as long as deregistration takes', () => {
    expect(run('deregistrationDelay: 5m', excluded)).toEqual([1, 0, 0]);
    expect(run('deregistrationDelay: 0s', excluded)).toEqual([1, 0, 0]);
    // Noticed at 20.1 s, and cut at 35.15 s, between two requests; or just when one is sent.
    expect(run('deregistrationDelay: 15050ms', excluded)).toEqual([2, 1, 0]);
    expect(run('deregistrationDelay: 15s', excluded)).toEqual([2, 1, 1]);
  });

  it('resets connections by a node that is unhealthy by its checks, at once or later', () => {
    // Checked at 20.1 s for the first time after it was lost, just when a request is sent. Without checks TCP would give up after 924.6 s.
    expect(run('unhealthyDelay: 0s', crashed)).toEqual([2, 1, 1]);
    expect(run('unhealthyDelay: 10s', crashed)).toEqual([2, 1, 101]);
  });
});

it('sends at the bandwidth that a fault leaves, of one way or of a machine, and at its own again afterwards', () => {
  const large = { requests: 'size: { request: 100kB, response: 100kB }', rate: '1/s' };
  const p50 = (fault: string): number =>
    edgeOf({ ...large, more: `timeline: [{ at: 5s, fault: { ${fault} } }]` }).summary.request_duration_seconds_p50 ?? 0;
  const free = edgeOf(large).summary.request_duration_seconds_p50 ?? 0;
  // 100 kB at 1 MB/s take 100 ms: in both directions, in one of them, and at the card of a machine.
  const trouble = (more: string) => `NetworkTrouble: { from: { nodes: [app-0] }, bandwidth: 1MB/s${more} }`;
  expect(p50(trouble('')) - free).toBeGreaterThan(0.15);
  expect(p50(trouble('')) - free).toBeLessThan(0.21);
  expect(p50(trouble(', oneWay: true')) - free).toBeGreaterThan(0.075);
  expect(p50(trouble(', oneWay: true')) - free).toBeLessThan(0.105);
  expect(p50('NodeSlow: { node: app-0, bandwidth: 1MB/s }')).toBe(p50(trouble('')));
  expect(p50(trouble(', for: 4s'))).toBe(free);
});
