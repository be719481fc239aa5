// Each fault in a whole world: what is felt of it, and that its end restores it.
import { describe, expect, it } from 'vitest';
import { deployment, scenarioOf, service } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, podsOf, runScenario } from '../support/world-rig.ts';

interface Setting {
  readonly timeline: string;
  readonly more?: string;
  readonly objects?: string;
  readonly fields?: string;
  readonly duration?: string;
  readonly calls?: string;
}

const PROBES =
  ', livenessProbe: { httpGet: { port: 80 }, periodSeconds: 5 }, readinessProbe: { httpGet: { port: 80 }, periodSeconds: 5 }';

/** A shop of six pods on six nodes in two zones; users from outside. The fault is at 3 minutes, and everything is measured by minutes. */
function shop({
  timeline,
  more = '',
  objects = '',
  fields = PROBES,
  duration = '12m',
  calls = '',
}: Setting): FinishedRun {
  return runScenario(
    scenarioOf(`  duration: ${duration}
  interval: 30s
  cluster: { nodePools: [{ name: node, count: 6, zones: [a, b], capacity: { cpu: 4, memory: 8Gi, pods: 110, ephemeral-storage: 100Gi }, labels: { rack: r1 } }] }
  behaviors: [{ image: test/web, startup: 2s, requests: { service: 20ms, concurrency: 8 }${calls} }, { image: test/bad, startup: 2s, requests: { service: 20ms, errorRate: 0.5 } }, { image: test/back, startup: 1s, requests: { service: 1ms } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 20/s } }, start: 1m, timeout: 1s }]
${more}  timeline:
${timeline
  .trim()
  .split('\n')
  .map((line) => `    - ${line.trim()}`)
  .join('\n')}`) +
      deployment('web', { replicas: 6, image: 'test/web:v1', cpu: '500m', memory: '256Mi', fields }) +
      service('web') +
      objects,
  );
}

/** Of a column of series, from and to so many seconds (excluded). */
const rows = ({ world }: FinishedRun, from: number, to: number) =>
  world.measure.series.filter(({ time_seconds: at }) => at > from && at <= to);
const sum = (run: FinishedRun, column: 'requests_failed' | 'requests_completed', from: number, to: number): number =>
  rows(run, from, to).reduce((total, row) => total + row[column], 0);
const failed = (run: FinishedRun, from: number, to: number): number => sum(run, 'requests_failed', from, to);
const messages = (run: FinishedRun, reason: string): string[] => eventsOf(run, reason).map(({ message }) => message);

