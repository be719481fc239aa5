// Databases in whole clusters: one primary at a time, whoever fails, and clients that follow its label.
import { describe, expect, it } from 'vitest';
import type { World } from '../../src/world/build.ts';
import { eventsOf, runScenario, worldOf } from '../support/world-rig.ts';

const scenario = (timeline: string, more = ''): string => `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: databases }
spec:
  duration: 4m
  interval: 10s
  cluster: { nodePools: [{ name: node, count: 4 }] }
  kubelet: { cachedImages: ["*"] }
  behaviors:
    - image: postgres
      startup: 2s
      requests: { service: 5ms, concurrency: 50 }
      database: { failover: 20s, promotion: 2s, replication: { lag: 200ms } }
  traffic:
    - { name: writers, to: rw, write: true, arrivals: { constant: { rate: 20/s } }, start: 30s, timeout: 1s }
    - { name: readers, to: ro, arrivals: { constant: { rate: 20/s } }, start: 30s, timeout: 1s }
  timeline:
    ${timeline}
  ${more}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 3
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { terminationGracePeriodSeconds: 5, containers: [{ name: postgres, image: "postgres:16", readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 2 } }] }
---
{ apiVersion: v1, kind: Service, metadata: { name: rw }, spec: { selector: { app: db, role: primary }, ports: [{ port: 5432 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: ro }, spec: { selector: { app: db, role: replica }, ports: [{ port: 5432 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: db }, spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 5432 }] } }
`;

/** Runs it, and sees that no two pods are the primary at any commit. */
function runOf(timeline: string, more = '') {
  const run = runScenario(scenario(timeline, more));
  const { rows } = run.world.measure.databases;
  const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return {
    run,
    rows,
    primaries: [...new Set(rows.map(({ primary }) => primary))],
    failovers: sum((row) => row.failovers),
    lost: sum((row) => row.lost_writes),
    readOnly: sum((row) => row.read_only_errors),
    without: sum((row) => row.without_primary_seconds),
    errors: (service: string, from: number, to: number) =>
      run.world.measure.services
        .filter((row) => row.service === service && row.time_seconds > from && row.time_seconds <= to)
        .reduce((all, { errors }) => all + errors, 0),
  };
}

function primariesNow({ state: { pods, classes } }: World): number {
  let count = 0;
  for (let pod = 0; pod < pods.length; pod += 1)
    if (pods.alive[pod] === 1 && classes.get(pods.podClass[pod]).labels['role'] === 'primary') count += 1;
  return count;
}

describe('the operator', () => {
  it('makes the first pod the primary, and the others replicas', () => {
    const { primaries, failovers, without, errors } = runOf('[]');
    expect(primaries).toEqual(['db-0']);
    expect({ failovers, without }).toEqual({ failovers: 0, without: 0 });
    expect(errors('rw', 0, 240) + errors('ro', 0, 240)).toBe(0);
  });

  it('waits for a process that comes back in time', () => {
    const { primaries, failovers, lost, without } = runOf('- { at: 1m, fault: { PodCrash: { pod: db-0 } } }');
    expect(primaries).toEqual(['db-0']);
    expect({ failovers, lost }).toEqual({ failovers: 0, lost: 0 });
    expect(without).toBeGreaterThan(1.9);
    expect(without).toBeLessThan(8);
  });

  it('replaces one whose machine dies after `failover` and `promotion`; what replicas had not seen is lost', () => {
    const { run, primaries, failovers, lost, without, errors } = runOf(
      '- { at: 1m, fault: { NodeCrash: { node: node-0 } } }',
    );
    expect(run.world.state.podName(0 as never)).toBe('db-0');
    expect(primaries).toEqual(['db-0', 'db-1']);
    // 20 writes a second, of the last 0.2 s.
    expect({ failovers, lost }).toEqual({ failovers: 1, lost: 4 });
    expect(without).toBeCloseTo(22, 1);
    expect(errors('rw', 90, 240)).toBe(0);
    expect(eventsOf(run, 'Promoted')).toHaveLength(1);
  });

  it('hands over at once when the primary is deleted, and loses nothing', () => {
    const { primaries, failovers, lost, without, errors } = runOf('- { at: 1m, delete: { kind: Pod, name: db-0 } }');
    expect(primaries).toEqual(['db-0', 'db-1']);
    expect({ failovers, lost }).toEqual({ failovers: 1, lost: 0 });
    expect(without).toBeGreaterThan(2);
    expect(without).toBeLessThan(2.2);
    // Two seconds of 20 writes, and the way of two changes through slices and proxies.
    expect(errors('rw', 60, 240)).toBeLessThan(75);
    expect(errors('ro', 90, 240)).toBe(0);
  });

  it('hands over from pod to pod in a rolling update', () => {
    const { run, failovers, lost, errors } = runOf('- { at: 1m, rolloutRestart: { kind: StatefulSet, name: db } }');
    expect(failovers).toBe(1);
    expect(lost).toBe(0);
    expect(eventsOf(run, 'Promoted')).toHaveLength(1);
    expect(errors('rw', 150, 240)).toBe(0);
  });

  it('replaces one that is cut off', () => {
    const { failovers, primaries } = runOf(
      '- { at: 1m, fault: { NetworkPartition: { from: { nodes: [node-0] }, to: { controlPlane: true }, for: 2m } } }',
    );
    expect(failovers).toBe(1);
    expect(primaries).toEqual(['db-0', 'db-1']);
  });

  it('never has two primaries, whatever fails', () => {
    const world = worldOf(
      scenario(
        '- { at: 1m, fault: { NodeCrash: { node: node-0, for: 20500ms } } }',
        'faults: [{ fault: { PodCrash: { count: 1 } }, every: { exponential: { mean: 7s } }, from: 70s }]',
      ),
    );
    let most = 0;
    world.api.podCommits.push(() => {
      most = Math.max(most, primariesNow(world));
    });
    world.engine.run(240e6);
    expect(most).toBe(1);
    expect(world.traffic.databases?.all[0].failovers).toBeGreaterThan(0);
  });
});

describe('writes', () => {
  it('that go to replicas are answered with errors', () => {
    const text = scenario('[]').replace('to: rw, write: true', 'to: ro, write: true');
    const run = runScenario(text);
    const { rows } = run.world.measure.databases;
    const refused = rows.reduce((all, { read_only_errors }) => all + read_only_errors, 0);
    expect(refused).toBeGreaterThan(4000);
    expect(rows.every(({ writes }) => writes === 0)).toBe(true);
  });
});
