// Names of single pods: `db-1.db` leads to that pod of the StatefulSet and to no other, as long as cluster DNS has it.
import { expect, it } from 'vitest';
import { jobOf, runScenario } from '../support/world-rig.ts';

interface Given {
  readonly to: string;
  readonly dns?: string;
  /** Fields of the Service `db`. */
  readonly service?: string;
  readonly workload?: string;
  readonly timeline?: string;
}

const SET = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 3
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: main, image: db }] } }`;

/** A pod calls ten times a second, from 20 s to 80 s. */
const scenario = ({ to, dns = '', service = 'clusterIP: None,', workload = SET, timeline = '' }: Given) => `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: pod-names }
spec:
  preset: ideal
  duration: 90s
  interval: 10s
  cluster: { nodePools: [{ name: node, count: 2 }] }
  ${dns}
  behaviors:
    - { image: app, requests: { service: 0s, concurrency: 1000 }, calls: [{ service: "${to}", timeout: 2s }] }
    - { image: db, requests: { service: 1ms, concurrency: 100 } }
    - { image: dns, requests: { service: 100us, concurrency: 10 } }
  connections: { callers: {} }
  traffic: [{ name: users, to: app, arrivals: { constant: { rate: 10/s } }, start: 20s, stop: 80s, timeout: 9s }]
  timeline: [${timeline}]
---
${pod('app')}
---
${pod('dns')}
---
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { ${service} selector: { app: db }, ports: [{ name: sql, port: 5432 }] }
---
${workload}
`;

function pod(name: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: ${name} }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }`;
}

/** Requests by the pod that had them, those that failed, and lookups in vain. */
function requestsOf(given: Given) {
  const { world, summary } = runScenario(scenario(given));
  const byPod: Record<string, number> = {};
  for (const { service, pod: name, requests } of world.measure.connections.endpoints) {
    if (service === given.to.split(':')[0] && requests > 0) byPod[name] = (byPod[name] ?? 0) + requests;
  }
  return { byPod, failed: summary.requests_failed_total, lookupsFailed: world.traffic.names?.counts.failed ?? 0 };
}

it.each<Given>([
  { to: 'db-1.db' },
  { to: 'db-1.db:5432' },
  { to: 'db-1.db:sql' },
  // On whatever number, as clients of pods themselves.
  { to: 'db-1.db:9000' },
  // CoreDNS has the names of pods behind any Service that is their subdomain.
  { to: 'db-1.db', service: '' },
  { to: 'db-1.db', dns: 'dns: { service: dns }' },
])('leads to one pod: %j', (given) => {
  expect(requestsOf(given)).toEqual({ byPod: { 'db-1': 599 }, failed: 0, lookupsFailed: 0 });
});

it('has no such name where no pod has it', () => {
  const gone = { to: 'db-2.db', timeline: '{ at: 50s, scale: { kind: StatefulSet, name: db, replicas: 2 } }' };
  const { byPod, failed } = requestsOf(gone);
  expect(Object.keys(byPod)).toEqual(['db-2']);
  // The last 30 s of 60.
  expect(failed).toBeGreaterThan(280);
  expect(failed).toBeLessThan(310);
  const { lookupsFailed, failed: unanswered } = requestsOf({ ...gone, dns: 'dns: { service: dns }' });
  expect(lookupsFailed).toBe(unanswered);
  expect(lookupsFailed).toBeGreaterThan(280);
});

it('has the host names of other pods whose subdomain is the Service', () => {
  const workload = (subdomain: string) => `apiVersion: v1
kind: Pod
metadata: { name: any, labels: { app: db } }
spec: { hostname: primary, subdomain: ${subdomain}, containers: [{ name: main, image: db }] }`;
  expect(requestsOf({ to: 'primary.db', workload: workload('db') }).byPod).toEqual({ any: 599 });
  expect(() => jobOf(scenario({ to: 'primary.db', workload: workload('other') }))).toThrow(
    'Service default/db has no pod primary.db, no StatefulSet has the serviceName db, and no pod that subdomain with a hostname',
  );
});

it('refuses names that no pod can have, with one that it can', () => {
  const words = (to: string) => () => jobOf(scenario({ to }));
  expect(words('bd-0.db')).toThrow(
    'Service default/db has no pod bd-0.db, expected a name such as db-0.db (did you mean "db-0.db"?)',
  );
  expect(words('db-01.db')).toThrow('has no pod db-01.db');
  expect(words('db-0.dbs')).toThrow('there is no Service default/dbs');
  // It may come with a larger scale.
  expect(words('db-7.db')).not.toThrow();
});
