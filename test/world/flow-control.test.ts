// Flow control and admission webhooks in whole worlds: objects act while the cluster runs, and what stands in the way of requests shows.
import { describe, expect, it } from 'vitest';
import { load } from 'js-yaml';
import { ApiClient } from '../../src/api/client.ts';
import { Resources } from '../../src/api/resources/resources.ts';
import { type Script, type Signal, sleep } from '../../src/engine/script.ts';
import type { World } from '../../src/world/build.ts';
import { eventsOf, runScenario, worldOf } from '../support/world-rig.ts';

const scenario = (spec: string, ...objects: string[]): string =>
  [
    `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  interval: 5s
  cluster: { nodePools: [{ name: node, count: 3 }] }
  kubelet: { cachedImages: ["*"] }
${spec}`,
    ...objects,
  ].join('\n---\n');

const deployment = (name: string, replicas: number, labels = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}${labels} } }
    spec: { containers: [{ name: main, image: example/${name} }] }`;

const webhook = (more: string): string => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: policy }
webhooks:
  - name: policy.example.com
    clientConfig: { service: { namespace: default, name: policy, path: /check } }
    rules: [{ operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods] }]
    objectSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [policy] }] }
    sideEffects: None
    admissionReviewVersions: [v1]
    ${more}`;

const service = `apiVersion: v1
kind: Service
metadata: { name: policy }
spec: { selector: { app: policy }, ports: [{ port: 443 }] }`;

const FLOW_SCHEMA = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema' };

/** An administrator's request at that second. */
function later(world: World, second: number, ask: (resources: Resources) => Signal<unknown>): void {
  const resources = new Resources(new ApiClient(world.api, 'kubectl', { qps: Infinity, burst: 1 }));
  world.engine.spawn('administrator', at());

  function* at(): Script {
    yield* sleep(second * 1e6);
    yield* ask(resources).wait();
  }
}

/** The world at the end of its three minutes. */
function finished(world: World): World {
  world.engine.run(180e6);
  world.measure.finish();
  return world;
}

/** A manifest on one line. */
function inFlow(manifest: string): string {
  return JSON.stringify(load(manifest));
}

describe('priority and fairness', () => {
  const level = (seats: number): string => `apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: { name: robots }
spec:
  type: Limited
  limited: { nominalConcurrencyShares: ${seats}, borrowingLimitPercent: 0, limitResponse: { type: Reject } }`;
  const schema = `apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: { name: robots }
spec:
  priorityLevelConfiguration: { name: robots }
  matchingPrecedence: 500
  rules:
    - subjects: [{ kind: Group, group: { name: robots } }]
      resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"], clusterScope: true }]`;
  const robot = `  controlPlane: { apiServer: { flowControl: PriorityAndFairness, read: 100ms } }
  apiClients:
    - { name: robot, user: r2, groups: [robots], workers: 20, retries: 0, pause: 100ms, requests: [{ get: { kind: Namespace, name: default } }] }`;

  it('levels and FlowSchemas act from when they are made until they are deleted', () => {
    const text = scenario(
      `  duration: 3m
${robot}
  timeline:
    - { at: 30s, apply: ${inFlow(level(1))} }
    - { at: 30s, apply: ${inFlow(schema)} }`,
    );
    const world = worldOf(text);
    later(world, 80, (resources) => resources.delete({ ...FLOW_SCHEMA, metadata: { name: 'robots' } }));
    const { rows } = finished(world).measure.levels;
    const of = (name: string, from: number, to: number) =>
      rows.filter((row) => row.level === name && row.time_seconds > from && row.time_seconds <= to);
    const most = (name: string, from: number, to: number): number =>
      Math.max(...of(name, from, to).map((row) => row.seats_in_use_max));
    // ceil(600 / 246) seats of its own, and the level of everybody before and after.
    expect(most('robots', 40, 80)).toBe(3);
    for (const [from, to] of [
      [5, 30],
      [90, 120],
    ])
      expect(most('global-default', from, to)).toBeGreaterThanOrEqual(20);
    expect(of('robots', 40, 80).every((row) => row.requests_rejected > 0)).toBe(true);
    expect(of('robots', 85, 120).every((row) => row.requests === 0)).toBe(true);
  });

  it('a FlowSchema without its level says so, and what Kubernetes suggests is made again', () => {
    const world = worldOf(scenario(`  duration: 3m\n${robot}`, schema));
    later(world, 10, (resources) =>
      resources.delete({ ...FLOW_SCHEMA, kind: 'PriorityLevelConfiguration', metadata: { name: 'workload-low' } }),
    );
    const { objects } = finished(world).state;
    const status = objects.get(objects.find('FlowSchema', undefined, 'robots'))?.status;
    expect(status).toMatchObject({ conditions: [{ type: 'Dangling', status: 'True', reason: 'NotFound' }] });
    const kinds = ['PriorityLevelConfiguration', 'FlowSchema'].map((kind) => [...objects.ofKind(kind)].length);
    expect(kinds).toEqual([8, 12]);
  });

  it('clients that are pods work while these are ready, each by itself', () => {
    const { world } = runScenario(
      scenario(
        `  duration: 1m
  controlPlane: { apiServer: { flowControl: PriorityAndFairness } }
  apiClients:
    - { name: agent, workers: 1, limits: { qps: 2, burst: 1 }, pods: { labels: { app: agent } }, requests: [{ list: { kind: Pod } }] }`,
        deployment('agent', 3),
      ),
    );
    const { measure } = world;
    const busy = measure.levels.clientRows.filter((row) => row.time_seconds > 20);
    expect(busy.every(({ requests_sent }) => requests_sent >= 29 && requests_sent <= 31)).toBe(true);
    expect(measure.levels.level('workload-low')?.arrived).toBeGreaterThan(200);
  });
});

