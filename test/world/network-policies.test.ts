// NetworkPolicies in whole clusters: who reaches whom, how a forbidden connection ends, and what is forgotten easily.
import { expect, it } from 'vitest';
import { deployment, scenario, service } from '../support/manifests.ts';
import { runScenario } from '../support/world-rig.ts';
import { Outcome } from '../../src/traffic/calls.ts';

const policy = (name: string, spec: string, namespace = 'default'): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;

const indented = (manifest: string): string => manifest.replace('---\n', '').trim().replaceAll('\n', '\n        ');

const pods = (name: string): string =>
  deployment(name, { replicas: 2, fields: ', ports: [{ name: http, containerPort: 80 }]' });

/** Pods called dns, and their Service. */
const DNS = `${deployment('dns')}---
apiVersion: v1
kind: Service
metadata: { name: dns }
spec: { selector: { app: dns }, ports: [{ name: udp, port: 53, protocol: UDP }, { name: tcp, port: 53 }] }
`;

/** A gateway in front of the front. */
const GATE = `${deployment('gate')}${service('gate')}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: gate }
spec: { ingressClassName: nginx, defaultBackend: { service: { name: front, port: { number: 80 } } } }
`;

/** Users ask the front (by the gate, if there is one) and spies the spy; both call the database. */
function run(policies: string, { network = '', timeline = '', more = '', front = service('front'), gate = '' } = {}) {
  const outcome = runScenario(
    scenario(
      3,
      `  duration: 90s
  warmup: 30s
  interval: 10s
  kubelet: { cachedImages: ["*"] }
  network: { ${network} }
  behaviors:
    - { image: test/front, startup: 1s, requests: { service: 1ms, concurrency: 1000 }, calls: [{ service: db, timeout: 200ms }${more}] }
    - { image: test/spy, startup: 1s, requests: { service: 1ms, concurrency: 1000 }, calls: [{ service: db, timeout: 200ms }] }
    - { image: test/db, startup: 1s, requests: { service: 1ms, concurrency: 1000 } }
    - { image: test/dns, startup: 1s, requests: { service: 100us, concurrency: 1000 } }
    - { image: test/gate, startup: 1s, requests: { service: 1ms, concurrency: 1000 }, gateway: { kind: nginx } }
  external: [{ host: bank.example, address: 198.51.100.7, latency: 1ms, requests: { service: 1ms, concurrency: 100 } }]
  traffic:
    - { name: users, to: ${gate === '' ? 'front' : 'gate'}, arrivals: { constant: { rate: 10/s } }, start: 30s, timeout: 1s }
    - { name: spies, to: spy, arrivals: { constant: { rate: 10/s } }, start: 30s, timeout: 1s }
${timeline}`,
    ) +
      [pods('front'), front, pods('spy'), service('spy'), pods('db'), service('db'), gate].join('') +
      `---
apiVersion: v1
kind: Service
metadata: { name: bank }
spec: { type: ExternalName, externalName: bank.example }
` +
      policies,
  );
  const { meters } = outcome.world.traffic;
  const share = (source: number): number => {
    const ok = meters.total(source, Outcome.Ok);
    return ok / (ok + meters.total(source, Outcome.Error) + meters.total(source, Outcome.Timeout));
  };
  const { services } = outcome.world.traffic;
  const db = services.meterOf('default', 'db');
  const denied = outcome.world.measure.denials?.rows() ?? [];
  return { outcome, users: share(0), spies: share(1), db: (how: number) => meters.total(db, how), denied };
}

const toDb =
  '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: front } } }], ports: [{ port: http }] }] }';

it('lets the front in and keeps the spy waiting for its timeout', () => {
  const { users, spies, db, denied } = run(policy('db', toDb));
  expect([users, spies]).toEqual([1, 0]);
  expect(db(Outcome.Timeout)).toBeGreaterThan(590);
  expect(db(Outcome.Refused)).toBe(0);
  expect(
    denied.every(({ from_namespace, to_namespace }) => from_namespace === 'default' && to_namespace === 'default'),
  ).toBe(true);
  // Ten a second for a minute, the first after a tenth of a second.
  expect(denied.reduce((sum, { connections }) => sum + connections, 0)).toBe(599);
});

it('refuses at once where the plugin rejects, and does nothing where it knows no policies', () => {
  const rejects = run(policy('db', toDb), { network: 'networkPolicies: reject' });
  expect([rejects.users, rejects.spies, rejects.db(Outcome.Timeout)]).toEqual([1, 0, 0]);
  expect(rejects.db(Outcome.Refused)).toBe(599);
  const ignores = run(policy('db', toDb), { network: 'networkPolicies: ignore' });
  expect([ignores.users, ignores.spies, ignores.denied]).toEqual([1, 1, []]);
});

it('needs both ends: who may be called may not be able to call', () => {
  const egress =
    '{ podSelector: { matchLabels: { app: front } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: spy } } }] }] }';
  expect(run(policy('db', toDb) + policy('front', egress)).users).toBe(0);
  const wider = egress.replace('egress: [', 'egress: [{ to: [{ namespaceSelector: {} }] }, ');
  expect(run(policy('db', toDb) + policy('front', wider)).users).toBe(1);
});

