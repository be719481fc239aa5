// etcd that is lost and restored: what was written since the snapshot is gone, what was deleted is back, and who hears of it.
import { describe, expect, it } from 'vitest';
import { EventRows } from '../../src/api/resources/event-rows.ts';
import { NodeReady } from '../../src/model/nodes.ts';
import type { NodeRow } from '../../src/model/rows.ts';
import { eventsOf, type FinishedRun, podsOf, runScenario, worldOf } from '../support/world-rig.ts';

const scenario = (restore: string): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: restore }
spec:
  duration: 8m
  interval: 5s
  kubelet: { cachedImages: ["*"] }
  controlPlane: { replicas: 3, zones: [a, b, c], processes: { restart: 2s } }
  cluster: { nodePools: [{ name: w, count: 3, zones: [a, b, c], capacity: { cpu: 4, memory: 8Gi } }] }
  timeline:
    - { at: 1m, snapshotSave: {} }
    - { at: 70s, scale: { deployment: web, replicas: 6 } }
    - { at: 80s, delete: { kind: Deployment, name: keep } }
    - { at: 3m, snapshotRestore: ${restore} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: "web:1" }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: keep }
spec:
  replicas: 2
  selector: { matchLabels: { app: keep } }
  template: { metadata: { labels: { app: keep } }, spec: { containers: [{ name: keep, image: "keep:1" }] } }
`;

const living = (run: FinishedRun, of: string): string[] =>
  podsOf(run)
    .filter(({ owner, deleted_seconds: deleted }) => owner.startsWith(`${of}-`) && deleted === null)
    .map(({ phase }) => phase);

describe('a restore with a bump of the revision', () => {
  const run = runScenario(scenario('{ bumpRevision: 1000000 }'));

  it('brings back what was deleted, and takes away what came later', () => {
    expect(living(run, 'web')).toEqual(['Running', 'Running', 'Running']);
    expect(living(run, 'keep')).toEqual(['Running', 'Running']);
  });

  it('goes on from a revision above all others', () => {
    expect(run.world.state.resourceVersion).toBeGreaterThan(1_000_000);
  });
});

describe('a restore without one', () => {
  const run = runScenario(scenario('{}'));

  it('leaves kubelets blind: pods that are back are bound, and nobody starts them', () => {
    expect(living(run, 'keep')).toEqual(['Pending', 'Pending']);
    expect(run.world.state.resourceVersion).toBeLessThan(1_000_000);
  });
});

it('without its snapshot nothing is restored', () => {
  const run = runScenario(scenario('{ name: other.db }'));
  expect(eventsOf(run).filter(({ reason }) => reason === 'ActionRefused')).toHaveLength(1);
  expect(living(run, 'web')).toHaveLength(6);
});

describe('what else a restore brings back', () => {
  const text = (restore: string): string =>
    scenario(restore).replace(
      '    - { at: 80s, delete: { kind: Deployment, name: keep } }',
      `    - { at: 80s, cordon: { node: w-1 } }
    - { at: 90s, taint: { node: w-2, taints: ["k=v:NoSchedule"] } }`,
    );
  const run = runScenario(text('{ bumpRevision: 1000000 }'));
  const { state } = run.world;

  it('cordons and taints of nodes are those of then', () => {
    const [one, two] = ['w-1', 'w-2'].map((name) => state.findNode(name));
    expect([state.nodes.unschedulable[one], state.nodes.taints[two]]).toEqual([0, state.nodes.taints[one]]);
  });

  it('events that came later are gone from the API, and stay in what is reported', () => {
    const [lost] = state.controlPlane.lostEvents;
    expect(lost.to).toBeGreaterThan(lost.from);
    const rows = new EventRows(run.world.api);
    const listed = [...rows.all()];
    expect(listed.some((row) => row >= lost.from && row < lost.to)).toBe(false);
    expect(listed.some((row) => row < lost.from)).toBe(true);
    expect(listed.some((row) => row >= lost.to)).toBe(true);
    expect(eventsOf(run, 'Scheduled').some(({ time_seconds }) => time_seconds > 70 && time_seconds < 180)).toBe(true);
  });
});

describe('endpoints', () => {
  const text = (restore: string): string => `${scenario(restore)}---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;

  it('are those of the snapshot, until the controller has looked at the pods', () => {
    const world = worldOf(text('{ bumpRevision: 1000000 }'));
    const { engine, state } = world;
    engine.run(170e6);
    const service = state.objects.find('Service', 'default', 'web');
    const count = (): number => state.endpoints.latest(service).slices.reduce((sum, { pods }) => sum + pods.length, 0);
    expect(count()).toBe(6);
    engine.run(183e6);
    expect(count()).toBe(3);
    engine.run(300e6);
    expect(count()).toBe(3);
  });

  it('are not heard of by proxies without a bump, until the revision has passed', () => {
    const { world } = runScenario(text('{}'));
    const { state, network } = world;
    const behind = network.proxies.cursor(0 as NodeRow) < state.endpoints.entries;
    expect(behind).toBe(state.resourceVersion <= state.controlPlane.blindUntilVersion);
  });
});

