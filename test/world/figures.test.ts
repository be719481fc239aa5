// Every figure that an expectation may name, against the rows that the run wrote.
import { sum } from 'd3-array';
import { describe, expect, it } from 'vitest';
import { figures } from '../../src/world/figures/index.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { eventsOf, runScenario } from '../support/world-rig.ts';

const NAMES = {
  '<caller>': 'users',
  '<service>': 'web',
  '<deployment>': 'web',
  '<statefulset>': 'db',
  '<database>': 'db',
  '<daemonset>': 'agent',
  '<replicaset>': 'alone',
  '<replicationcontroller>': 'old',
  '<hpa>': 'web',
  '<vpa>': 'web',
  '<job>': 'once',
  '<workload>': 'train',
  '<queue>': 'all',
  '<cronjob>': 'often',
  '<revision>': '2',
  '<quota>': 'all',
  '<level>': 'global-default',
  '<class>': 'buy',
  '<source>': 'people',
  '<policy>': 'AIMDLimit',
  '<client>': 'people',
  '<resource>': 'pods',
  '<reason>': 'Scheduled',
  '<object>': 'web',
};

/** Whose pods are of revisions is not what trains. */
function figureName(whole: string): string {
  const pattern = /^(revision|rollout|throttling|saturation)\./.test(whole)
    ? whole.replace('<workload>', 'web')
    : whole.replace('cache.<service>', 'cache.dns');
  return Object.entries(NAMES).reduce((name, [place, value]) => name.replace(place, value), pattern);
}

