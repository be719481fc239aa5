// Names that are looked up: how many queries they cost, what a lost one costs, and who remembers what.
import { expect, it } from 'vitest';
import { jobOf, runScenario } from '../support/world-rig.ts';

/** A pod that calls a neighbour, a Service of another namespace, or a host outside, ten times a second for a minute. */
const scenario = (to: string, dns = '', more = '') => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: names }
spec:
  preset: ideal
  duration: 80s
  interval: 10s
  cluster: { nodePools: [{ name: node, count: 2 }] }
  dns: { service: dns ${dns} }
  behaviors:
    - { image: app, requests: { service: 0s, concurrency: 1000 }, calls: [{ service: ${to}, timeout: 8s }] }
    - { image: backend, requests: { service: 1ms, concurrency: 100 } }
    - { image: dns, requests: { service: 100us, concurrency: 10 } }
  external: [{ host: db.example.com, latency: 1ms, requests: { service: 1ms, concurrency: 100 } }]
  traffic: [{ name: users, to: app, arrivals: { constant: { rate: 10/s } }, start: 10s, stop: 70s, timeout: 9s }]
  ${more}
---
${pod('app', 'default', 'app')}
---
${pod('near', 'default', 'backend')}
---
apiVersion: v1
kind: Namespace
metadata: { name: elsewhere }
---
${pod('far', 'elsewhere', 'backend')}
---
${pod('dns', 'default', 'dns')}
---
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { type: ExternalName, externalName: db.example.com }
`;

function pod(name: string, namespace: string, image: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: ${image} }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }`;
}

function namesOf(text: string) {
  const { world, summary } = runScenario(text);
  const counts = world.traffic.names?.counts;
  if (counts === undefined) throw new Error('nothing is looked up');
  const longest = Math.max(...world.measure.names.rows.map((row) => row.lookup_duration_max_seconds ?? 0));
  return { ...counts, longest, summary };
}

it.each([
  ['near', '', 2],
  ['elsewhere/far', '', 4],
  ['outside', '', 2],
  ['near', ', names: whole', 8],
  ['near', ', names: whole, ndots: 4', 2],
  ['elsewhere/far', ', names: rooted', 2],
  ['elsewhere/far', ', resolver: musl', 4],
  ['elsewhere/far', ', resolver: go', 4],
  // One dot, and no more are needed: musl does not search at all.
  ['elsewhere/far', ', resolver: musl, ndots: 1', 2],
])('%s%s: %i queries for each lookup', (to, dns, queries) => {
  const { lookups, failed, summary, ...counts } = namesOf(scenario(to, dns));
  expect([lookups, counts.queries]).toEqual([599, 599 * queries]);
  // musl asks for the name as it stands, which is none.
  const found = !dns.includes('ndots: 1');
  expect([failed, summary.requests_failed_total]).toEqual(found ? [0, 0] : [599, 599]);
});

it.each([
  // As short names are written: found with the first name of the search list, or the second, or by the name as it stands.
  ['near', 'dnsConfig: { options: [{ name: ndots, value: "1" }] }', 2, 0],
  ['elsewhere/far', 'dnsConfig: { options: [{ name: ndots, value: "1" }] }', 6, 0],
  ['elsewhere/far', 'dnsConfig: { searches: [elsewhere.svc.cluster.local] }', 4, 0],
  // Its own search list, with whose first name it is found at once; or none, and so no name.
  [
    'elsewhere/far',
    'dnsPolicy: None, dnsConfig: { nameservers: [10.96.0.10], searches: [svc.cluster.local], options: [{ name: ndots, value: "2" }] }',
    2,
    0,
  ],
  ['near', 'dnsPolicy: None, dnsConfig: { nameservers: [10.96.0.10] }', 2, 599],
  // Servers outside know nothing of the cluster. After that of the cluster they are asked only where it does not answer.
  ['near', 'dnsPolicy: None, dnsConfig: { nameservers: [8.8.8.8], searches: [default.svc.cluster.local] }', 4, 599],
  ['near', 'dnsPolicy: None, dnsConfig: { nameservers: [169.254.20.10], searches: [default.svc.cluster.local] }', 2, 0],
  ['near', 'dnsConfig: { nameservers: [8.8.8.8, 1.1.1.1] }', 2, 0],
  // Servers of the node know nothing of the cluster: what pods of the host's network get, unless they say ClusterFirstWithHostNet.
  ['near', 'dnsPolicy: Default', 2, 599],
  ['near', 'hostNetwork: true', 2, 599],
  ['near', 'hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet', 2, 0],
])('goes by the resolv.conf of its pod: %s with { %s }', (to, spec, queries, failed) => {
  const text = scenario(to).replace(
    'spec: { containers: [{ name: main, image: app }] }',
    `spec: { ${spec}, containers: [{ name: main, image: app }] }`,
  );
  const counts = namesOf(text);
  expect([counts.lookups, counts.queries, counts.failed]).toEqual([599, 599 * queries, failed]);
});