describe('recover ends a fault', () => {
  it('by its name, and by one of its own', () => {
    const run = shop({
      timeline: `{ at: 3m, fault: { NodeCrash: { node: node-1 } } }
        { at: 3m, name: second, fault: { NodeCrash: { node: node-2 } } }
        { at: 4m, recover: second }
        { at: 5m, recover: NodeCrash }`,
      duration: '6m',
    });
    expect(eventsOf(run, 'FaultEnded').map(({ time_seconds: at, message }) => [at, message])).toEqual([
      [240, 'outage of node node-2 is over'],
      [300, 'outage of node node-1 is over'],
    ]);
    expect(Array.from(run.world.state.machines.nodeUp.slice(0, 6))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('and no fault of that name is bad input', () => {
    expect(() => shop({ timeline: '{ at: 3m, recover: NodeCrahs }' })).toThrow(/there is no fault "NodeCrahs"/);
  });
});

describe('processes', () => {
  it('one that hangs answers nobody until liveness has it killed', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { ContainerHang: { deployment: web } } }' });
    // A sixth of the requests for some 15 s (three failures of a probe), then none.
    expect(failed(run, 180, 240)).toBeGreaterThan(10);
    expect(failed(run, 300, 720)).toBe(0);
    expect(messages(run, 'Unhealthy').some((one) => one.includes('Client.Timeout exceeded'))).toBe(true);
    expect(run.summary.kube_pod_container_status_restarts_total).toBe(1);
  });

  it('without a liveness probe it hangs until the fault ends', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { ContainerHang: { deployment: web, for: 5m } } }', fields: '' });
    expect(failed(run, 180, 480)).toBeGreaterThan(500);
    expect(failed(run, 510, 720)).toBe(0);
    expect(run.summary.kube_pod_container_status_restarts_total).toBe(0);
  });

  it('one in a crash loop backs off, and stays up after its end', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { CrashLoop: { deployment: web, for: 4m } } }' });
    expect(run.summary.kube_pod_container_status_restarts_total).toBeGreaterThanOrEqual(4);
    expect(messages(run, 'BackOff').length).toBeGreaterThan(0);
    expect(rows(run, 690, 720).at(-1)?.kube_pod_status_ready).toBe(6);
  });

  it('one that leaks is killed at its limit, again and again', () => {
    const limits = ', resources: { requests: { cpu: 500m, memory: 64Mi }, limits: { memory: 512Mi } }';
    const run = shop({
      timeline: '{ at: 3m, fault: { MemoryLeak: { deployment: web, bytesPerSecond: 8Mi, for: 4m } } }',
      fields: PROBES,
      objects: '',
      more: '',
    });
    // Without a limit it is its node that is short of memory.
    expect(run.summary.kube_pod_container_status_restarts_total).toBe(0);
    const limited = runScenario(
      scenarioOf(`  duration: 12m
  cluster: { nodePools: [{ name: node, count: 2, capacity: { cpu: 4, memory: 8Gi, pods: 110 } }] }
  timeline: [{ at: 3m, fault: { MemoryLeak: { deployment: leaky, bytesPerSecond: 8Mi, for: 4m } } }]`) +
        deployment('leaky', { fields: '' }).replace(', resources: { requests: { cpu: 100m } }', limits),
    );
    // 512 MiB less 64 at 8 MiB/s: 56 s, then back-offs of 10 s and 20 s.
    expect(limited.summary.kube_pod_container_status_restarts_total).toBeGreaterThanOrEqual(2);
    expect(limited.summary.kube_pod_container_status_restarts_total).toBeLessThanOrEqual(5);
  });

  it('slow ones take so many times as long', () => {
    const p99 = (run: FinishedRun, from: number, to: number) =>
      Math.max(...rows(run, from, to).map((row) => Number(row.request_duration_seconds_p99)));
    const run = shop({ timeline: '{ at: 3m, fault: { SlowPod: { deployment: web, factor: 10, for: 3m } } }' });
    expect(p99(run, 90, 180)).toBeLessThan(0.1);
    expect(p99(run, 210, 360)).toBeGreaterThan(0.2);
    expect(p99(run, 390, 720)).toBeLessThan(0.1);
  });
});

describe('machines', () => {
  it('one that boots again is back after the time that this takes', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { NodeReboot: { node: node-1 } } }' });
    expect(failed(run, 180, 240)).toBeGreaterThan(0);
    expect(failed(run, 330, 720)).toBe(0);
    expect(rows(run, 690, 720).at(-1)?.kube_pod_status_ready).toBe(6);
  });

  it('a full disk evicts pods, and the node takes none until it is free again', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { DiskPressure: { node: node-1, share: 0.97, for: 3m } } }' });
    expect(messages(run, 'NodeHasDiskPressure').length).toBe(1);
    expect(messages(run, 'Evicted').length).toBeGreaterThan(0);
    expect(messages(run, 'NodeHasNoDiskPressure').length).toBe(1);
  });

  it('a kernel that hangs lets pods run on until somebody reboots it', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { KernelHang: { node: node-1, for: 3m, boot: 1m } } }' });
    // Silent nodes are no endpoints: nobody notices until the machine is switched off.
    expect(failed(run, 180, 230)).toBe(0);
    expect(messages(run, 'NodeNotReady').length).toBeGreaterThan(0);
    expect(eventsOf(run, 'FaultStarted').length).toBe(2);
    expect(rows(run, 690, 720).at(-1)?.kube_pod_status_ready).toBe(6);
  });
});

