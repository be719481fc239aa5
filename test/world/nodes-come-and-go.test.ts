// Nodes that are deleted and applied while a cluster runs: what becomes of machines, pods, volumes, faults, costs.
import { describe, expect, it } from 'vitest';
import { nodeObject } from '../../src/model/complete-objects/node-object.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';
import type { NodeRow } from '../../src/model/rows.ts';

const node = (name: string, more = '', zone = 'a'): string =>
  `{ apiVersion: v1, kind: Node, metadata: { name: ${name}, labels: { topology.kubernetes.io/zone: ${zone} } }, ${more}` +
  'status: { capacity: { cpu: "4", memory: 16Gi, pods: "110" } } }';
const at = (time: string, action: string): string => `    - { at: ${time}, ${action} }`;
const apply = (time: string, name: string, more = '', zone = 'a'): string =>
  at(time, `apply: ${node(name, more, zone)}`);
const remove = (time: string, name: string): string => at(time, `delete: { kind: Node, name: ${name} }`);

const run = (nodes: number, timeline: readonly string[], workload: string, spec = '') =>
  runScenario(scenario(nodes, `  duration: 10m\n  timeline:\n${timeline.join('\n')}\n${spec}`) + workload);

const onNodes = (outcome: ReturnType<typeof run>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const pod of podsOf(outcome)) {
    if (pod.finished_seconds === null) counts[pod.node] = (counts[pod.node] ?? 0) + 1;
  }
  return counts;
};
const ready = (outcome: ReturnType<typeof run>) => outcome.world.gauges.ready;

describe('a name that comes back', () => {
  it('within the quarantine finds its pods, which start again on the new machine', () => {
    const outcome = run(2, [remove('2m', 'node-0'), apply('150s', 'node-0')], deployment('web', { replicas: 4 }));
    expect(onNodes(outcome)).toEqual({ 'node-0': 2, 'node-1': 2 });
    expect(podsOf(outcome)).toHaveLength(4);
    const restarts = podsOf(outcome).map((pod) => pod.restarts);
    expect(restarts.sort((a, b) => a - b)).toEqual([0, 0, 1, 1]);
    expect(ready(outcome)).toBe(4);
  });

  it('after it is an empty node with a UID of its own', () => {
    const timeline = [
      remove('2m', 'node-0'),
      apply('5m', 'node-0'),
      at('6m', 'scale: { deployment: web, replicas: 8 }'),
    ];
    const outcome = run(2, timeline, deployment('web', { replicas: 4 }));
    expect(onNodes(outcome)).toEqual({ 'node-0': 4, 'node-1': 4 });
    const { state } = outcome.world;
    expect(state.nodes.length).toBe(2);
    const uids = new Set(
      [0, 1, 2].map((incarnation) => ((state.nodes.incarnation[0] = incarnation), state.nodeUid(0 as NodeRow))),
    );
    expect(uids.size).toBe(3);
  });

  it('is free of the faults that held the machine before', () => {
    const timeline = [
      at('1m', 'fault: { NodeCrash: { node: node-0, for: 4m } }'),
      remove('2m', 'node-0'),
      apply('4m', 'node-0'),
      at('7m', 'fault: { NodeCrash: { node: node-0 } }'),
    ];
    const outcome = run(
      2,
      timeline,
      deployment('web', { replicas: 2 }),
      '  expect: ["nodes.ready during 5m..7m == 2"]',
    );
    expect(outcome.verdicts.every(({ pass }) => pass)).toBe(true);
    // The second fault hits the new machine, although the first one ended at 5 m.
    expect(outcome.world.state.machines.nodeUp[0]).toBe(0);
  });

  it('comes back at once, in the same instant', () => {
    const outcome = run(2, [remove('2m', 'node-0'), apply('2m', 'node-0')], deployment('web', { replicas: 4 }));
    expect(outcome.world.state.nodes.alive[0] + ready(outcome)).toBeGreaterThanOrEqual(4);
  });
});

describe('a node that is deleted', () => {
  it('takes its machine along: a fault that ends later does not bring it back', () => {
    const timeline = [at('1m', 'fault: { NodeCrash: { node: node-0, for: 2m } }'), remove('2m', 'node-0')];
    const outcome = run(2, timeline, deployment('web', { replicas: 2 }));
    expect(outcome.world.state.machines.nodeUp[0]).toBe(0);
    expect(onNodes(outcome)).toEqual({ 'node-1': 2 });
  });

  it('is said to be removed, and cannot be deleted twice', () => {
    const outcome = run(2, [remove('2m', 'node-0'), remove('3m', 'node-0')], deployment('web'));
    expect(eventsOf(outcome, 'RemovingNode').map(({ message }) => message)).toEqual([
      'Node node-0 event: Removing Node node-0 from Controller',
    ]);
    const said = eventsOf(outcome).filter(({ source }) => source === 'timeline');
    expect(said.at(-1)?.message).toMatch(/NotFound.*node-0/);
  });

  it('is paid for until then', () => {
    const pool = '{ name: node, count: 2, hourlyCost: 6, capacity: { cpu: 4, memory: 16Gi, pods: 110 } }';
    const text = `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: cost }
spec:
  duration: 10m
  cluster: { nodePools: [${pool}] }
  timeline:
${remove('5m', 'node-0')}
`;
    // 6 an hour: one node for ten minutes, another for five (and the few ms of the request).
    expect(Number(runScenario(text).summary.node_cost)).toBeCloseTo(1.5, 3);
    expect(runScenario(text).summary.kube_node_info).toBe(1);
  });

  it('is the last one: pods wait, and run on the next', () => {
    const timeline = [remove('2m', 'node-0'), apply('5m', 'late', '', 'z')];
    const outcome = run(1, timeline, deployment('web', { replicas: 3 }));
    expect(onNodes(outcome)).toEqual({ late: 3 });
    expect(ready(outcome)).toBe(3);
  });

  it('leaves no endpoint behind, and requests go elsewhere', () => {
    const traffic = '  traffic: [{ name: users, to: web, arrivals: { constant: { rate: 5/s } }, start: 1m }]';
    const outcome = run(3, [remove('3m', 'node-0')], deployment('web', { replicas: 3 }) + service('web'), traffic);
    const { series } = outcome.world.measure;
    const failed = series.filter(({ time_seconds }) => time_seconds > 300).map((row) => row.requests_failed);
    expect(failed.length).toBeGreaterThan(3);
    expect(new Set(failed)).toEqual(new Set([0]));
  });
});