const FROM = 180;
const TO = 300;
const texts = figures.map(({ pattern, wholeRun }) => `${figureName(pattern)}${wholeRun ? '' : ' during 3m..5m'} >= 0`);
const outcome = runScenario(
  scenario(
    3,
    `  duration: 6m
  warmup: 1m
  interval: 10s
  objectives: { latency: { p99: 100ms } }
  behaviors:
    - { image: "test/web*", requests: { service: { exponential: { mean: 20ms } }, concurrency: 2, queue: 4, errorRate: 0.02, compute: nodeShared }, policies: [{ AIMDLimit: { initialLimit: 200 } }], calls: [{ service: dns, probability: 0.1, cache: { entries: 10, ttl: 10ms } }, { service: db, probability: 0.1, write: true }, { service: bank, probability: 0.05 }] }
    - { image: test/proxy, requests: { service: 1ms }, gateway: { kind: envoy } }
    - { image: test/mesh, startup: 0s, mesh: { place: node, pods: { labels: { app: web } } } }
    - { image: test/dns, startup: 0s, requests: { service: 1ms, concurrency: 100 } }
    - { image: test/db, startup: 0s, requests: { service: 10ms, size: { request: 1kB, response: 9kB } }, database: { locks: all } }
    - { image: "test/batch", run: { length: 20s } }
    - { image: "test/training", training: { steps: 30, step: 2s } }
  traffic:
    - { name: users, to: web, arrivals: { poisson: { rate: 150/s } }, start: 30s, timeout: 300ms }
    - { name: people, to: web, users: { count: 10, think: 61s, leave: 0.1 }, classes: [{ name: buy }], timeout: 300ms }
    - { name: strangers, to: proxy, arrivals: { constant: { rate: 2/s } }, start: 30s, timeout: 300ms }
  external: [{ host: bank.test, latency: 1ms, requests: { service: 1ms } }]
  dns: { service: dns }
  connections: { callers: { idleTimeout: 200ms }, conntrack: {}, snat: {}, egress: { otherZone: 10 } }
  messageQueues: [{ name: all, arrivals: { poisson: { rate: 5/s } }, groups: [{ image: test/dns }] }]
  jobQueue: { cluster-queues: { queues: [{ name: all, quota: { cpu: 1, memory: 1Gi } }] } }
  controlPlane: { replicas: 2, apiServer: { flowControl: PriorityAndFairness } }
  apiClients: [{ name: people, rate: 1, requests: [{ get: { kind: Service, name: web, namespace: default } }] }]
  timeline:
    - { at: 2m, setImage: { deployment: web, container: main, image: "test/web:v2" } }
    - { at: 3m10s, fault: { PodCrash: { count: 2 } } }
  expect:
${texts.map((text) => `    - ${text}`).join('\n')}`.replace('test/web*', 'test/web'),
  )
    .replace('count: 3', 'count: 3, hourlyCost: 0.5, power: [50, 200]')
    .replace('nodePools: [', 'carbonIntensity: { file: carbon.csv }, nodePools: [')
    .replace('pods: 110', 'pods: 110, alibabacloud.com/gpu-count: 1')
    .replace(
      'spec:',
      'spec:\n  scheduler: { profiles: [{ plugins: { multiPoint: { enabled: [{ name: GpuShare }] } } }] }',
    ) +
    deployment('web', { replicas: 3, image: 'test/web:v1', cpu: '100m }, limits: { cpu: 2' }) +
    deployment('db', { replicas: 2, image: 'test/db' }).replace('kind: Deployment', 'kind: StatefulSet') +
    deployment('agent', { pod: ', nodeSelector: { for: agents }' })
      .replace('kind: Deployment', 'kind: DaemonSet')
      .replace(/\n *replicas: \d+/, '') +
    service('web') +
    deployment('alone').replace('kind: Deployment', 'kind: ReplicaSet') +
    deployment('old')
      .replace('apiVersion: apps/v1\nkind: Deployment', 'apiVersion: v1\nkind: ReplicationController')
      .replace(/\n *selector: .*/, '') +
    deployment('mesh', { image: 'test/mesh' })
      .replace('kind: Deployment', 'kind: DaemonSet')
      .replace(/\n *replicas: \d+/, '') +
    deployment('dns', { image: 'test/dns' }) +
    deployment('proxy') +
    service('proxy') +
    service('dns') +
    service('db') +
    `---
apiVersion: v1
kind: Service
metadata: { name: bank }
spec: { type: ExternalName, externalName: bank.test }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: training }
spec: { podSelector: { matchLabels: { app: training } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 3, maxReplicas: 3 }
---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: web }
spec: { targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, updatePolicy: { updateMode: "Off" } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: train, labels: { kueue.x-k8s.io/queue-name: all } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: test/training }] } } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: test/batch }] } } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: often }
spec:
  schedule: "0 12 * * *"
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: test/batch }] } } } }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: all }
spec: { hard: { pods: "50" } }
`,
  { readFile: (file) => ({ file, text: 'hour,grams_per_kwh\n0,400\n' }) },
);
const actual = new Map(figures.map(({ pattern }, index) => [pattern, outcome.verdicts[index].actual ?? Number.NaN]));
const figure = (pattern: string): number => actual.get(pattern) ?? Number.NaN;
const { measure } = outcome.world;
const rows = measure.series.filter(({ time_seconds }) => time_seconds > FROM && time_seconds <= TO);
const calls = measure.services.filter(
  ({ service: name, time_seconds }) => name === 'web' && time_seconds > FROM && time_seconds <= TO,
);

