// Static pods: kubelets run them without the API server, which has mirrors of them; nobody schedules, evicts or deletes them.
import { describe, expect, it } from 'vitest';
import { NODE_OWNER } from '../../src/model/mirror-pod.ts';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { familySchemas } from '../../src/world/families.ts';
import { mirrorViolation } from '../../src/world/mirror-invariants.ts';
import { runJob } from '../../src/world/run.ts';
import { complaints } from '../scenario/tank.ts';
import { eventsOf, families, type FinishedRun, podsOf, runScenario } from '../support/world-rig.ts';

const agent = (more = '', requests = 'cpu: 500m'): string => `apiVersion: v1
kind: Pod
metadata: { name: agent, namespace: kube-system, labels: { app: agent } }
spec: { containers: [{ name: agent, image: agent, resources: { requests: { ${requests} } } ${more} }] }
`;

const head = (more = ''): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: statics }
spec:
  duration: 4m
  cluster: { nodePools: [{ name: w, count: 2, zones: [a], capacity: { cpu: 2, memory: 4Gi } }, { name: other, count: 1, zones: [a] }] }
  kubelet: { cachedImages: ["*"] }
  staticPods: [{ nodePools: [w], manifests: [agent.yaml] }]
  ${more}
`;

function load(text: string, manifest: string) {
  const schemas = familySchemas(families);
  const readFile = (file: string) => ({ file, text: manifest });
  return expandJobs(loadScenario([{ file: 'test.yaml', text }], { families: schemas, readFile }), {
    families: schemas,
  })[0];
}

const run = (text: string, manifest = agent()): FinishedRun => runJob(load(text, manifest), { families, check: true });

const mirrors = (outcome: FinishedRun) => podsOf(outcome).filter(({ pod }) => pod.startsWith('agent-'));

describe('a static pod', () => {
  const outcome = run(head());

  it('has a mirror on each of its nodes, named after pod and node, that belongs to the node', () => {
    expect(
      mirrors(outcome).map(({ pod, node, owner_kind, owner, phase }) => [pod, node, owner_kind, owner, phase]),
    ).toEqual([
      ['agent-w-0', 'w-0', 'Node', 'w-0', 'Running'],
      ['agent-w-1', 'w-1', 'Node', 'w-1', 'Running'],
    ]);
    const { state } = outcome.world;
    const { metadata, spec, status } = podObject(state, state.findPod('kube-system', 'agent-w-0'));
    expect(metadata?.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'Node', name: 'w-0', uid: state.nodeUid(state.findNode('w-0')), controller: true },
    ]);
    const { annotations = {} } = metadata ?? {};
    expect(annotations['kubernetes.io/config.source']).toBe('file');
    expect(annotations['kubernetes.io/config.mirror']).toMatch(/^[0-9a-f]{32}$/);
    expect(annotations['kubernetes.io/config.mirror']).toBe(annotations['kubernetes.io/config.hash']);
    const other = podObject(state, state.findPod('kube-system', 'agent-w-1')).metadata?.annotations ?? {};
    expect(other['kubernetes.io/config.hash']).not.toBe(annotations['kubernetes.io/config.hash']);
    expect(spec?.nodeName).toBe('w-0');
    expect(spec?.tolerations).toEqual([{ operator: 'Exists', effect: 'NoExecute' }]);
    expect(status?.phase).toBe('Running');
  });

  it('was never scheduled', () => {
    expect(eventsOf(outcome, 'Scheduled')).toEqual([]);
    expect(outcome.world.gauges.created).toBe(2);
  });

  it('takes its part of the node for the scheduler', () => {
    const full = run(
      `${head()}---
