// The database of etcd that becomes full: writes are refused, what runs goes on, and operators make room.
import { describe, expect, it } from 'vitest';
import { eventsOf, runScenario } from '../support/world-rig.ts';

const text = (timeline: string, quota = '400kB', extra = ''): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: full }
spec:
  duration: 20m
  cluster: { nodePools: [{ name: w, count: 3 }] }
  controlPlane: { replicas: 3, etcd: { quota: ${quota}, compaction: 1m } }
  kubelet: { cachedImages: ["*"] }
  timeline: [${timeline}]
  ${extra}
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

describe('a database', () => {
  it('with the usual quota only grows, and old versions make room', () => {
    const { world } = runScenario(text('', '2GiB'));
    const sizes = world.measure.etcd?.rows ?? [];
    const last = sizes.at(-1);
    expect(last?.alarm_nospace).toBe(0);
    expect(last?.database_size_bytes).toBeGreaterThan(10_000);
    expect(last?.database_in_use_bytes).toBeLessThan(last?.database_size_bytes ?? 0);
    const all = sizes.map((row) => row.database_size_bytes);
    expect(all).toEqual(all.toSorted((a, b) => a - b));
  });

  it('that is full raises its alarm, refuses writes, and takes them again after room was made and the alarm disarmed', () => {
    const timeline = [
      '{ at: 10m, scale: { deployment: web, replicas: 5 } }',
      '{ at: 11m, alarmDisarm: {} }',
      '{ at: 12m, defragment: {} }',
      '{ at: 13m, alarmDisarm: {} }',
      '{ at: 16m, scale: { deployment: web, replicas: 4 } }',
    ].join(', ');
    const outcome = runScenario(text(timeline, '120kB'));
    const alarms = eventsOf(outcome, 'AlarmActivated').map(({ time_seconds }) => time_seconds);
    expect(alarms.length).toBeGreaterThanOrEqual(1);
    expect(alarms[0]).toBeLessThan(600);
    const [refused] = eventsOf(outcome, 'ActionRefused');
    expect(refused.message).toContain('etcdserver: mvcc: database space exceeded');
    expect(eventsOf(outcome, 'Defragmented')).toHaveLength(1);
    const { measure, state } = outcome.world;
    expect(measure.etcd?.fullUs).toBeGreaterThan(60e6);
    const row = state.objects.find('Deployment', 'default', 'web');
    expect(state.objects.get(row)?.spec).toMatchObject({ replicas: 4 });
    // Who runs runs on.
    expect(eventsOf(outcome, 'Killing').length).toBe(0);
  });
});

it('operators of an etcd without members are refused', () => {
  const outcome = runScenario(text('{ at: 1m, alarmDisarm: {} }'));
  expect(eventsOf(outcome, 'ActionRefused')).toEqual([]);
});
