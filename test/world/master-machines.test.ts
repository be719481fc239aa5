// Processes of the control plane and the machines and pods that they are: what ends one ends the other, and what starts it starts the other.
import { describe, expect, it } from 'vitest';
import { eventsOf, podsOf, runScenario, worldOf } from '../support/world-rig.ts';

const NODES = '[master-0, master-1, master-2]';
const text = (
  timeline: string,
  controlPlane = `replicas: 3, pods: { nodes: ${NODES} }`,
): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: masters }
spec:
  duration: 5m
  cluster: { nodePools: [{ name: master, count: 3, zones: [a, b, c] }, { name: w, count: 3, zones: [a, b, c] }] }
  controlPlane: { ${controlPlane} }
  kubelet: { cachedImages: ["*"] }
  timeline: [${timeline}]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: w }] }
`;

const fault = (at: string, name: string, args: string): string => `{ at: ${at}, fault: { ${name}: { ${args} } } }`;

const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

describe('a process that is killed', () => {
  const outcome = runScenario(text(fault('60s', 'ProcessSignal', 'process: kube-scheduler-master-1, signal: SIGKILL')));

  it('is a restarted container of its pod', () => {
    const rows = podsOf(outcome).filter(({ namespace }) => namespace === 'kube-system');
    expect(rows).toHaveLength(12);
    for (const { pod, restarts } of rows)
      expect([pod, restarts]).toEqual([pod, pod === 'kube-scheduler-master-1' ? 1 : 0]);
    const starts = eventsOf(outcome, 'Started').filter(({ name }) => name === 'kube-scheduler-master-1');
    expect(starts.map(({ time_seconds }) => Math.floor(time_seconds / 30))).toEqual([0, 2]);
  });

  it('runs again', () => {
    expect(outcome.world.processes.find('kube-scheduler-master-1')?.state).toBe('running');
  });

  it('waits longer each time, as the kubelet backs off', () => {
    const kills = [60, 80, 110].map((second) =>
      fault(`${second}s`, 'ProcessSignal', 'process: kube-scheduler-master-1'),
    );
    const again = runScenario(text(kills.join(', ')));
    const row = podsOf(again).find(({ pod }) => pod === 'kube-scheduler-master-1');
    expect(row?.restarts).toBe(3);
    expect(eventsOf(again, 'BackOff').length).toBeGreaterThan(0);
  });
});

describe('a container of a process', () => {
  it('takes the process with it when it crashes', () => {
    const crash = fault('60s', 'PodCrash', 'namespace: kube-system, pod: etcd-master-0, exitCode: 2');
    const world = worldOf(text(crash));
    world.engine.run(60.1e6);
    expect(world.processes.find('etcd-master-0')?.state).toBe('dead');
    world.engine.run(80e6);
    expect(world.processes.find('etcd-master-0')?.state).toBe('running');
  });

  it('is ended by its liveness probe when the process is stopped, and starts over', () => {
    const outcome = runScenario(
      text(fault('60s', 'ProcessSignal', 'process: kube-scheduler-master-1, signal: SIGSTOP')).replace('5m', '8m'),
    );
    expect(eventsOf(outcome, 'Unhealthy').length).toBeGreaterThan(0);
    const row = podsOf(outcome).find(({ pod }) => pod === 'kube-scheduler-master-1');
    expect(row?.restarts).toBe(1);
    expect(outcome.world.processes.find('kube-scheduler-master-1')?.state).toBe('running');
  });

  it('crashes again and again while its process is held, and starts at once when nobody holds it', () => {
    const world = worldOf(text(fault('60s', 'ProcessSignal', 'process: kube-scheduler-master-1, for: 90s')));
    world.engine.run(149e6);
    expect(world.processes.find('kube-scheduler-master-1')?.state).toBe('dead');
    world.engine.run(155e6);
    expect(world.processes.find('kube-scheduler-master-1')?.state).toBe('running');
  });
});

describe('a machine of the control plane', () => {
  it('takes its processes with it, and brings them back', () => {
    const world = worldOf(text(fault('60s', 'NodeCrash', 'node: master-1, for: 90s')));
    const states = () => COMPONENTS.map((one) => world.processes.find(`${one}-master-1`)?.state);
    world.engine.run(61e6);
    expect(states()).toEqual(['dead', 'dead', 'dead', 'dead']);
    world.engine.run(149e6);
    expect(states()).toEqual(['dead', 'dead', 'dead', 'dead']);
    world.engine.run(175e6);
    expect(states()).toEqual(['running', 'running', 'running', 'running']);
  });

  it('is the only one: it comes back by its own kubelet, which needs nobody', () => {
    const outcome = runScenario(
      text(fault('60s', 'NodeReboot', 'node: master-0, for: 60s'), 'pods: { nodes: [master-0] }'),
    );
    const { processes } = outcome.world;
    expect(processes.list.map(({ state }) => state)).toEqual(['running', 'running', 'running', 'running']);
    expect(outcome.world.measure.leaders.withoutUs('kube-scheduler', 0, 300e6)).toBeGreaterThan(60e6);
    expect(eventsOf(outcome, 'NodeNotReady')).toEqual([]);
    // kube-scheduler is there before an API server answers, and waits for one.
    const [, again] = outcome.world.measure.leaders.rows().filter(({ component }) => component === 'kube-scheduler');
    expect(again.from_seconds).toBeGreaterThan(122);
  });

  it('boots without an API server when all of them did', () => {
    const timeline = [0, 1, 2]
      .map((at) => fault(`${60 + at}s`, 'NodeReboot', `node: master-${at}, for: 60s`))
      .join(', ');
    const again = fault('100s', 'KubeletStop', 'node: master-2, for: 1s');
    const { world } = runScenario(text(`${timeline}, ${again}`));
    for (const { name, state } of world.processes.list) expect([name, state]).toEqual([name, 'running']);
    expect(podsOf({ world } as never).length).toBe(15);
  });
});

describe('a zone', () => {
  it.each([
    ['of nodes', `replicas: 3, pods: { nodes: ${NODES} }`, 'master-1'],
    ['of machines that are no nodes', 'replicas: 3, zones: [a, b, c]', 'cp2'],
  ])('takes the machines %s', (_, controlPlane, machine) => {
    const world = worldOf(text(fault('60s', 'ZoneOutage', 'zone: b, for: 60s'), controlPlane));
    const states = () => COMPONENTS.map((one) => world.processes.find(`${one}-${machine}`)?.state);
    world.engine.run(61e6);
    expect(states()).toEqual(['dead', 'dead', 'dead', 'dead']);
    const others = world.processes.list.filter((one) => one.machine !== machine);
    expect(others.every(({ state }) => state === 'running')).toBe(true);
    world.engine.run(160e6);
    expect(states()).toEqual(['running', 'running', 'running', 'running']);
  });
});

it('a machine is named by its processes', () => {
  const world = worldOf(text(fault('60s', 'ProcessSignal', 'machine: cp2, for: 60s'), 'replicas: 3'));
  world.engine.run(61e6);
  expect(world.processes.list.filter(({ state }) => state === 'dead').map(({ machine }) => machine)).toEqual(
    Array.from({ length: 4 }, () => 'cp2'),
  );
});
