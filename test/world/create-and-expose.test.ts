// `kubectl create deployment`, `kubectl expose` and `kubectl port-forward` of the timeline and of traffic.
import { expect, it } from 'vitest';
import { eventsOf, jobOf, podsOf, runScenario } from '../support/world-rig.ts';

const scenario = (timeline: string, traffic = '') => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: create }
spec:
  preset: ideal
  duration: 3m
  cluster: { nodePools: [{ name: node, count: 2 }] }
  behaviors: [{ image: kicbase/echo-server, startup: 0s }]
  timeline: [${timeline}]
  traffic: [${traffic}]
`;

const create = '{ at: 10s, createDeployment: { name: echo, image: "kicbase/echo-server:1.0", replicas: 2 } }';
const expose = '{ at: 20s, expose: { deployment: echo, type: NodePort, port: 8080 } }';
const requests = (more: string) =>
  `{ name: users, to: "echo:8080", arrivals: { constant: { rate: 10/s } }, start: 30s, ${more} }`;

it('creates a Deployment with the labels and the container that kubectl gives it, and a Service for it', () => {
  const run = runScenario(scenario(`${create}, ${expose}`, requests('timeout: 1s')));
  const { objects } = run.world.state;
  const deployment = objects.get(objects.find('Deployment', 'default', 'echo'));
  expect(deployment?.metadata.labels).toEqual({ app: 'echo' });
  expect(deployment?.spec).toMatchObject({
    replicas: 2,
    selector: { matchLabels: { app: 'echo' } },
    template: { spec: { containers: [{ name: 'echo-server', image: 'kicbase/echo-server:1.0' }] } },
  });
  expect(objects.get(objects.find('Service', 'default', 'echo'))?.spec).toMatchObject({
    type: 'NodePort',
    selector: { app: 'echo' },
    ports: [{ port: 8080, targetPort: 8080, protocol: 'TCP' }],
  });
  expect(podsOf(run)).toHaveLength(2);
  expect([run.summary.requests_failed_total, run.summary.requests_total]).toEqual([0, 1499]);
  expect(eventsOf(run, 'ActionApplied').map(({ message }) => message)).toEqual([
    'create deployment echo',
    'expose deployment echo',
  ]);
});

it('refuses to create what is there already', () => {
  const twice = `${create}, ${create.replace('10s', '30s')}, ${expose}, ${expose.replace('20s', '40s')}`;
  const run = runScenario(scenario(twice));
  expect(eventsOf(run, 'ActionRefused').map(({ message }) => message)).toEqual([
    'create deployment echo: Error from server (AlreadyExists): deployments.apps "echo" already exists',
    'expose deployment echo: Error from server (AlreadyExists): services "echo" already exists',
  ]);
});

it('tells of a Deployment that nobody makes where the scenario names it', () => {
  expect(() => jobOf(scenario(`${create}, ${expose.replace('deployment: echo', 'deployment: ecko')}`))).toThrow(
    /timeline\[1\]\.expose\.deployment: there is no Deployment default\/ecko.*did you mean "default\/echo"/,
  );
});

it('forwards a port to one pod, as long as it lives', () => {
  const steady = runScenario(scenario(`${create}, ${expose}`, requests('portForward: true')));
  expect(steady.summary.requests_failed_total).toBe(0);
  const restart = '{ at: 2m, rolloutRestart: { deployment: echo } }';
  const tunnel = runScenario(scenario(`${create}, ${expose}, ${restart}`, requests('portForward: true')));
  const service = runScenario(scenario(`${create}, ${expose}, ${restart}`, requests('portForward: false')));
  // A minute at ten a second, after 90 s of them.
  expect(tunnel.summary.requests_refused_total).toBeGreaterThan(590);
  expect(tunnel.summary.requests_completed_total).toBeGreaterThan(895);
  expect(service.summary.requests_failed_total).toBe(0);
});