describe('a node that is applied', () => {
  it('becomes Ready and loses the taint with which it came', () => {
    const outcome = run(
      1,
      [apply('1m', 'extra', 'spec: { taints: [{ key: team, value: a, effect: NoSchedule }] }, ')],
      '',
    );
    const { state } = outcome.world;
    const { spec, status } = nodeObject(state, state.findNode('extra'));
    expect(spec?.taints).toEqual([{ key: 'team', value: 'a', effect: 'NoSchedule' }]);
    expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    expect(eventsOf(outcome, 'RegisteredNode')).toHaveLength(1);
  });

  it('that is there already gets the taints of the manifest, and no second machine', () => {
    const taints = 'spec: { unschedulable: true, taints: [{ key: team, effect: NoExecute }] }, ';
    const outcome = run(2, [apply('1m', 'node-0', taints)], deployment('web', { replicas: 2 }));
    expect(onNodes(outcome)).toEqual({ 'node-1': 2 });
    expect(outcome.world.state.nodes.length).toBe(2);
  });

  it('may be named by what comes later on the timeline', () => {
    const timeline = [
      apply('1m', 'extra', '', 'z'),
      at('2m', 'cordon: { node: extra }'),
      at('3m', 'fault: { NodeCrash: { node: extra } }'),
      at('4m', 'fault: { ZoneOutage: { zone: z } }'),
      remove('5m', 'extra'),
      at('6m', 'fault: { NodeCrash: { node: extra } }'),
    ];
    const outcome = run(1, timeline, deployment('web'));
    expect(eventsOf(outcome, 'FaultFired').map(({ message }) => message)).toEqual([
      'NodeCrash: there is no node extra now',
    ]);
  });

  it('fifty times over keeps the cluster in order', () => {
    // Every ten seconds one node goes and another comes; what is bound must fit: the invariants watch.
    const timeline = Array.from({ length: 50 }, (_, i) => [
      remove(`${60 + 10 * i}s`, i < 3 ? `node-${i}` : `more-${i - 3}`),
      apply(`${60 + 10 * i}s`, `more-${i}`, '', 'abc'[i % 3]),
    ]).flat();
    const outcome = run(3, timeline, deployment('web', { replicas: 12, cpu: '900m' }));
    expect(outcome.world.state.nodes.length).toBe(53);
    const counts = Object.values(onNodes(outcome));
    expect(Math.max(...counts)).toBeLessThanOrEqual(4 + 4);
  });
});

describe('the volume of a node that is lost', () => {
  const database = `---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast }
provisioner: csi.example.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], storageClassName: fast, resources: { requests: { storage: 1Gi } } }
${deployment('db', { pod: ', volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]' })}`;

  /** When the pod of the database was Ready on each node, in seconds. */
  const readyOn = (timeline: readonly string[]): [string, number][] => {
    const text = `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: lost }
spec:
  duration: 25m
  cluster: { nodePools: [{ name: node, count: 2, zones: [a], capacity: { cpu: 4, memory: 16Gi, pods: 110 } }] }
  timeline:${timeline.length === 0 ? ' []' : `\n${timeline.join('\n')}`}
`;
    const outcome = runScenario(text + database);
    return podsOf(outcome).map(({ node: place, ready_seconds }) => [place, Number(ready_seconds)]);
  };
  const where = readyOn([])[0]?.[0] ?? '';
  const crash = at('2m', `fault: { NodeCrash: { node: ${where} } }`);

  it('is detached at once when its node is out of service', () => {
    const taint = `taint: { node: ${where}, taints: ["node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"] }`;
    const [, next] = readyOn([crash, at('10m', taint)]);
    // PodGC passes within 20 s; then the volume is detached, attached and mounted.
    expect(next?.[0]).not.toBe(where);
    expect(next?.[1]).toBeGreaterThan(600);
    expect(next?.[1]).toBeLessThan(640);
  });

  it('is detached as soon as PodGC has removed its pod when its node is deleted', () => {
    const [, next] = readyOn([crash, remove('10m', where)]);
    expect(next?.[1]).toBeGreaterThan(640);
    expect(next?.[1]).toBeLessThan(690);
  });

  it('is not detached without either while the pod terminates', () => {
    expect(readyOn([crash])[1]?.[1]).toBe(0);
  });
});

it('a machine that joins later fails at random as the others do', () => {
  const failures = at('1m', 'fault: { NodeFailures: { up: { constant: 2m }, repair: { constant: 10s } } }');
  const outcome = run(1, [failures, apply('2m', 'late')], deployment('web', { replicas: 1 }));
  const outages = eventsOf(outcome, 'FaultStarted').map(({ message }) => message);
  expect(outages.filter((message) => message === 'outage of node node-0').length).toBe(4);
  expect(outages.filter((message) => message === 'outage of node late').length).toBe(3);
});