it('musl asks all servers at once, and takes for true what comes first', () => {
  const spec = 'spec: { dnsConfig: { nameservers: [8.8.8.8] }, containers: [{ name: main, image: app }] }';
  const both = (upstream: string) =>
    namesOf(
      scenario('near', `, resolver: musl, upstream: { latency: ${upstream} }`).replace(
        'spec: { containers: [{ name: main, image: app }] }',
        spec,
      ),
    );
  const slow = both('50ms');
  expect([slow.queries, slow.failed]).toEqual([4 * 599, 0]);
  // The server outside is quicker with its answer that there is no such name.
  expect(both('1us').failed).toBe(599);
});

it('waits as long and asks as often as its pod says', () => {
  const options = '{ name: timeout, value: "1" }, { name: attempts, value: "3" }';
  const spec = `spec: { dnsConfig: { options: [${options}] }, containers: [{ name: main, image: app }] }`;
  const lossy = scenario('near', ', loss: 0.3').replace('spec: { containers: [{ name: main, image: app }] }', spec);
  const own = namesOf(lossy);
  const usual = namesOf(scenario('near', ', loss: 0.3'));
  // 5 s for each that is lost, or one and then two of them; and one attempt more.
  expect(usual.longest).toBeGreaterThanOrEqual(5.001);
  expect(own.longest).toBeLessThan(usual.longest);
  expect(own.failed).toBeLessThan(usual.failed / 2);
});

it('asks servers outside once for as long as their answer is good', () => {
  const { upstream } = namesOf(scenario('outside', ', upstream: { latency: 10ms, ttl: 30s }'));
  // A and AAAA, at 10, 40 and 70 s but for the last, which nobody needs any more.
  expect(upstream).toBe(4);
});

it('waits for five seconds where a query is lost, and no longer with another attempt at once', () => {
  const lossy = namesOf(scenario('near', ', loss: 0.05'));
  expect(lossy.failed).toBeLessThan(30);
  expect(lossy.longest).toBeGreaterThan(5);
  expect(lossy.queries).toBeGreaterThan(1200);
  const quick = namesOf(scenario('near', ', loss: 0.05, timeout: 1s'));
  expect(quick.longest).toBeLessThan(4);
  expect(namesOf(scenario('near', ', loss: 0.05, useTcp: true')).longest).toBeLessThan(1);
});

it('loses the second of two queries of one socket in the table of connections, unless there is one at a time', () => {
  const racing = namesOf(scenario('near', ', race: 0.2'));
  expect(racing.longest).toBeGreaterThan(5);
  expect(namesOf(scenario('near', ', race: 0.2, singleRequest: true')).longest).toBeLessThan(1);
});

it('does not ask for what the program, or its node, remembers', () => {
  const program = namesOf(scenario('near', ', programCache: 25s'));
  expect([program.lookups, program.fromProgram]).toEqual([3, 596]);
  const node = namesOf(scenario('near', ', nodeLocal: true'));
  expect(node.queries).toBe(1198);
  // Both types, at 10 and 40 s.
  expect(node.queries - node.fromNode).toBe(4);
});

it('finds no name while no server runs, and refuses the connection', () => {
  const crash = 'timeline: [{ at: 30s, fault: { PodCrash: { pod: dns, count: 1 } } }]';
  const { failed, summary } = namesOf(
    scenario('near', '', crash).replace('image: dns, requests', 'image: dns, startup: 20s, requests'),
  );
  expect(failed).toBeGreaterThan(100);
  expect(summary.requests_failed_total).toBe(failed);
});

it('is told where there is no such Service', () => {
  expect(() => jobOf(scenario('near').replace('service: dns ', 'service: dsn '))).toThrow(
    /spec\.dns\.service: there is no Service default\/dsn/,
  );
});
