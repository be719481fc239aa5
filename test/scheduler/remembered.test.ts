// What the scheduler remembers of nodes, and scores by table, changes nothing: each decision is also made the plain way.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import { Decision } from '../../src/scheduler/decision.ts';
import type { PodInfo } from '../../src/scheduler/pod-info.ts';
import type { ScoreWitness } from '../../src/scheduler/runtime.ts';
import { SchedulerCluster } from '../support/scheduler-cluster.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const NODES = 130;
const plain: ScoreWitness = { raw: () => undefined, normalized: () => undefined };

function nodeOf(index: number, random: CounterRandom): Node {
  const zone = random.int(5);
  const taints = [
    ...(random.int(6) === 0 ? [{ key: 'spot', value: 'yes', effect: 'PreferNoSchedule' }] : []),
    ...(random.int(9) === 0 ? [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] : []),
  ];
  return {
    metadata: {
      name: `n-${index}`,
      labels: { [HOST]: `n-${index}`, ...(zone === 4 ? {} : { [ZONE]: `z${zone}` }), disk: `${random.int(2)}` },
    },
    spec: { taints, ...(random.int(12) === 0 ? { unschedulable: true } : {}) },
    status: { allocatable: { cpu: `${2 + random.int(3)}`, memory: '8Gi', pods: `${8 + random.int(8)}` } },
  };
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'app', namespace: 'default' },
  spec: { selector: { app: 'spread' } },
};
const constraint = (whenUnsatisfiable: string, topologyKey: string) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable,
  labelSelector: { matchLabels: { app: 'own' } },
});
const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['1'] }] }] };
const specs: [app: string, spec: object][] = [
  ['plain', {}],
  ['spread', {}],
  ['own', { topologySpreadConstraints: [constraint('ScheduleAnyway', ZONE), constraint('DoNotSchedule', HOST)] }],
  ['own', { topologySpreadConstraints: [constraint('ScheduleAnyway', HOST)] }],
  ['disk', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } }],
  ['tolerant', { tolerations: [{ operator: 'Exists' }] }],
  ['named', { nodeName: 'n-7' }],
];

function podOf(index: number, random: CounterRandom): Pod {
  const [app, spec] = specs[random.int(specs.length)];
  const ports = random.int(8) === 0 ? { ports: [{ containerPort: 80, hostPort: 8080 }] } : {};
  const requests = random.int(5) === 0 ? {} : { resources: { requests: { cpu: `${100 * (1 + random.int(4))}m` } } };
  return {
    metadata: { name: `p-${index}`, namespace: 'default', labels: { app } },
    spec: { containers: [{ name: 'c', image: 'i', ...ports, ...requests }], ...spec },
  };
}

it.each([1, 2, 3])('2,000 decisions of a changing cluster, seed %i', (seed) => {
  const random = new CounterRandom(seed, 'remembered');
  const cluster = new SchedulerCluster({ services: [service] });
  const { cache } = cluster;
  for (let i = 0; i < NODES; i += 1) cluster.setNode(nodeOf(i, random));
  const framework = cluster.framework(null);
  const remembering = new Decision(cache, 'heap', random);
  const asking = new Decision(cache, 'heap', random);
  const running: PodInfo[] = [];
  let placed = 0;
  let rejected = 0;
  for (let step = 0; step < 2000; step += 1) {
    const pod = cluster.addPod(podOf(step, random));
    remembering.decide(framework, pod);
    asking.decide(framework, pod, plain);
    expect(seen(remembering)).toEqual(seen(asking));
    if (remembering.node >= 0) {
      placed += 1;
      cluster.place(pod, remembering.node, false);
      running.push(pod);
    } else {
      rejected += 1;
    }
    if (random.int(3) === 0 && running.length > 0) {
      const index = random.int(running.length);
      cache.remove(running[index].row);
      running.splice(index, 1);
    }
    if (random.int(5) === 0) cluster.setNode(nodeOf(random.int(NODES), random));
  }
  // Both outcomes have been compared.
  expect(placed).toBeGreaterThan(500);
  expect(rejected).toBeGreaterThan(20);
});

function seen(decision: Decision) {
  const { node, examined, verdicts, feasible, totals, scored, rejectedBy, nextStart } = decision;
  const { end } = examined;
  const codes = [...verdicts.codes.subarray(0, end)];
  // What a node that passed was said of before has no meaning.
  const because = (column: ArrayLike<number>): number[] => codes.map((code, i) => (code === 0 ? 0 : column[i]));
  return {
    node,
    end,
    codes,
    plugins: because(verdicts.plugins),
    reasons: because(verdicts.reasons),
    feasible: [...feasible.rows.subarray(0, feasible.end)],
    totals: [...totals.subarray(0, scored)],
    rejectedBy,
    nextStart,
  };
}