describe('the network', () => {
  const gone = (run: FinishedRun): string[] => messages(run, 'TaintManagerEviction');

  it('nodes cut off from the control plane serve on, are evicted after their tolerance, and delete their pods when they are back', () => {
    const run = shop({
      timeline:
        '{ at: 3m, fault: { NetworkPartition: { from: { nodes: [node-1] }, to: { controlPlane: true }, for: 7m } } }',
      duration: '14m',
    });
    expect(failed(run, 180, 600)).toBe(0);
    expect(gone(run).length).toBe(1);
    const { pods } = run.world.state;
    expect(pods.alive.slice(0, pods.length).filter((alive) => alive === 1).length).toBe(6);
    // While it was cut off it ran a pod that had been replaced.
    expect(Math.max(...rows(run, 540, 600).map((row) => row.pods_terminating))).toBeGreaterThan(0);
  });

  it('a zone cut off from everything fails what is sent there', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { NetworkPartition: { from: { zone: a }, for: 2m } } }' });
    expect(failed(run, 180, 240)).toBeGreaterThan(100);
    expect(failed(run, 360, 720)).toBe(0);
  });

  it('one way only: the work is done and the answer is lost', () => {
    const run = shop({
      timeline:
        '{ at: 3m, fault: { NetworkPartition: { from: { zone: a }, to: { outside: true }, oneWay: true, for: 2m } } }',
    });
    expect(failed(run, 180, 300)).toBeGreaterThan(500);
    expect(failed(run, 330, 720)).toBe(0);
  });

  const back = {
    calls: ', calls: [{ service: back, timeout: 500ms }]',
    objects: deployment('back', { image: 'test/back:v1' }) + service('back'),
  };

  it('without DNS who calls a Service fails', () => {
    const run = shop({ ...back, timeline: '{ at: 3m, fault: { DnsOutage: { for: 2m } } }' });
    expect(failed(run, 180, 300)).toBeGreaterThan(2000);
    expect(failed(run, 330, 720)).toBe(0);
  });

  it('slow DNS costs each call as much', () => {
    const run = shop({ ...back, timeline: '{ at: 3m, fault: { DnsOutage: { delay: 200ms, for: 2m } } }' });
    const p50 = Math.min(...rows(run, 210, 300).map((row) => Number(row.request_duration_seconds_p50)));
    expect(p50).toBeGreaterThan(0.2);
    expect(failed(run, 180, 720)).toBe(0);
  });

  it('a full table of connections drops new ones', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { ConntrackFull: { node: node-1, for: 2m } } }' });
    expect(failed(run, 180, 300)).toBeGreaterThan(200);
    expect(failed(run, 330, 720)).toBe(0);
  });

  it('loss makes packets late by repetitions', () => {
    const run = shop({
      timeline: '{ at: 3m, fault: { NetworkTrouble: { from: { outside: true }, loss: 0.1, for: 3m } } }',
    });
    const p99 = Math.max(...rows(run, 210, 360).map((row) => Number(row.request_duration_seconds_p99)));
    expect(p99).toBeGreaterThan(0.2);
  });
});

