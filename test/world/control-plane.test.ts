// Schedulers and controller managers that die, freeze, end in order and come back.
import { describe, expect, it } from 'vitest';
import { ApiClient } from '../../src/api/client.ts';
import { InputError } from '../../src/lib/errors.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { PodBit } from '../../src/model/pods.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { Resources } from '../../src/api/resources/resources.ts';
import type { World } from '../../src/world/build.ts';
import { eventsOf, jobOf, runScenario, worldOf } from '../support/world-rig.ts';

const text = (controlPlane: string, timeline: string, replicas = 6): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: masters }
spec:
  duration: 3m
  cluster: { nodePools: [{ name: w, count: 3 }] }
  controlPlane: { ${controlPlane} }
  kubelet: { cachedImages: ["*"] }
  timeline: [${timeline}]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: w }] }
`;

const fault = (at: string, args: string): string => `{ at: ${at}, fault: { ProcessSignal: { ${args} } } }`;
/** The same to both components. */
const both = (at: string, args: string): string =>
  ['kube-scheduler', 'kube-controller-manager']
    .map((component) => fault(at, `component: ${component}, ${args}`))
    .join(', ');
const SCALE = '{ at: 62s, scale: { deployment: web, replicas: 9 } }';

function alive({ state }: World): number {
  const { pods } = state;
  let count = 0;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow)
    if (pods.alive[pod] === 1 && (pods.state[pod] & PodBit.Deleting) === 0) count += 1;
  return count;
}

function leasesOf(world: World): Record<string, KubeObject> {
  const { engine, api } = world;
  const found: Record<string, KubeObject> = {};
  const resources = new Resources(new ApiClient(api, 'reader', { qps: Infinity, burst: 1 }));
  for (const name of ['kube-scheduler', 'kube-controller-manager']) {
    const metadata = { namespace: 'kube-system', name };
    const answer = resources.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata });
    engine.spawn(
      'reader',
      function* () {
        const got = yield* answer.wait();
        if ('object' in got) found[name] = got.object;
      }.call(undefined),
    );
  }
  engine.run(engine.now + 1e6);
  return found;
}

describe('two masters', () => {
  it('have one leader each, whose leases anybody can read', () => {
    const world = worldOf(text('replicas: 2', ''));
    world.engine.run(30e6);
    const leaders = world.processes.list
      .filter(({ leads, component }) => leads && component !== 'etcd')
      .map(({ component }) => component);
    expect(leaders.toSorted()).toEqual(['kube-controller-manager', 'kube-scheduler']);
    const leases = leasesOf(world);
    expect(leases['kube-scheduler'].spec).toMatchObject({ leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(alive(world)).toBe(6);
  });

  it('go on when the leaders are killed, after the leases have run out', () => {
    const outcome = runScenario(text('replicas: 2', `${both('60s', 'signal: SIGKILL, for: 1h')}, ${SCALE}`));
    const { world } = outcome;
    expect(alive(world)).toBe(9);
    const elected = eventsOf(outcome, 'LeaderElection').filter(({ message }) => message.endsWith('became leader'));
    const later = elected.filter(({ time_seconds }) => time_seconds > 60).map(({ time_seconds }) => time_seconds);
    expect(later).toHaveLength(2);
    expect(Math.min(...later)).toBeGreaterThan(73);
    expect(Math.max(...later)).toBeLessThan(84.5);
    const { leaders } = world.measure;
    for (const component of ['kube-scheduler', 'kube-controller-manager']) {
      expect(leaders.changes(component)).toBe(1);
      expect(leaders.withoutUs(component, 0, 180e6)).toBeGreaterThan(12e6);
    }
    expect(leasesOf(world)['kube-scheduler'].spec).toMatchObject({ leaseTransitions: 1 });
  });

  it('hand over at once when a scheduler ends in order, and a controller manager does not', () => {
    const { world } = runScenario(text('replicas: 2', `${both('60s', 'signal: SIGTERM, for: 1h')}, ${SCALE}`));
    expect(world.measure.leaders.withoutUs('kube-scheduler', 60e6, 120e6)).toBeLessThan(4.6e6);
    expect(world.measure.leaders.withoutUs('kube-controller-manager', 60e6, 120e6)).toBeGreaterThan(12e6);
  });

  it('both lead for ten seconds when the old leader wakes up, and both act', () => {
    const stop = fault('60s', 'component: kube-controller-manager, signal: SIGSTOP, for: 40s');
    const world = worldOf(text('replicas: 2, processes: { restart: 1h }', stop));
    const { engine, processes } = world;
    engine.run(99e6);
    const managers = processes.list.filter(({ component }) => component === 'kube-controller-manager');
    const states = (): string[] => managers.map(({ state, leads }) => `${state} ${String(leads)}`).toSorted();
    expect(states()).toEqual(['running true', 'stopped true']);
    engine.run(109e6);
    expect(states()).toEqual(['running true', 'running true']);
    engine.run(111e6);
    expect(states()).toEqual(['dead false', 'running true']);
    expect(alive(world)).toBe(6);
  });

  it('do not change their leader for a stop of eight seconds', () => {
    const { world } = runScenario(text('replicas: 2', `${both('60s', 'signal: SIGSTOP, for: 8s')}, ${SCALE}`));
    expect(world.measure.leaders.changes('kube-scheduler')).toBe(0);
    expect(alive(world)).toBe(9);
  });

  it('draw leaders again, and the same ones with the same seed', () => {
    const run = () => runScenario(text('replicas: 2', `${both('60s', 'which: any')}, ${SCALE}`)).digest;
    expect(run()).toBe(run());
  });
});

describe('one master', () => {
  it('has no lease, and comes back by itself knowing nothing', () => {
    const timeline = `${both('60s', 'which: all, signal: SIGKILL, for: 30s')}, ${SCALE}`;
    const outcome = runScenario(text('replicas: 1', timeline));
    expect(eventsOf(outcome, 'LeaderElection')).toEqual([]);
    expect(alive(outcome.world)).toBe(9);
    const { leaders } = outcome.world.measure;
    const seconds = (leaders.withoutUs('kube-scheduler', 0, 180e6) ?? 0) / 1e6;
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThan(34);
  });

  it('is no process where nothing can strike it', () => {
    expect(worldOf(text('replicas: 1', SCALE)).processes.list).toEqual([]);
  });

  it('comes back again and again without growing', () => {
    const kills = Array.from({ length: 20 }, (_, i) => both(`${10 + 8 * i}s`, 'which: all'));
    const outcome = runScenario(text('replicas: 1, processes: { restart: 1s }', kills.join(', ')));
    expect(alive(outcome.world)).toBe(6);
    expect(outcome.world.api.inflight).toBeLessThan(20);
  });
});

it('what is no process is bad input', () => {
  const job = text('replicas: 2', fault('60s', 'process: kube-scheduler-cp3'));
  expect(() => worldOf(job)).toThrow(InputError);
  expect(() => worldOf(job)).toThrow(/there is no process "kube-scheduler-cp3" \(did you mean "kube-scheduler-cp/);
  expect(() => jobOf(text('replicas: 2, leaderElection: { leaseDuration: 5s }', ''))).toThrow(
    /must be longer than renewDeadline/,
  );
});
