// DaemonSets in whole clusters: nodes that come and go, taints, pods that fail, the two strategies, and owners that change.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import type { PodRow } from '../../src/model/rows.ts';
import { type FinishedRun, eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

const agent = (spec = '', pod = ''): string => `---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
${spec}
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: main, image: "test/agent:v1", resources: { requests: { cpu: 100m } } }]${pod} }
`;

const scenario = (nodes: number, timeline: string, rest = '', duration = '10m'): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: agents }
spec:
  duration: ${duration}
  interval: 5s
  kubelet: { cachedImages: ["*"] }
  cluster: { nodePools: [{ name: w, count: ${nodes}, capacity: { cpu: 4, memory: 16Gi, pods: 20 } }] }
  timeline:
${timeline}
${rest}`;

const node = (name: string, rest = ''): string =>
  `{ apiVersion: v1, kind: Node, metadata: { name: ${name}${rest} }, status: { capacity: { cpu: 4, memory: 16Gi, pods: 20 } } }`;

/** By interval (of 5 s): a number of the DaemonSet. */
function history({ world }: FinishedRun, column: 'desired' | 'current' | 'ready' | 'updated' | 'available'): number[] {
  return world.measure.workloads.values('DaemonSet', 'default/agent', column, 0, 120);
}

const at = (values: readonly number[], second: number): number | undefined => values[second / 5 - 1];

/** The specs of the pods that are there. */
function specsOf({ world: { state } }: FinishedRun): PodSpec[] {
  const found: PodSpec[] = [];
  for (let pod = 0 as PodRow; pod < state.pods.length; pod = (pod + 1) as PodRow) {
    if (state.pods.alive[pod] === 1) found.push(state.classes.get(state.pods.podClass[pod]).spec);
  }
  return found;
}

const imagesOf = (outcome: FinishedRun) =>
  specsOf(outcome)
    .map(({ containers }) => containers[0]?.image ?? '')
    .sort();

describe('nodes', () => {
  it('that come get a pod, of nodes that go the pods are deleted', () => {
    const outcome = runScenario(
      scenario(
        2,
        `    - { at: 1m, apply: ${node('late')} }
    - { at: 3m, delete: { kind: Node, name: w-0 } }`,
      ) + agent(),
    );
    const current = history(outcome, 'current');
    expect([at(current, 55), at(current, 90), at(current, 600)]).toEqual([2, 3, 2]);
    const gone = podsOf(outcome).find((pod) => pod.node === 'w-0');
    expect(gone?.deleted_seconds).toBeGreaterThan(200);
    expect(eventsOf(outcome, 'FailedScheduling')).toEqual([]);
  });

  it('that match the selector and the affinity have one; one that stops matching loses it', () => {
    const affinity = `, nodeSelector: { disk: ssd }, affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: NotIn, values: [b] }] }] } } }`;
    const outcome = runScenario(
      scenario(
        1,
        `    - { at: 10s, apply: ${node('ssd', ', labels: { disk: ssd }')} }
    - { at: 10s, apply: ${node('b', ', labels: { disk: ssd, zone: b }')} }
    - { at: 1m, patch: { kind: Node, name: ssd, patch: { metadata: { labels: { disk: hdd } } } } }`,
      ) + agent('', affinity),
    );
    expect(podsOf(outcome).map((pod) => pod.node)).toEqual(['ssd']);
    const [current, desired] = [history(outcome, 'current'), history(outcome, 'desired')];
    expect([at(desired, 50), at(current, 50), at(desired, 120), at(current, 120)]).toEqual([1, 1, 0, 0]);
  });

  it('that are cordoned, or silent, keep theirs; an untolerated NoExecute taint takes it, NoSchedule does not', () => {
    const outcome = runScenario(
      scenario(
        4,
        `    - { at: 1m, cordon: { node: w-0 } }
    - { at: 1m, taint: { node: w-1, taints: ["a=b:NoExecute"] } }
    - { at: 1m, taint: { node: w-2, taints: ["a=b:NoSchedule"] } }
    - { at: 1m, fault: { NodeCrash: { node: w-3 } } }`,
      ) + agent(),
    );
    const left = podsOf(outcome).filter((pod) => pod.deleted_seconds === null);
    expect(left.map((pod) => pod.node).sort()).toEqual(['w-0', 'w-2', 'w-3']);
    // Pods under a NoSchedule taint, as of a silent node, may stay and yet are not meant to be there.
    expect([at(history(outcome, 'desired'), 600), at(history(outcome, 'current'), 600)]).toEqual([1, 1]);
    expect(at(history(outcome, 'ready'), 600)).toBe(1);
  });
});

describe('updates', () => {
  const update = (image: string, when = '1m'): string =>
    `    - { at: ${when}, setImage: { kind: DaemonSet, name: agent, image: "test/agent:${image}" } }`;

  it('take no more nodes at a time than they may, and keep the last revisions', () => {
    const outcome = runScenario(
      scenario(10, [update('v2'), update('v3', '4m'), update('v4', '7m')].join('\n')) +
        agent('  revisionHistoryLimit: 1\n  updateStrategy: { rollingUpdate: { maxUnavailable: 30% } }'),
    );
    expect(Math.min(...history(outcome, 'available').slice(6))).toBeGreaterThanOrEqual(7);
    expect(at(history(outcome, 'updated'), 600)).toBe(10);
    const { objects } = outcome.world.state;
    const revisions = [...objects.ofKind('ControllerRevision')].map((row) => objects.get(row) as { revision?: number });
    expect(revisions.map(({ revision }) => revision)).toEqual([3, 4]);
  });

  it('that surge never have fewer than all available', () => {
    const outcome = runScenario(
      scenario(6, update('v2')) +
        agent('  minReadySeconds: 5\n  updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 2 } }'),
    );
    expect(Math.min(...history(outcome, 'available').slice(6))).toBe(6);
    expect(at(history(outcome, 'updated'), 600)).toBe(6);
  });

  it('on deletion wait for it, node by node', () => {
    const run = (deletion = '') =>
      runScenario(
        scenario(3, `${update('v2')}\n    - { at: 3m, cordon: { node: w-0 } }${deletion}`) +
          agent('  updateStrategy: { type: OnDelete }'),
      );
    const left = run();
    expect(at(history(left, 'updated'), 55)).toBe(3);
    expect(at(history(left, 'updated'), 600)).toBe(0);
    const old = podsOf(left).find((pod) => pod.node === 'w-1');
    const outcome = run(`\n    - { at: 5m, delete: { kind: Pod, name: ${old?.pod} } }`);
    expect([at(history(outcome, 'updated'), 295), at(history(outcome, 'updated'), 600)]).toEqual([0, 1]);
    const made = podsOf(outcome).filter((pod) => pod.created_seconds > 60);
    expect(made.map((pod) => [pod.node, pod.deleted_seconds])).toEqual([['w-1', null]]);
    expect(imagesOf(outcome)).toEqual(['test/agent:v1', 'test/agent:v1', 'test/agent:v2']);
  });

  it('back to an earlier template take its revision again, with a higher number', () => {
    const outcome = runScenario(scenario(2, `${update('v2')}\n${update('v1', '4m')}`) + agent());
    const { objects } = outcome.world.state;
    const revisions = [...objects.ofKind('ControllerRevision')].map((row) => objects.get(row) as { revision?: number });
    expect(revisions.map(({ revision }) => revision)).toEqual([3, 2]);
    expect(at(history(outcome, 'updated'), 600)).toBe(2);
  });
});

describe('pods', () => {
  const tolerated = (pod: string): string[] =>
    (specsOf(runScenario(scenario(1, '    []', '', '30s') + agent('', pod)))[0]?.tolerations ?? []).map(
      ({ key = '', operator = 'Equal', value, effect = '', tolerationSeconds }) =>
        [key.replace('node.kubernetes.io/', ''), operator, value, effect, tolerationSeconds]
          .filter((part) => part !== undefined)
          .join(' '),
    );
  const ADDED = [
    'not-ready Exists NoExecute',
    'unreachable Exists NoExecute',
    'disk-pressure Exists NoSchedule',
    'memory-pressure Exists NoSchedule',
    'pid-pressure Exists NoSchedule',
    'unschedulable Exists NoSchedule',
  ];

  it('tolerate for ever what is wrong with their nodes, and the network too where they use that of the host', () => {
    expect(tolerated('')).toEqual(ADDED);
    expect(tolerated(', hostNetwork: true')).toEqual([...ADDED, 'network-unavailable Exists NoSchedule']);
  });

  it('keep the tolerations of their template, and tolerate for ever what it tolerates for a while', () => {
    const own =
      ', tolerations: [{ key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 60 }, { key: a, value: b, effect: NoSchedule }]';
    const [unreachable, ...others] = ['unreachable Exists NoExecute', 'a Equal b NoSchedule', ...ADDED];
    expect(tolerated(own)).toEqual([unreachable, ...others.filter((one) => one !== unreachable)]);
  });

  it('that the node cannot hold wait for it, and nowhere else', () => {
    const outcome = runScenario(
      scenario(2, '    - { at: 5m, delete: { kind: Pod, name: big } }') +
        `---
{ apiVersion: v1, kind: Pod, metadata: { name: big }, spec: { nodeName: w-0, containers: [{ name: c, image: x, resources: { requests: { cpu: 3850m } } }] } }
` +
        agent(),
    );
    const [message] = eventsOf(outcome, 'FailedScheduling').map((event) => event.message);
    expect(message).toMatch(
      /^0\/2 nodes are available: 1 Insufficient cpu, 1 node\(s\) didn't satisfy plugin\(s\) \[NodeAffinity\]/,
    );
    expect([at(history(outcome, 'ready'), 250), at(history(outcome, 'ready'), 400)]).toEqual([1, 2]);
  });

  it('that fail are deleted and made again, each time after twice as long', () => {
    const outcome = runScenario(
      scenario(1, '    - { at: 9m, uncordon: { node: w-0 } }') +
        agent('', ', nodeName: w-0').replace('cpu: 100m', 'cpu: 5'),
    );
    const killed = eventsOf(outcome, 'FailedDaemonPod');
    expect(killed[0].message).toMatch(
      /^Found failed daemon pod default\/agent-\w{5} on node w-0, will try to kill it$/,
    );
    // The first one goes at once, the next after a second, then two, four …
    const made = podsOf(outcome).map((pod) => pod.created_seconds);
    expect(made.map((seconds) => Math.floor(seconds))).toEqual([0, 0, 1, 3, 7, 15, 31, 63, 127, 255, 511]);
  });

  it('that a deleted set leaves behind are adopted by the next one, with its history', () => {
    const set = agent()
      .slice('---\n'.length)
      .split('\n')
      .map((line) => `        ${line}`)
      .join('\n');
    const outcome = runScenario(
      scenario(
        3,
        `    - { at: 1m, delete: { kind: DaemonSet, name: agent, cascade: orphan } }
    - at: 2m
      apply:
${set}`,
      ) + agent(),
    );
    expect(podsOf(outcome)).toHaveLength(3);
    const { objects } = outcome.world.state;
    expect([...objects.ofKind('ControllerRevision')]).toHaveLength(1);
    expect(at(history(outcome, 'updated'), 600)).toBe(3);
  });

  it('are deleted with their set, and their history too', () => {
    const outcome = runScenario(scenario(3, '    - { at: 1m, delete: { kind: DaemonSet, name: agent } }') + agent());
    expect(podsOf(outcome).filter((pod) => pod.deleted_seconds === null)).toEqual([]);
    expect([...outcome.world.state.objects.ofKind('ControllerRevision')]).toEqual([]);
  });
});