describe('the registry', () => {
  const restart = '{ at: 3m30s, rolloutRestart: { deployment: web } }';

  it.each([
    ['nothing', /i\/o timeout/],
    ['refuses', /503 Service Unavailable/],
  ])('that says %s: pulls fail, and succeed after its end', (answer, message) => {
    const run = shop({
      timeline: `{ at: 3m, fault: { RegistryOutage: { answer: ${answer}, for: 3m } } }
        { at: 3m30s, setImage: { deployment: web, image: "test/web:v2" } }`,
    });
    expect(messages(run, 'Failed').some((one) => message.test(one))).toBe(true);
    expect(rows(run, 690, 720).at(-1)?.kube_pod_status_ready).toBe(6);
    const updated = run.world.measure.workloads.values('Deployment', 'default/web', 'updated', 0, 24);
    expect([Math.max(...updated.slice(8, 12)) < 6, updated.at(-1)]).toEqual([true, 6]);
  });

  it('a restart on nodes that have the image needs no registry', () => {
    const run = shop({ timeline: `{ at: 3m, fault: { BadImage: { image: "test/other:v1", for: 3m } } }\n${restart}` });
    expect(messages(run, 'Failed')).toEqual([]);
  });
});

describe('people', () => {
  it('a bad deploy fails requests until it is rolled back', () => {
    const run = shop({
      timeline: '{ at: 3m, fault: { BadDeploy: { deployment: web, image: "test/bad:v2", for: 3m } } }',
    });
    expect(failed(run, 240, 360)).toBeGreaterThan(500);
    expect(failed(run, 480, 720)).toBe(0);
  });

  it('a wrong scale is put right again', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { WrongScale: { deployment: web, replicas: 1, for: 2m } } }' });
    expect(rows(run, 240, 270).at(-1)?.kube_pod_status_ready).toBe(1);
    expect(rows(run, 690, 720).at(-1)?.kube_pod_status_ready).toBe(6);
  });

  it('a deleted namespace is recreated', () => {
    const run = shop({
      timeline: '{ at: 3m, fault: { NamespaceDeleted: { namespace: shop, for: 2m } } }',
      objects: deployment('side', { namespace: 'shop', replicas: 3, image: 'test/back:v1' }) + service('side', 'shop'),
    });
    const ready = run.world.measure.workloads.values('Deployment', 'shop/side', 'ready', 0, 24);
    expect([ready[5], ready[9], ready.at(-1)]).toEqual([3, 0, 3]);
  });

  it('a namespace that Kubernetes protects is not deleted', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { NamespaceDeleted: { namespace: default, for: 2m } } }' });
    expect(messages(run, 'FaultFired')[0]).toMatch(/^refused: /);
    expect(rows(run, 690, 720).at(-1)?.kube_pod_status_ready).toBe(6);
  });

  it('a restart of everything replaces every pod', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { RestartEverything: {} } }' });
    expect(messages(run, 'FaultFired')).toEqual(['everything is restarted: 1 workloads']);
    expect(rows(run, 690, 720).at(-1)?.kube_pod_status_ready).toBe(6);
  });

  it('a restart of everything goes from workload to workload, until somebody stops it', () => {
    const times = (more = ''): number[] => {
      const run = shop({
        timeline: `{ at: 3m, name: all, fault: { RestartEverything: { apart: 2m } } }${more}`,
        objects: deployment('back') + deployment('side'),
      });
      return eventsOf(run, 'RolloutStarted').map(({ time_seconds: at }) => Math.round(at));
    };
    expect(times()).toEqual([180, 300, 420]);
    expect(times('\n        { at: 6m, recover: all }')).toEqual([180, 300]);
  });

  it('a forgotten cordon takes no pods', () => {
    const run = shop({
      timeline: `{ at: 3m, fault: { CordonForgotten: { node: node-1, for: 5m } } }
        { at: 4m, rolloutRestart: { deployment: web } }`,
    });
    const [pod] = eventsOf(run, 'FaultStarted');
    expect(pod?.message).toBe('forgotten cordon of node-1');
    const { pods } = run.world.state;
    const there = pods.node.slice(0, pods.length).filter((node, row) => pods.alive[row] === 1 && node === 1);
    expect(there.length).toBe(0);
  });
});