apiVersion: v1
kind: Pod
metadata: { name: big }
spec: { nodeSelector: { kubernetes.io/hostname: w-0 }, containers: [{ name: a, image: a, resources: { requests: { cpu: 1500m } } }] }
`,
    );
    expect(podsOf(full).find(({ pod }) => pod === 'big')?.phase).toBe('Pending');
  });

  it('runs however long the API server takes', () => {
    const slow = run(head('controlPlane: { apiServer: { mutating: 100s } }'));
    const [first] = mirrors(slow);
    expect(first.created_seconds).toBeGreaterThan(100);
    const { containers, pods, machines } = slow.world.state;
    expect(containers.startedAt[pods.firstContainer[0]]).toBeLessThan(2e6);
    expect(machines.listening[0]).toBe(1);
  });
});

describe('a mirror that is deleted', () => {
  const of = (entry: string) => run(head(`timeline: [{ at: 1m, ${entry} }]`));

  it.each([
    ['with its grace', 'delete: { kind: Pod, namespace: kube-system, name: agent-w-0 }'],
    ['by a drain it is left alone', 'drain: { node: w-0, force: true }'],
  ])('%s', (how, entry) => {
    const outcome = of(entry);
    const all = mirrors(outcome).filter(({ pod }) => pod === 'agent-w-0');
    expect(outcome.world.kubectl.refusals).toEqual([]);
    const living = all.filter(({ finished_seconds }) => finished_seconds === null);
    expect(living.map(({ phase, restarts }) => [phase, restarts])).toEqual([['Running', 0]]);
    expect(all).toHaveLength(how.startsWith('by') ? 1 : 2);
    if (all.length === 2) {
      expect(all[0].finished_seconds).toBeLessThan(60.1);
      expect(living[0].created_seconds).toBeLessThan(60.1);
      expect(all[0].uid).not.toBe(all[1].uid);
    }
    // What runs did not notice.
    const { containers, pods, machines } = outcome.world.state;
    const row = outcome.world.state.findPod('kube-system', 'agent-w-0');
    expect(containers.startedAt[pods.firstContainer[row]]).toBeLessThan(2e6);
    expect(machines.listening[row]).toBe(1);
    expect(eventsOf(outcome, 'Killing')).toEqual([]);
  });
});

describe('a mirror that is changed', () => {
  it('stays what it is, and so does what runs', () => {
    const outcome = run(
      head('timeline: [{ at: 1m, label: { kind: Pod, namespace: kube-system, name: agent-w-0, labels: { a: b } } }]'),
    );
    expect(outcome.world.kubectl.refusals).toEqual([]);
    const { state } = outcome.world;
    const { metadata } = podObject(state, state.findPod('kube-system', 'agent-w-0'));
    expect([metadata?.labels?.['a'], metadata?.ownerReferences?.[0]?.kind]).toEqual(['b', 'Node']);
    expect(eventsOf(outcome, 'Killing')).toEqual([]);
  });
});

describe('a node that goes away', () => {
  it('starts its static pods again when it is back, behind the same mirror', () => {
    const outcome = run(head('timeline: [{ at: 30s, fault: { NodeCrash: { node: w-0, for: 60s } } }]'));
    const [mirror] = mirrors(outcome);
    expect([mirror.phase, mirror.restarts, mirrors(outcome).length]).toEqual(['Running', 1, 2]);
  });

  it('has not its mirror evicted by taints', () => {
    const outcome = run(
      head(
        'timeline: [{ at: 30s, fault: { NodeCrash: { node: w-0 } } }, { at: 1m, taint: { node: w-1, taints: ["k=v:NoExecute"] } }]',
      ).replace('4m', '8m'),
    );
    expect(mirrors(outcome).map(({ deleted_seconds }) => deleted_seconds)).toEqual([null, null]);
  });

  it('leaves no mirror behind when it is deleted', () => {
    const outcome = run(head('timeline: [{ at: 30s, delete: { kind: Node, name: w-0 } }]'));
    expect(
      mirrors(outcome)
        .filter(({ finished_seconds }) => finished_seconds === null)
        .map(({ pod }) => pod),
    ).toEqual(['agent-w-1']);
  });

  it('has them when it joins, with its pool', () => {
    const outcome = run(
      head(`timeline:
    - at: 30s
      apply: { apiVersion: v1, kind: Node, metadata: { name: w-2 }, status: { capacity: { cpu: 2, memory: 4Gi, pods: 110 } } }`),
    );
    expect(mirrors(outcome).map(({ pod, phase }) => [pod, phase])).toContainEqual(['agent-w-2', 'Running']);
  });
});

describe('admission by the node', () => {
  it('makes room for a static pod, whatever its priority, and takes none away from it', () => {
    // When w-2 joins, the pods that name it are there before its kubelet.
    const filler = (name: string, cpu: string): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { nodeName: w-0, containers: [{ name: a, image: a, resources: { requests: { cpu: ${cpu} } } }] }
`;
    const scenario = head('timeline: [{ at: 1m, fault: { NodeCrash: { node: w-0, for: 2s } } }]');
    // 1.9 cores can be had. What the static pod needs is admitted first again after the crash.
    const outcome = run(`${scenario}${filler('one', '700m')}${filler('two', '700m')}`, agent());
    const phases = Object.fromEntries(podsOf(outcome).map(({ pod, phase, reason }) => [pod, [phase, reason]]));
    expect(phases).toMatchObject({ 'agent-w-0': ['Running', ''], one: ['Running', ''], two: ['Running', ''] });
    const tight = run(`${scenario}${filler('one', '700m')}${filler('two', '800m')}`, agent());
    const refused = podsOf(tight).filter(({ reason }) => reason === 'OutOfcpu');
    expect(refused.map(({ pod }) => pod)).toEqual(['two']);
  });
});

