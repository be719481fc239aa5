// Requests that no source sends: they come to the pods that they are for, and say what became of them.
import { expect, it } from 'vitest';
import { withRequestsByHand } from '../../src/live/open-end.ts';
import { answerEnded } from '../../src/live/requests/answers.ts';
import { type Ended, SimulatedRequests } from '../../src/live/requests/simulated-requests.ts';
import { openRun } from '../../src/world/run.ts';
import { podRows } from '../../src/world/tables.ts';
import { families, jobOf } from '../support/world-rig.ts';

const TEXT = `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: by-hand }
spec:
  duration: 10m
  preset: ideal
  cluster: { nodePools: [{ name: node, count: 2 }] }
  network: { links: { client: { constant: 3ms }, sameZone: { constant: 0ms } } }
  behaviors:
    - { image: web, requests: { service: { constant: 20ms }, concurrency: 1, queue: 1 } }
    - { image: bad, requests: { service: { constant: 5ms }, errorRate: 1 } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web, ports: [{ name: http, containerPort: 8080 }] }] } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: v1
kind: Service
metadata: { name: nobody }
spec: { selector: { app: nobody }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: bad, labels: { app: bad } }
spec: { containers: [{ name: bad, image: bad }] }
`;

function rig() {
  const run = openRun(withRequestsByHand(jobOf(TEXT)), { families, check: true });
  run.advanceTo(60e6);
  const requests = new SimulatedRequests(run.world);
  const name = [...podRows(run.world.state, run.world.gauges)].find(({ pod }) => pod.startsWith('web-'))?.pod ?? '';
  return { run, requests, name, pod: requests.findPod('default', name) };
}

it('to a Service, to a pod, and to nobody', () => {
  const { run, requests, name, pod } = rig();
  const ended: Record<string, Ended> = {};
  requests.toService('default', 'web', 'http', (one) => (ended['service'] = one));
  run.advanceTo(61e6);
  requests.toPod(pod, 'http', (one) => (ended['pod'] = one));
  requests.toService('default', 'nobody', '', (one) => (ended['nobody'] = one));
  requests.toPod(requests.findPod('default', 'bad'), '', (one) => (ended['bad'] = one));
  expect(requests.pending).toBe(3);
  run.advanceTo(62e6);
  expect(requests.pending).toBe(0);
  // 3 ms there, 20 ms of service, 3 ms back.
  expect(ended['service']).toEqual({ outcome: 'ok', tookUs: 26e3, pod: name });
  expect(ended['pod']).toEqual({ outcome: 'ok', tookUs: 26e3, pod: name });
  expect(ended['nobody']).toEqual({ outcome: 'refused', tookUs: 6e3, pod: undefined });
  expect(ended['bad']).toEqual({ outcome: 'error', tookUs: 11e3, pod: 'bad' });
  run.finish();
});

it('at a port where nothing listens, and more than a pod can take', () => {
  const { run, requests, pod } = rig();
  const outcomes: string[] = [];
  for (let sent = 0; sent < 3; sent += 1) requests.toPod(pod, '8080', ({ outcome }) => outcomes.push(outcome));
  requests.toPod(pod, '9', ({ outcome }) => outcomes.push(outcome));
  run.advanceTo(61e6);
  expect(outcomes.sort()).toEqual(['ok', 'ok', 'overload', 'refused']);
  expect(() => requests.toPod(pod, 'https', () => undefined)).toThrow('the pod has no port "https"');
  run.finish();
});

it('are among the calls to no Service, and change no figure of the sources', () => {
  const { run, requests, pod } = rig();
  requests.toPod(pod, '', () => undefined);
  run.advanceTo(61e6);
  const { summary } = run.finish();
  expect(summary.requests_total).toBe(0);
});

it.each<[Ended['outcome'], number | string]>([
  ['ok', 200],
  ['error', 500],
  ['overload', 503],
  ['timeout', 'dial tcp: i/o timeout'],
  ['refused', 'dial tcp: connect: connection refused'],
  ['reset', 'dial tcp: read: connection reset by peer'],
])('%s is answered as %s', (outcome, expected) => {
  let said: number | string = '';
  answerEnded(
    { outcome, tookUs: 1500, pod: 'web-1' },
    { answered: (status) => (said = status), unreachable: (why) => (said = why) },
  );
  expect(said).toBe(expected);
});