describe('places', () => {
  const down = (run: FinishedRun, at: number): number =>
    6 - (rows(run, at - 30, at).at(-1)?.kube_node_status_ready ?? 0);
  const pools = (key: string): string =>
    `[{ name: here, count: 2, zones: [a], labels: { ${key}: one } }, { name: there, count: 4, zones: [b], labels: { ${key}: two } }]`;
  const placed = (key: string, fault: string): FinishedRun =>
    runScenario(
      scenarioOf(`  duration: 8m
  interval: 30s
  cluster: { nodePools: ${pools(key)} }
  behaviors: [{ image: test/web, startup: 2s, requests: { service: 20ms, concurrency: 8 } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 20/s } }, start: 1m, timeout: 1s }]
  timeline: [{ at: 3m, fault: { ${fault} } }]`) +
        deployment('web', { replicas: 6, fields: PROBES }) +
        service('web'),
    );

  it.each([
    ['rack', 'topology.kubernetes.io/rack', 'RackOutage: { rack: one, for: 2m }'],
    ['region', 'topology.kubernetes.io/region', 'RegionOutage: { region: one, for: 2m }'],
    ['group by another label', 'row', 'RackOutage: { label: row, rack: one, for: 2m }'],
  ])('all machines of a %s, and no other ones, are silent until it ends', (_what, key, fault) => {
    const run = placed(key, fault);
    expect([down(run, 180), down(run, 270), down(run, 480)]).toEqual([0, 2, 0]);
    const lost = eventsOf(run, 'NodeNotReady').flatMap(({ kind, name }) => (kind === 'Node' ? [name] : []));
    expect(new Set(lost)).toEqual(new Set(['here-0', 'here-1']));
    // What is sent there is lost until the endpoints are gone.
    expect(failed(run, 180, 240)).toBeGreaterThan(50);
    expect(failed(run, 60, 180) + failed(run, 360, 480)).toBe(0);
  });

  it('a shock strikes each machine with its probability, and all of them as long', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { CorrelatedOutage: { probability: 0.5, for: 90s } } }' });
    const [message = ''] = messages(run, 'FaultStarted');
    const struck = Number(/outage of (\d) nodes at once/.exec(message)?.[1]);
    expect([struck > 0, struck < 6]).toEqual([true, true]);
    expect([down(run, 270), down(run, 360)]).toEqual([struck, 0]);
  });
});

describe('the cloud', () => {
  it('that refuses calls rents out no machine until the fault ends', () => {
    const grown = (timeline: string): FinishedRun =>
      runScenario(
        scenarioOf(`  duration: 12m
  interval: 30s
  cluster: { nodePools: [{ name: node, count: 1, capacity: { cpu: 2, memory: 8Gi, pods: 110 }, autoscaling: { max: 6, boot: 20s } }] }
  nodeAutoscaler: cluster-autoscaler
  timeline: [{ at: 3m, scale: { deployment: web, replicas: 8 } }${timeline}]`) +
          deployment('web', { replicas: 2, cpu: '500m' }),
      );
    const ready = (run: FinishedRun, at: number): number => rows(run, at - 30, at).at(-1)?.kube_pod_status_ready ?? 0;
    expect(ready(grown(''), 330)).toBe(8);
    const run = grown(', { at: 2m50s, fault: { CloudThrottled: { for: 3m } } }');
    expect([ready(run, 330), ready(run, 720)]).toEqual([3, 8]);
    expect(messages(run, 'FailedToScaleUpGroup').length).toBeGreaterThan(0);
  });

  it('that refuses calls makes no volume', () => {
    const claimed = runScenario(
      scenarioOf(`  duration: 12m
  interval: 30s
  cluster: { nodePools: [{ name: node, count: 2 }] }
  timeline: [{ at: 2m50s, fault: { CloudThrottled: { for: 3m } } }, { at: 3m, scale: { kind: StatefulSet, name: db, replicas: 2 } }]`) +
        `---
{ apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: { name: disk, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }, provisioner: pd.csi.storage.gke.io, volumeBindingMode: WaitForFirstConsumer }
---
{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { replicas: 1, serviceName: db, selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: x, volumeMounts: [{ name: data, mountPath: /data }] }] } }, volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }] } }
`,
    );
    const of = claimed.world.measure.workloads.values('StatefulSet', 'default/db', 'ready', 0, 24);
    expect([of[5], of[10], of.at(-1)]).toEqual([1, 1, 2]);
    expect(messages(claimed, 'ProvisioningFailed').length).toBeGreaterThan(0);
  });
});