describe('figures over a window', () => {
  it('are all measured', () => {
    expect([...actual].filter(([, value]) => Number.isNaN(value))).toEqual([]);
  });

  it('count what the rows of the window count', () => {
    expect(rows).toHaveLength(12);
    expect(figure('requests.count')).toBe(sum(rows, (row) => row.requests));
    expect(figure('requests.completed')).toBe(sum(rows, (row) => row.requests_completed));
    expect(figure('requests.failed')).toBe(sum(rows, (row) => row.requests_failed));
    expect(figure('requests.refused')).toBe(sum(rows, (row) => row.requests_refused));
    expect(figure('requests.timeout')).toBe(sum(rows, (row) => row.requests_timeout));
    expect(figure('requests.overload')).toBe(sum(rows, (row) => row.requests_overload));
    expect(figure('requests.rate')).toBeCloseTo(figure('requests.count') / 120, 9);
    expect(figure('requests.error_ratio')).toBeCloseTo(
      figure('requests.failed') / (figure('requests.failed') + figure('requests.completed')),
      9,
    );
    expect(figure('service.<service>.count')).toBe(sum(calls, (row) => row.requests));
    expect(figure('service.<service>.rate')).toBeCloseTo(figure('service.<service>.count') / 120, 9);
    expect(figure('service.<service>.error_ratio')).toBeCloseTo(
      sum(calls, (row) => row.errors) / sum(calls, (row) => row.requests),
      9,
    );
  });

  it('see 150 requests a second, and errors, and the crash', () => {
    // 18,000 ± 4 standard deviations.
    expect(Math.abs(figure('requests.count') - 18_000)).toBeLessThan(4 * Math.sqrt(18_000));
    expect(figure('requests.error_ratio')).toBeGreaterThan(0.02);
    expect(figure('requests.error_ratio')).toBeLessThan(0.2);
    expect(figure('pods.restarts')).toBe(2);
  });

  it('order the quantiles, and have the mean between least and greatest', () => {
    for (const prefix of ['requests', 'service.<service>']) {
      const [p50, p90, p99, p999] = ['p50', 'p90', 'p99', 'p999'].map((name) => figure(`${prefix}.${name}`));
      expect([p50, p90, p99, p999]).toEqual([p50, p90, p99, p999].toSorted((a, b) => a - b));
      expect(figure(`${prefix}.mean`)).toBeGreaterThan(20_000);
      expect(figure(`${prefix}.mean`)).toBeLessThan(p90);
      expect(p999).toBeLessThanOrEqual(310_000);
    }
  });

  it('take gauges at the end of the window', () => {
    const last = rows.at(-1);
    expect(figure('pods.ready')).toBe(last?.kube_pod_status_ready);
    expect(figure('pods.running')).toBe(last?.kube_pod_status_phase_running);
    expect(figure('pods.pending')).toBe(last?.kube_pod_status_phase_pending);
    expect(figure('pods.terminating')).toBe(0);
    expect(figure('nodes.ready')).toBe(3);
    expect(figure('cpu.requested_ratio')).toBe(last?.cpu_requested_ratio);
    expect(figure('memory.requested_ratio')).toBe(0);
    expect(['replicas', 'ready', 'available', 'updated'].map((of) => figure(`deployment.<deployment>.${of}`))).toEqual([
      3, 3, 3, 3,
    ]);
  });
});

describe('figures of the whole run', () => {
  it('are those of the summary', () => {
    const { summary } = outcome;
    expect(figure('pods.created')).toBe(17);
    expect(figure('pods.deleted')).toBe(3);
    expect(figure('pods.evicted')).toBe(0);
    expect(figure('pods.startup.p50')).toBe((summary.pod_startup_seconds_p50 ?? 0) * 1e6);
    expect(figure('pods.startup.p99')).toBe((summary.pod_startup_seconds_p99 ?? 0) * 1e6);
    expect(figure('pods.scheduling.p50')).toBeLessThanOrEqual(figure('pods.scheduling.p99'));
    expect(figure('scheduler.attempts')).toBe(17);
    expect(figure('scheduler.unschedulable')).toBe(0);
    expect(figure('api.conflicts')).toBe(summary.apiserver_conflicts_total);
    // Three nodes for a tenth of an hour.
    expect(figure('nodes.cost')).toBeCloseTo(3 * 0.1 * 0.5, 9);
    const rollout = outcome.world.controllers.rollouts.at(-1);
    expect(figure('rollout.<deployment>.duration')).toBe((rollout?.endUs ?? 0) - (rollout?.startUs ?? 0));
  });

  it('count events and writes where they fell', () => {
    // In the window nothing was scheduled: the rollout was before, a crash restarts in place.
    expect(figure('events.<reason>')).toBe(0);
    expect(eventsOf(outcome, 'Scheduled')).toHaveLength(17);
    expect(figure('api.writes')).toBe(Math.round(sum(rows, (row) => row.apiserver_writes_per_second * 10)));
  });

  it('leave out the warm-up in the summary only', () => {
    const afterWarmUp = measure.series.filter(({ time_seconds }) => time_seconds > 60);
    expect(outcome.summary.requests_total).toBe(sum(afterWarmUp, (row) => row.requests));
    expect(sum(measure.series, (row) => row.requests)).toBeGreaterThan(outcome.summary.requests_total);
  });
});
