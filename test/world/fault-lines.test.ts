// Every fault of the family has a beginning, an end, and a line in charts over time.
import { describe, expect, it } from 'vitest';
import { faults } from '../../src/faults/models/index.ts';
import { readOccurrences } from '../../src/report/occurrences.ts';
import { readMarks } from '../../src/report/marks.ts';
import type { JobResults } from '../../src/report/read.ts';
import { eventsOnly } from '../support/job-results.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';
import { runScenario } from '../support/world-rig.ts';

interface Use {
  readonly args: string;
  /** What there must be for it, in `spec`. */
  readonly more?: string;
  /** Seconds after its moment in which each of its strikes begins and ends. Default: one, from 0 to 60. */
  readonly spans?: readonly (readonly [number, number])[];
}

const MASTERS = '  controlPlane: { replicas: 3, etcd: { members: 3 } }\n';
const AT_ONCE = [[0, 0]] as const;

/** Each fault for a minute, or for as long as it says of itself. */
const USES: Readonly<Record<string, Use>> = {
  BadConfig: { args: 'configMap: settings, key: color, deployment: web, for: 60s' },
  BadDeploy: { args: 'deployment: web, image: "test/bad:v2", for: 60s' },
  BadImage: { args: 'image: "test/web:v1", for: 60s' },
  ClockSkew: { args: 'of: { zone: a }, behind: 10s, for: 60s' },
  CloudThrottled: { args: 'for: 60s' },
  ConntrackFull: { args: 'node: node-1, for: 60s' },
  ContainerHang: { args: 'deployment: web, for: 60s' },
  CordonForgotten: { args: 'node: node-1, for: 60s' },
  CorrelatedOutage: { args: 'probability: 1, for: 60s' },
  CrashLoop: { args: 'deployment: web, for: 60s' },
  DiskPressure: { args: 'node: node-1, for: 60s' },
  DnsOutage: { args: 'for: 60s' },
  EtcdSlowDisk: { args: 'extra: 20ms, for: 60s', more: MASTERS },
  ExternalOutage: {
    args: 'host: bank.example, for: 60s',
    more: '  external: [{ host: bank.example, requests: { service: 10ms } }]\n',
  },
  FailureTrace: {
    args: 'trace: { file: outages.csv }',
    spans: [
      [0, 20],
      [30, 60],
    ],
  },
  // Then the machine boots again.
  KernelHang: {
    args: 'node: node-1, for: 30s, boot: 20s',
    spans: [
      [0, 30],
      [30, 50],
    ],
  },
  KubeletCertificateExpired: { args: 'node: node-1, for: 60s' },
  KubeletStop: { args: 'node: node-1, for: 60s' },
  LoadBalancerMemberLoss: { args: 'node: node-1, for: 60s' },
  MemoryLeak: { args: 'deployment: web, for: 60s' },
  NamespaceDeleted: { args: 'namespace: shop, for: 60s' },
  NetworkPartition: { args: 'from: { zone: a }, for: 60s' },
  NetworkTrouble: { args: 'from: { zone: a }, to: { zone: b }, delay: 10ms, loss: 0.01, for: 60s' },
  NodeCrash: { args: 'node: node-1, for: 60s' },
  // Each of the two machines fails after 10 s, and again 10 s after its repair; one is repaired at a time.
  NodeFailures: {
    args: 'up: 10s, repair: 20s, crews: 1',
    more: '  cluster: { nodePools: [{ name: node, count: 2, zones: [a, b] }] }\n',
    spans: [
      [10, 30],
      [10, 50],
      [40, 70],
      [60, 90],
      [80, 110],
      [100, Infinity],
    ],
  },
  NodeReboot: { args: 'node: node-1, for: 60s' },
  NodeShutdown: { args: 'node: node-1, for: 60s' },
  NodeSlow: { args: 'node: node-1, cpu: 3, disk: 2, network: 20ms, for: 60s' },
  PodCrash: { args: 'deployment: web', spans: AT_ONCE },
  ProcessSignal: { args: 'component: etcd, signal: SIGSTOP, for: 60s', more: MASTERS },
  QuotaLowered: { args: 'quota: all, hard: { pods: 2 }, for: 60s' },
  RackOutage: { args: 'label: rack, rack: r1, for: 60s' },
  RegionOutage: { args: 'region: r, for: 60s' },
  RegistryOutage: { args: 'for: 60s' },
  RestartEverything: { args: '', spans: AT_ONCE },
  ServerCertificateExpired: { args: 'for: 60s', more: MASTERS },
  SlowPod: { args: 'deployment: web, for: 60s' },
  // The fault is the decision; what follows is the notice.
  SpotReclaim: {
    args: '',
    more: '  cluster: { nodePools: [{ name: node, count: 2, autoscaling: { min: 2, max: 3 }, spot: { notice: 30s, onNotice: nothing } }] }\n',
    spans: [[0, 30]],
  },
  WrongScale: { args: 'deployment: web, replicas: 1, for: 60s' },
  WebhookDown: { args: 'for: 60s' },
  ZoneOutage: { args: 'zone: a, for: 60s' },
};

const TRACE = `node,start,end,cause
node-1,0,20,disk
node-2,30,60,
`;

const CLUSTER =
  '  cluster: { nodePools: [{ name: node, count: 3, zones: [a, b], labels: { rack: r1, topology.kubernetes.io/region: r } }] }\n';
const OBJECTS = `${deployment('web', { replicas: 2, image: 'test/web:v1' })}${service('web')}
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { color: red } }
---
{ apiVersion: v1, kind: ResourceQuota, metadata: { name: all }, spec: { hard: { pods: 9 } } }
---
{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }
---
{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: policy } }
`;

/** The fault falls on the 60th second of two minutes and fifty seconds. */
function run(fault: string, { args, more = '' }: Use): JobResults {
  const fields = more.includes('cluster:') ? more : CLUSTER + more;
  return eventsOnly(
    runScenario(
      scenarioOf(`  duration: 2m50s
  interval: 10s
${fields}  behaviors: [{ image: test/bad }]
  timeline: [{ at: 1m, fault: { ${fault}: { ${args} } } }]`) + OBJECTS,
      { readFile: (file) => ({ file, text: TRACE }) },
    ),
  );
}

describe('every fault has a beginning, an end, and a line in charts', () => {
  it('of the whole family', () => {
    expect(Object.keys(USES).toSorted()).toEqual(faults.members.map(({ name }) => name).toSorted());
  });

  it.each(Object.entries(USES))('%s', (name, use) => {
    const job = run(name, use);
    const found = readOccurrences(job).filter(({ kind }) => kind === 'fault');
    const seconds = found.map(({ from, to = Infinity }) => [from - 60, to - 60]);
    const { spans = [[0, 60]] } = use;
    expect(seconds).toEqual(spans);
    const drawn = readMarks(job).flatMap((mark) => (mark.kind === 'fault' ? mark.spans : []));
    const lines = drawn.map(({ from, to }) => [from - 60, to - 60]).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(lines).toEqual(spans.map(([from, to]) => [from, Math.min(to, 110)]));
  });
});
