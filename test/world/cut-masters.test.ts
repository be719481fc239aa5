// Partitions that reach machines of the control plane: the minority steps down and serves nobody, the majority goes on.
import { describe, expect, it } from 'vitest';
import { eventsOf, podsOf, runScenario, worldOf } from '../support/world-rig.ts';

const text = (timeline: string, duration = '6m'): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: cut }
spec:
  duration: ${duration}
  cluster: { nodePools: [{ name: w, count: 6, zones: [a, b, c] }] }
  controlPlane: { replicas: 3, zones: [a, b, c] }
  kubelet: { cachedImages: ["*"] }
  timeline: [${timeline}]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 6
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: w }] }
`;

const cut = (at: string, side: string, length: string): string =>
  `{ at: ${at}, fault: { NetworkPartition: { from: { ${side} }, for: ${length} } } }`;
const etcdLeader = (world: ReturnType<typeof worldOf>): string =>
  world.processes.list.find(({ component, leads }) => component === 'etcd' && leads)?.machine ?? '';

describe('a machine that is cut off', () => {
  it('whose member of etcd leads loses the lead within two seconds, and follows again when it is back', () => {
    const first = worldOf(text(''));
    first.engine.run(59e6);
    const machine = etcdLeader(first);
    const outcome = runScenario(text(cut('60s', `nodes: [${machine}]`, '60s')));
    const elected = eventsOf(outcome, 'LeaderElected').filter(({ time_seconds }) => time_seconds > 60);
    expect(elected).toHaveLength(1);
    expect(elected[0].time_seconds).toBeLessThan(62.1);
    expect(outcome.world.state.controlPlane.leaderChanges).toBe(1);
    expect(etcdLeader(outcome.world)).not.toBe(machine);
    // The others serve all nodes.
    expect(eventsOf(outcome, 'NodeNotReady')).toEqual([]);
  });

  it('loses its leases to machines of the majority', () => {
    const first = worldOf(text(''));
    first.engine.run(59e6);
    const machine = first.processes.list.find(
      ({ component, leads }) => component === 'kube-scheduler' && leads,
    )?.machine;
    const scale = '{ at: 90s, scale: { deployment: web, replicas: 8 } }';
    const outcome = runScenario(text(`${cut('60s', `nodes: [${machine ?? ''}]`, '2m')}, ${scale}`));
    // Its successor's API server may still ask the member that is cut off, and it loses the lease as well.
    expect(outcome.world.measure.leaders.changes('kube-scheduler')).toBeGreaterThanOrEqual(1);
    const without = outcome.world.measure.leaders.withoutUs('kube-scheduler', 60e6, 180e6) ?? 0;
    expect(without).toBeLessThan(45e6);
    expect(podsOf(outcome).filter(({ phase }) => phase === 'Running')).toHaveLength(8);
  });
});

describe('a zone that is cut off', () => {
  it('has its nodes given up by the majority', () => {
    const outcome = runScenario(text(cut('60s', 'zone: b', '3m')));
    const lost = new Set(eventsOf(outcome, 'NodeNotReady').flatMap(({ name }) => (name.startsWith('w-') ? name : [])));
    expect([...lost].toSorted()).toEqual(['w-1', 'w-4']);
  });
});

it('three zones that are cut from each other serve nobody, and all is well again when they are back', () => {
  const zones = [cut('60s', 'zone: a', '90s'), cut('60s', 'zone: b', '90s')].join(', ');
  const outcome = runScenario(text(zones));
  const { state } = outcome.world;
  expect(state.controlPlane.withoutQuorumUs).toBeGreaterThan(85e6);
  expect(state.controlPlane.withoutQuorumUs).toBeLessThan(97e6);
  expect(podsOf(outcome).filter(({ phase }) => phase === 'Running')).toHaveLength(6);
});

describe('expired certificates', () => {
  const expired = (component: string): string =>
    `{ at: 60s, fault: { ServerCertificateExpired: { component: ${component}, for: 2m } } }`;
  const kill = (at: string, component: string): string =>
    `{ at: ${at}, fault: { ProcessSignal: { component: ${component}, which: all } } }`;
  const scale = '{ at: 70s, scale: { deployment: web, replicas: 8 } }';

  it('of API servers are not noticed while connections stay', () => {
    const outcome = runScenario(text(`${expired('kube-apiserver')}, ${scale}`));
    expect(eventsOf(outcome, 'ActionRefused')).toEqual([]);
    expect(podsOf(outcome).filter(({ phase }) => phase === 'Running')).toHaveLength(8);
  });

  it('keep processes away that were started again, until they are renewed', () => {
    const outcome = runScenario(text(`${expired('kube-apiserver')}, ${kill('65s', 'kube-scheduler')}, ${scale}`));
    const ready = podsOf(outcome).flatMap(({ ready_seconds: at }) => (at !== null && at > 70 ? at : []));
    expect(ready).toHaveLength(2);
    expect(Math.min(...ready)).toBeGreaterThan(180);
  });

  it('of a member of etcd that is restarted isolate it', () => {
    const restart =
      '{ at: 70s, fault: { ProcessSignal: { process: etcd-cp1 } } }, { at: 90s, fault: { ProcessSignal: { process: etcd-cp2, for: 30s } } }';
    const outcome = runScenario(text(`${expired('etcd')}, ${restart}`));
    // Two of three are there, and do not form a quorum.
    expect(outcome.world.state.controlPlane.withoutQuorumUs).toBeGreaterThan(80e6);
    expect(outcome.world.state.controlPlane.lostQuorumUs).toBe(-1);
  });
});

it('a slow disk of the leader deposes it, and one of a follower does not', () => {
  const slow = (which: string): string =>
    `{ at: 60s, fault: { EtcdSlowDisk: { which: ${which}, extra: 2s, for: 30s } } }, { at: 61s, scale: { deployment: web, replicas: 8 } }`;
  const leader = runScenario(text(slow('leader')));
  expect(leader.world.state.controlPlane.leaderChanges).toBe(1);
  const any = worldOf(text(''));
  any.engine.run(59e6);
  const follower = ['cp1', 'cp2', 'cp3'].find((machine) => machine !== etcdLeader(any)) ?? '';
  const one = runScenario(text(slow('leader').replace('which: leader', `process: etcd-${follower}`)));
  expect(one.world.state.controlPlane.leaderChanges).toBe(0);
});