describe('slow machines', () => {
  const worst = (
    run: FinishedRun,
    column: 'request_duration_seconds_p50' | 'request_duration_seconds_p99',
    from: number,
    to: number,
  ) => Math.max(...rows(run, from, to).map((row) => Number(row[column])));

  it('with a slow processor the requests of their pods take longer', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { NodeSlow: { node: node-1, cpu: 8, for: 3m } } }' });
    expect(worst(run, 'request_duration_seconds_p99', 90, 180)).toBeLessThan(0.1);
    expect(worst(run, 'request_duration_seconds_p99', 210, 360)).toBeGreaterThan(0.15);
    // One pod in six is there.
    expect(worst(run, 'request_duration_seconds_p50', 210, 360)).toBeLessThan(0.1);
    expect(worst(run, 'request_duration_seconds_p99', 420, 720)).toBeLessThan(0.1);
  });

  it('with a slow network each packet comes later', () => {
    const run = shop({ timeline: '{ at: 3m, fault: { NodeSlow: { node: node-1, network: 100ms, for: 3m } } }' });
    expect(worst(run, 'request_duration_seconds_p99', 210, 360)).toBeGreaterThan(0.2);
    expect(worst(run, 'request_duration_seconds_p50', 210, 360)).toBeLessThan(0.1);
    expect(worst(run, 'request_duration_seconds_p99', 420, 720)).toBeLessThan(0.1);
  });

  it('with a slow disk pull for so much longer', () => {
    const pulls = (fault: string): number[] => {
      const run = shop({
        timeline: `{ at: 2m50s, fault: { ${fault} } }
          { at: 3m, setImage: { deployment: web, image: "test/web:v2" } }`,
        fields: '',
      });
      const there = new Set(podsOf(run).flatMap(({ pod, node }) => (node === 'node-1' ? [pod] : [])));
      return eventsOf(run, 'Pulled').flatMap(({ message, name }) => {
        const took = /"test\/web:v2" in ([\d.]+)(ms|s)/.exec(message);
        return there.has(name) && took !== null ? [Number(took[1]) / (took[2] === 'ms' ? 1000 : 1)] : [];
      });
    };
    const [quick = 0] = pulls('DnsOutage: { for: 1s }');
    const [slow = 0] = pulls('NodeSlow: { node: node-1, disk: 5, for: 5m }');
    expect(quick).toBeGreaterThan(0);
    expect([slow > 4 * quick, slow < 6 * quick]).toEqual([true, true]);
  });
});

describe('load balancers', () => {
  it('lose a member: what it was given fails until health checks find out, and within the cluster it is reached', () => {
    const run = runScenario(
      scenarioOf(`  duration: 10m
  interval: 30s
  cluster: { nodePools: [{ name: node, count: 4, zones: [a, b] }] }
  behaviors: [{ image: test/web, startup: 2s, requests: { service: 20ms, concurrency: 8 } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 40/s } }, start: 1m, timeout: 1s }]
  timeline: [{ at: 3m, fault: { LoadBalancerMemberLoss: { node: node-1, for: 4m } } }]`) +
        deployment('web', { replicas: 4, fields: PROBES }) +
        service('web').replace('spec: {', 'spec: { type: LoadBalancer,'),
    );
    expect(failed(run, 180, 240)).toBeGreaterThan(20);
    expect(failed(run, 300, 420)).toBe(0);
    expect(failed(run, 60, 180) + failed(run, 450, 600)).toBe(0);
    // The pod there goes on: it is asked through other nodes.
    expect(rows(run, 390, 420).at(-1)?.kube_pod_status_ready).toBe(4);
    expect(eventsOf(run, 'NodeNotReady')).toEqual([]);
  });
});