describe('manifests that kubelets do not take', () => {
  const said = (text: string, manifest: string) => complaints(() => load(text, manifest));

  it.each([
    ['a Secret', agent(', envFrom: [{ secretRef: { name: s } }]'), 'static pods may not reference secrets'],
    [
      'a ConfigMap',
      agent(', env: [{ name: A, valueFrom: { configMapKeyRef: { name: s, key: k } } }]'),
      'static pods may not reference configmaps',
    ],
    [
      'another kind',
      'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80 }] }\n',
      'a kubelet reads Pods only, got Service',
    ],
  ])('%s', (_, manifest, message) => {
    expect(said(head(), manifest)).toContain(message);
  });

  it('nodes and pools that are not there', () => {
    expect(said(head().replace('nodePools: [w]', 'nodePools: [m]'), agent())).toBe(
      'test.yaml:8:30: spec.staticPods[0].nodePools[0]: there is no node pool "m" (did you mean "w"?)',
    );
    expect(said(head().replace('nodePools: [w]', 'nodes: [w-7]'), agent())).toContain(
      'spec.staticPods[0].nodes[0]: there is no node "w-7" (did you mean "w-0"?)',
    );
  });

  it('two of a name on one node', () => {
    const twice = head().replace(
      'manifests: [agent.yaml]',
      'manifests: [agent.yaml] }, { nodes: [w-1], manifests: [agent.yaml]',
    );
    expect(said(twice, agent())).toContain('a node has another static pod of this name, of agent.yaml:1');
  });
});

describe('a mirror pod in a dump', () => {
  const dump = `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: dump }
spec:
  duration: 1m
  timeline: [{ at: 30s, delete: { kind: Pod, name: etcd-w-0 } }]
  cluster: { nodePools: [{ name: w, count: 1, zones: [a] }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: etcd-w-0
  uid: 5b6c
  annotations: { kubernetes.io/config.mirror: "12", kubernetes.io/config.source: file }
  ownerReferences: [{ apiVersion: v1, kind: Node, name: w-0, uid: "77", controller: true }]
spec: { nodeName: w-0, containers: [{ name: a, image: a }] }
`;

  it('is the static pod of its node', () => {
    const outcome = runScenario(dump);
    expect(podsOf(outcome).map(({ pod, owner_kind, phase, restarts }) => [pod, owner_kind, phase, restarts])).toEqual([
      ['etcd-w-0', 'Node', 'Running', 0],
      ['etcd-w-0', 'Node', 'Running', 0],
    ]);
  });
});

describe('a mirror pod with no static pod behind it', () => {
  it('is deleted by the kubelet', () => {
    const outcome = run(
      head(`timeline:
    - at: 30s
      apply: { apiVersion: v1, kind: Pod, metadata: { name: fake, annotations: { kubernetes.io/config.mirror: x } }, spec: { nodeName: w-0, containers: [{ name: a, image: a }] } }`),
    );
    const fake = podsOf(outcome).find(({ pod }) => pod === 'fake');
    expect(fake?.finished_seconds).toBeLessThan(32);
  });
});

describe('the invariant', () => {
  it('notices a static pod without a mirror', () => {
    const { state } = run(head()).world;
    expect(mirrorViolation(state)).toBeUndefined();
    state.pods.alive[state.findPod('kube-system', 'agent-w-0')] = 0;
    expect(mirrorViolation(state)).toBe('the static pod kube-system/agent-w-0 has no mirror in a quiet cluster');
  });

  it('notices a mirror without a static pod, or without its node', () => {
    const { state } = run(head()).world;
    const row = state.findPod('kube-system', 'agent-w-1');
    state.pods.owner[row] = -1;
    expect(mirrorViolation(state)).toBe('the mirror pod kube-system/agent-w-1 does not belong to its node');
    state.pods.owner[row] = NODE_OWNER;
    state.pods.held.delete(row);
    expect(mirrorViolation(state)).toBe('no node runs the static pod of the mirror kube-system/agent-w-1');
  });
});