it('is about systems outside by their addresses', () => {
  const more = ', { service: bank, timeout: 200ms }';
  const out = (cidr: string): string =>
    `{ podSelector: { matchLabels: { app: front } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }, { ipBlock: { cidr: ${cidr} } }] }] }`;
  expect(run(policy('front', out('198.51.100.0/24')), { more }).users).toBe(1);
  expect(run(policy('front', out('198.51.101.0/24')), { more }).users).toBe(0);
});

it('is in effect soon after it was applied, and over when it is deleted', () => {
  const timeline = `  timeline:
    - at: 50s
      apply:
        ${indented(policy('db', '{ podSelector: { matchLabels: { app: db } } }'))}
    - { at: 70s, delete: { kind: NetworkPolicy, name: db } }
`;
  const { users, spies } = run('', { timeline });
  // Twenty of sixty seconds.
  expect(Math.abs(users - 2 / 3)).toBeLessThan(0.05);
  expect(Math.abs(spies - 2 / 3)).toBeLessThan(0.05);
});

it.each([
  ['drop', 'connections: { callers: {} }', 0],
  ['drop', 'connections: { callers: { protocol: http2 } }', 0],
  ['drop', 'connections: { callers: { protocol: http2, balance: request } }', 0],
  ['reject', 'connections: { callers: { protocol: http2, balance: request } }', 0],
  ['drop', 'connections: { callers: { keepAlive: false } }', 2 / 3],
  ['drop', 'connections: { callers: { lifetime: 1s } }', 2 / 3],
])(
  'looks at connections when they are opened, not at requests on those that are kept: %s, %s',
  (kind, more, failed) => {
    const timeline = `  timeline:
    - at: 50s
      apply:
        ${indented(policy('db', '{ podSelector: { matchLabels: { app: db } } }'))}
  ${more}
`;
    const { users, denied } = run('', { timeline, network: `networkPolicies: ${kind}` });
    expect(Math.abs(users - (1 - failed))).toBeLessThan(0.05);
    expect(denied.length > 0).toBe(failed > 0);
  },
);

it.each(['http1', 'http2, balance: request'])('keeps new connections of %s from opening', (protocol) => {
  const { users, spies } = run(policy('db', toDb), {
    timeline: `  connections: { callers: { protocol: ${protocol} } }\n`,
  });
  expect([users, spies]).toEqual([1, 0]);
  const rejects = run(policy('db', toDb), {
    timeline: `  connections: { callers: { protocol: ${protocol} } }\n`,
    network: 'networkPolicies: reject',
  });
  expect([rejects.users, rejects.spies, rejects.db(Outcome.Refused)]).toEqual([1, 0, 599]);
});

it.each([
  ['UDP', '', true],
  ['TCP', '', false],
  ['TCP', ', useTcp: true', true],
  ['UDP', ', useTcp: true', false],
  // The cache of the node asks, which is on the way of no policy of pods.
  ['SCTP', ', nodeLocal: true', true],
])('lets queries of names by %s pass only where they go by it: %s', (protocol, more, passes) => {
  const egress = `{ podSelector: { matchLabels: { app: front } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }] }, { ports: [{ protocol: ${protocol}, port: 53 }] }] }`;
  const names = `  dns: { service: dns, programCache: 0s, timeout: 100ms${more} }\n`;
  const { users } = run(policy('front', egress) + DNS, { timeline: names });
  expect(users).toBe(passes ? 1 : 0);
});

it('knows clients outside by their addresses only where the Service keeps them', () => {
  const from = (cidr: string): string =>
    `{ podSelector: { matchLabels: { app: front } }, ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }] }`;
  expect(run(policy('front', from('198.18.0.0/15'))).users).toBe(1);
  expect(run(policy('front', from('10.0.0.0/8'))).users).toBe(0);
  const balanced = (more: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: front }
spec: { type: LoadBalancer${more}, selector: { app: front }, ports: [{ port: 80 }] }
`;
  expect(run(policy('front', from('198.18.0.0/15')), { front: balanced(', externalTrafficPolicy: Local') }).users).toBe(
    1,
  );
  // The node has its own address in the place of theirs.
  expect(run(policy('front', from('198.18.0.0/15')), { front: balanced('') }).users).toBeLessThan(0.5);
});

it('has the pod of a gateway for the caller of its backends, not the client', () => {
  const allow = (app: string): string =>
    `{ podSelector: { matchLabels: { app: front } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${app} } } }] }] }`;
  const options = { gate: GATE };
  expect(run(policy('front', allow('gate')), options).users).toBe(1);
  expect(run(policy('front', allow('spy')), options).users).toBe(0);
});

it('goes by the labels of a caller as the agents of each node have heard of them', () => {
  const friends =
    '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: front } } }, { podSelector: { matchLabels: { role: friend } } }] }] }';
  const denials = (delivery: string): number => {
    const timeline = `  controlPlane: { watch: { delivery: ${delivery} } }
  timeline: [{ at: 60s, label: { kind: Pod, selector: "app=spy", labels: { role: friend } } }]
`;
    const { users, denied } = run(policy('db', friends), { timeline });
    expect(users).toBe(1);
    return denied
      .filter(({ time_seconds }) => time_seconds > 60)
      .reduce((sum, { connections }) => sum + connections, 0);
  };
  // Ten a second until the agents have heard; a proxy syncs at most once a second.
  expect(denials('100ms')).toBeLessThan(15);
  const late = denials('3s');
  expect(late).toBeGreaterThanOrEqual(30);
  expect(late).toBeLessThan(45);
});