describe('people who push', () => {
  it('a ConfigMap without a key: new pods do not start until it is back', () => {
    const run = shop({
      timeline: '{ at: 3m, fault: { BadConfig: { configMap: settings, key: mode, deployment: web, for: 4m } } }',
      fields: `${PROBES}, env: [{ name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: mode } } }]`,
      objects: `---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { mode: fast, other: "1" } }
`,
    });
    expect(messages(run, 'Failed').some((one) => /couldn't find key mode in ConfigMap/.test(one))).toBe(true);
    const of = (column: 'updated' | 'ready') =>
      run.world.measure.workloads.values('Deployment', 'default/web', column, 0, 24);
    // At most a quarter may be missing: the others are the old ones, which have what they need.
    expect([of('ready')[12], of('ready').at(-1), of('updated').at(-1)]).toEqual([5, 6, 6]);
    const { objects } = run.world.state;
    const config = objects.get(objects.find('ConfigMap', 'default', 'settings')) as { data?: object } | undefined;
    expect(config?.data).toEqual({ mode: 'fast', other: '1' });
  });

  it('a ConfigMap with a bad value: new pods exit when they read it, and the rollout stops, until it is put back', () => {
    const run = (value: string) =>
      shop({
        calls: ', config: [{ configMap: settings, key: mode, value: crash, exitCode: 1 }]',
        timeline: `{ at: 3m, fault: { BadConfig: { configMap: settings, key: mode, value: ${value}, deployment: web, for: 4m } } }`,
        fields: `${PROBES}, env: [{ name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: mode } } }]`,
        objects: `---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { mode: fast } }
`,
      });
    const bad = run('crash');
    const ready = bad.world.measure.workloads.values('Deployment', 'default/web', 'ready', 0, 24);
    expect([ready[12], ready.at(-1)]).toEqual([5, 6]);
    expect(eventsOf(bad, 'BackOff').length).toBeGreaterThan(0);
    // Another value does nothing to them.
    expect(eventsOf(run('slow'), 'BackOff')).toEqual([]);
    const { objects } = bad.world.state;
    const config = objects.get(objects.find('ConfigMap', 'default', 'settings')) as { data?: object } | undefined;
    expect(config?.data).toEqual({ mode: 'fast' });
  });

  it('a lower quota: nothing is deleted, nothing new is admitted until it is as before', () => {
    const run = shop({
      timeline: `{ at: 3m, fault: { QuotaLowered: { quota: q, hard: { pods: 6 }, for: 2m } } }
        { at: 3m30s, scale: { deployment: web, replicas: 9 } }`,
      objects: `---
{ apiVersion: v1, kind: ResourceQuota, metadata: { name: q }, spec: { hard: { pods: "20" } } }
`,
    });
    const ready = run.world.measure.workloads.values('Deployment', 'default/web', 'ready', 0, 24);
    expect([ready[5], ready[9], ready.at(-1)]).toEqual([6, 6, 9]);
    expect(messages(run, 'FailedCreate').some((one) => /exceeded quota: q, .*limited: pods=6/.test(one))).toBe(true);
    const { objects } = run.world.state;
    const quota = objects.get(objects.find('ResourceQuota', 'default', 'q')) as { spec?: object } | undefined;
    expect(quota?.spec).toEqual({ hard: { pods: '20' } });
  });
});

describe('when', () => {
  it('a condition holds a fault fires once, or each time that it becomes true', () => {
    const rollout = '{ at: 3m, setImage: { deployment: web, image: "test/web:v2" } }';
    const run = shop({
      timeline: `${rollout}
        { when: "rollout.web.progress > 50%", fault: { PodCrash: { deployment: web } } }
        { when: "rollout.web.progress >= 100%", at: 2m, fault: { PodCrash: { deployment: web, count: 2 } } }`,
    });
    const fired = eventsOf(run, 'FaultFired').map(({ time_seconds: at }) => at);
    expect(fired.length).toBe(2);
    expect(fired[0]).toBeGreaterThan(180);
    // At the moment, not when the interval ends.
    expect(fired.every((at) => at % 30 !== 0)).toBe(true);
    const { objects } = run.world.state;
    const [, last] = run.world.controllers.rollouts.filter(({ workload }) => objects.name[workload] === 'web');
    expect(fired[1] * 1e6).toBeLessThanOrEqual(last.endUs);
  });

  it('a number changes that the API server keeps, in the same instant', () => {
    const run = shop({
      timeline: `{ at: 3m7s, scale: { deployment: web, replicas: 8 } }
        { when: "deployment.web.available >= 8", at: 1m, cordon: { node: node-0 } }`,
    });
    const available = run.world.measure.workloads.values('Deployment', 'default/web', 'available', 0, 24);
    expect(available.indexOf(8)).toBe(6);
    const [at = 0] = eventsOf(run, 'ActionApplied').flatMap(({ message, time_seconds }) =>
      message.startsWith('cordon') ? [time_seconds] : [],
    );
    expect([at > 187, at < 210, at % 1 !== 0]).toEqual([true, true, true]);
  });

  it('requests fail for some seconds, over the interval that ends then', () => {
    const run = shop({
      timeline: `{ at: 3m7s, fault: { NetworkPartition: { from: { outside: true }, for: 5m } } }
        { when: "requests.error_ratio > 20%", at: 2m, cordon: { node: node-0 } }
        { when: "max(pods.running) >= 6", at: 2m10s, cordon: { node: node-1 } }`,
    });
    const at = eventsOf(run, 'ActionApplied').map(
      ({ message, time_seconds }) => [message, Math.round(time_seconds)] as const,
    );
    // A fifth of 30 s at the same rate is 6 s, and a request fails 1 s after it came; looked at each second.
    const { 'cordon node-0': failing = 0, 'cordon node-1': ended } = Object.fromEntries(at);
    expect([failing >= 194, failing <= 196]).toEqual([true, true]);
    // What was over an interval is known when it ends.
    expect(ended).toBe(150);
  });

  it('again and again: each time that it becomes true', () => {
    const run = shop({
      timeline: `{ at: 3m, fault: { NodeCrash: { node: node-1, for: 2m } } }
        { at: 7m, fault: { NodeCrash: { node: node-1, for: 2m } } }
        { when: "nodes.ready < 6", at: 1m, again: true, rolloutRestart: { deployment: web } }`,
    });
    const restarts = eventsOf(run, 'ActionApplied').filter(({ message }) => message.startsWith('rollout restart'));
    expect(restarts.map(({ time_seconds: at }) => Math.floor(at / 60))).toEqual([3, 7]);
  });

  it('is read as an expectation is', () => {
    expect(() => shop({ timeline: '{ when: "rollout.web.progres > 50%", recover: x }' })).toThrow(/unknown figure/);
    expect(() =>
      shop({ timeline: '{ when: "min(pods.ready) during 1m..2m < 3", scale: { deployment: web, replicas: 1 } }' }),
    ).toThrow(/no `during`/);
    expect(() => shop({ timeline: '{ scale: { deployment: web, replicas: 1 } }' })).toThrow(/expected `at` or `when`/);
  });

  it('also an action may wait for it', () => {
    const run = shop({
      timeline: `{ at: 3m, fault: { NodeCrash: { node: node-1 } } }
        { when: "nodes.ready < 6", at: 2m, scale: { deployment: web, replicas: 8 } }`,
    });
    expect(messages(run, 'ActionApplied').filter((one) => one.startsWith('scale'))).toHaveLength(1);
  });
});