describe('an admission webhook', () => {
  const refused =
    'Error creating: Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: Post "https://policy.default.svc:443/check?timeout=10s": dial tcp policy.default.svc:443: connect: connection refused';

  it('whose pods are not there lets nobody in, until they are', () => {
    const run = runScenario(
      scenario(
        '  duration: 2m\n  timeline: [{ at: 1m, scale: { deployment: policy, replicas: 1 } }]',
        service,
        webhook('failurePolicy: Fail'),
        deployment('policy', 0),
        deployment('web', 3),
      ),
    );
    const [first] = eventsOf(run, 'FailedCreate');
    expect(first.message).toBe(refused);
    const web = run.world.measure.workloads;
    const ready = [...web.rows()]
      .filter(({ name }) => name === 'web')
      .map((row) => [row.time_seconds, row.ready] as const);
    expect(ready.filter(([time]) => time <= 60).every(([, count]) => count === 0)).toBe(true);
    expect(ready.at(-1)?.[1]).toBe(3);
  });

  it('that may be ignored is', () => {
    const run = runScenario(
      scenario('  duration: 1m', service, webhook('failurePolicy: Ignore'), deployment('web', 3)),
    );
    expect(eventsOf(run, 'FailedCreate')).toEqual([]);
    expect(run.world.gauges.ready).toBe(3);
  });

  it('that is down keeps pods away for so long, at once or after its limit; and a name that it has not is refused', () => {
    const down = (args: string, more = 'timeoutSeconds: 5') =>
      runScenario(
        scenario(
          `  duration: 4m\n  timeline: [{ at: 1m, fault: { WebhookDown: { ${args}, for: 1m } } }, { at: 70s, scale: { deployment: web, replicas: 3 } }]`,
          service,
          webhook(more),
          deployment('policy', 1),
          deployment('web', 0),
        ),
      );
    const ready = (run: ReturnType<typeof down>) =>
      [...run.world.measure.workloads.rows()]
        .filter(({ name }) => name === 'web')
        .map((row) => [row.time_seconds, row.ready] as const);
    for (const [args, says] of [
      ['webhook: policy.example.com', 'context deadline exceeded'],
      ['refuses: true', 'connection refused'],
    ] as const) {
      const run = down(args);
      expect(eventsOf(run, 'FailedCreate')[0].message).toContain(says);
      expect(ready(run).filter(([time, count]) => time <= 120 && count !== 0)).toEqual([]);
      expect(ready(run).at(-1)?.[1]).toBe(3);
    }
    expect(
      ready(down('refuses: true', 'failurePolicy: Ignore')).some(([time, count]) => time <= 120 && count === 3),
    ).toBe(true);
    expect(() => down('webhook: policy.exmple.com')).toThrow(
      'there is no webhook "policy.exmple.com" (did you mean "policy.example.com"?)',
    );
  });

  it('that answers too late fails at its limit, and its time counts', () => {
    const slow = (seconds: string, limit: number) =>
      runScenario(
        scenario(
          `  duration: 1m\n  controlPlane: { apiServer: { webhooks: { policy.example.com: ${seconds} } } }`,
          service,
          webhook(`timeoutSeconds: ${limit}`),
          deployment('policy', 1),
          deployment('web', 1),
        ),
      );
    const late = eventsOf(slow('3s', 2), 'FailedCreate').find(({ message }) => message.includes('deadline'));
    expect(late?.message).toBe(`${refused.slice(0, refused.indexOf('?'))}?timeout=2s": context deadline exceeded`);
    expect(eventsOf(slow('3s', 4), 'FailedCreate').filter(({ message }) => message.includes('deadline'))).toEqual([]);
  });
});