describe('nodes', () => {
  const pods = (replicas: number): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: big }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: big } }
  template:
    metadata: { labels: { app: big } }
    spec: { containers: [{ name: big, image: "big:1", resources: { requests: { cpu: 3 } } }] }
`;
  /** A pool that grows and shrinks with what the pods of `big` ask for. */
  const text = (replicas: number, saveAt: string, timeline: string): string =>
    scenario('{ bumpRevision: 1000000 }')
      .replace('duration: 8m', 'duration: 12m')
      .replace(
        'capacity: { cpu: 4, memory: 8Gi } }]',
        'capacity: { cpu: 4, memory: 8Gi } }, { name: g, count: 1, zones: [a], capacity: { cpu: 4, memory: 8Gi }, autoscaling: { min: 0, max: 3, boot: 10s, register: 1s } }]',
      )
      .replace(
        'spec:\n',
        'spec:\n  nodeAutoscaler: { cluster-autoscaler: { scaleDownUnneededTime: 30s, scaleDownDelayAfterAdd: 10s } }\n',
      )
      .replace('{ at: 1m, snapshotSave: {} }', `{ at: ${saveAt}, snapshotSave: {} }\n    - ${timeline}`) +
    pods(replicas);
  const alive = ({ state }: ReturnType<typeof worldOf>, name: string): boolean => {
    const node = state.findNode(name);
    return node >= 0 && state.nodes.alive[node] === 1;
  };

  it('that came since the snapshot are gone, and so is what ran there', () => {
    const world = worldOf(text(3, '1m', '{ at: 65s, scale: { deployment: big, replicas: 6 } }'));
    world.engine.run(170e6);
    const there = ['g-1', 'g-2'].filter((name) => alive(world, name));
    expect(there.length).toBeGreaterThan(0);
    world.engine.run(184e6);
    expect(there.filter((name) => alive(world, name))).toEqual([]);
    // Their kubelets registered when they started, and do not do so again.
    world.engine.run(12 * 60e6);
    expect(there.filter((name) => alive(world, name))).toEqual([]);
  });

  it('that went since are back, not Ready after their grace period, and deleted when the cloud is asked for their machine', () => {
    // The pods of web and keep need little: g-0 is not needed, and goes.
    const world = worldOf(text(0, '10s', '{ at: 11s, cordon: { node: g-0 } }'));
    world.engine.run(170e6);
    expect(alive(world, 'g-0')).toBe(false);
    world.engine.run(184e6);
    expect(alive(world, 'g-0')).toBe(true);
    const { nodes } = world.state;
    const row = world.state.findNode('g-0');
    // The cordon came later than the snapshot.
    expect([nodes.ready[row], nodes.unschedulable[row]]).toEqual([NodeReady.True, 0]);
    world.engine.run(12 * 60e6);
    expect(alive(world, 'g-0')).toBe(false);
  });
});