describe('a file of a static pod that changes in the run', () => {
  const slow = agent(', lifecycle: { preStop: { sleep: { seconds: 4 } } }').replace(
    'spec: {',
    'spec: { terminationGracePeriodSeconds: 20,',
  );
  const changed = (timeline: string, second: string): FinishedRun => {
    const schemas = familySchemas(families);
    const texts: Record<string, string> = { 'agent.yaml': slow, 'second.yaml': second };
    const readFile = (file: string) => ({ file, text: texts[file.split('/').at(-1) ?? ''] ?? '' });
    const text = head(`timeline: [${timeline}]`);
    const [job] = expandJobs(loadScenario([{ file: 'test.yaml', text }], { families: schemas, readFile }), {
      families: schemas,
    });
    return runJob(job, { families, check: true });
  };
  const v2 = slow.replace('image: agent', 'image: agent:2');
  const write = '{ at: 1m, staticPods: { nodes: [w-0], write: [second.yaml] } }';

  it('is another pod: the old one stops by its grace, then the new one starts, and has a mirror of its own', () => {
    const outcome = changed(write, v2);
    const mine = mirrors(outcome).filter(({ node }) => node === 'w-0');
    expect(mine.map(({ pod, phase }) => [pod, phase])).toEqual([
      ['agent-w-0', expect.any(String)],
      ['agent-w-0', 'Running'],
    ]);
    const [old, next] = mine;
    expect(next.uid).not.toBe(old.uid);
    // Its preStop hook sleeps for 4 s, and the process ends at SIGTERM.
    expect(next.started_seconds).toBeGreaterThan(64);
    expect(next.started_seconds).toBeLessThan(68);
    const { state } = outcome.world;
    const row = state.findPod('kube-system', 'agent-w-0');
    expect(podObject(state, row).spec?.containers[0].image).toBe('agent:2');
    expect(mirrors(outcome).filter(({ node }) => node === 'w-1')).toHaveLength(1);
    expect(mirrorViolation(state)).toBeUndefined();
    expect(eventsOf(outcome, 'Killing').map(({ name }) => name)).toEqual(['agent-w-0']);
  });

  it('with the same text is no change', () => {
    const outcome = changed(write, slow);
    expect(mirrors(outcome)).toHaveLength(2);
    expect(eventsOf(outcome, 'Killing')).toEqual([]);
  });

  it('that is removed stops the pod, and its mirror goes', () => {
    const outcome = changed('{ at: 1m, staticPods: { remove: [{ namespace: kube-system, name: agent }] } }', v2);
    expect(mirrors(outcome).map(({ deleted_seconds: at }) => at !== null && at > 64 && at < 68)).toEqual([true, true]);
    expect(mirrorViolation(outcome.world.state)).toBeUndefined();
  });

  it('twice at once ends with the last one', () => {
    const third = '{ at: 1m, staticPods: { nodes: [w-0], remove: [{ namespace: kube-system, name: agent }] } }';
    const outcome = changed(`${write}, ${third}, ${write}`, v2);
    const { state } = outcome.world;
    const row = state.findPod('kube-system', 'agent-w-0');
    expect(podObject(state, row).spec?.containers[0].image).toBe('agent:2');
    expect(mirrors(outcome).filter(({ node, deleted_seconds: at }) => node === 'w-0' && at === null)).toHaveLength(1);
  });

  it('is noticed by a kubelet that was stopped when it starts again', () => {
    const crash = '{ at: 50s, fault: { NodeCrash: { node: w-0, for: 30s } } }';
    const outcome = changed(`${crash}, ${write}`, v2);
    const { state } = outcome.world;
    const row = state.findPod('kube-system', 'agent-w-0');
    expect(podObject(state, row).spec?.containers[0].image).toBe('agent:2');
    expect(podObject(state, row).status?.phase).toBe('Running');
    expect(mirrorViolation(state)).toBeUndefined();
  });

  it('is another pod also where the machine stops before the old one has ended', () => {
    const outcome = changed(`${write}, { at: 62s, fault: { NodeCrash: { node: w-0, for: 30s } } }`, v2);
    const { state } = outcome.world;
    const row = state.findPod('kube-system', 'agent-w-0');
    expect(podObject(state, row).spec?.containers[0].image).toBe('agent:2');
    expect(podObject(state, row).status?.phase).toBe('Running');
    expect(mirrorViolation(state)).toBeUndefined();
  });

  it('names what there is', () => {
    expect(() =>
      changed('{ at: 1m, staticPods: { nodes: [w-9], remove: [{ namespace: kube-system, name: agnet }] } }', v2),
    ).toThrow(
      /there is no node "w-9".*there is no static pod "kube-system\/agnet" \(did you mean "kube-system\/agent"\?\)/s,
    );
    expect(() => changed('{ at: 1m, staticPods: { nodes: [w-0] } }', v2)).toThrow(/expected write or remove/);
  });
});
