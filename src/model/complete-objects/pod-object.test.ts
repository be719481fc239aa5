// The readable view of a row is a complete object: the API server's own rules accept it.
import { describe, expect, it } from 'vitest';
import { rig, template } from '../../../test/support/cluster-rig.ts';
import { nodeObject } from './node-object.ts';
import { podObject } from './pod-object.ts';
import type { NodeRow, PodRow } from '../rows.ts';

describe('a pod', () => {
  it('is what kubectl would show, before and after it runs', () => {
    const one = rig({});
    one.pod('a', template(['example/x:1'], {}, { resources: { requests: { cpu: '250m', memory: '64Mi' } } }), 'node-0');
    one.engine.run(0);
    expect(podObject(one.state, 0 as PodRow)).toMatchObject({
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'default', labels: { app: 'a' }, resourceVersion: '1' },
      spec: { nodeName: 'node-0', containers: [{ name: 'c0', image: 'example/x:1' }] },
      status: {
        phase: 'Pending',
        qosClass: 'Burstable',
        containerStatuses: [{ ready: false, state: { waiting: { reason: 'ContainerCreating' } } }],
      },
    });
    one.engine.run(60e6);
    const running = podObject(one.state, 0 as PodRow);
    expect(running.status?.phase).toBe('Running');
    expect(running.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ]);
    expect(running.status?.containerStatuses?.[0]?.state).toEqual({ running: { startedAt: '2026-01-01T00:00:00Z' } });
  });

  it('that is being deleted says when it will be killed', () => {
    const one = rig({});
    one.pod('a', template(['x'], { terminationGracePeriodSeconds: 40 }), 'node-0');
    one.engine.run(10e6);
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0]);
    one.engine.run(11e6);
    expect(podObject(one.state, 0 as PodRow).metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:50Z',
      deletionGracePeriodSeconds: 40,
    });
  });
});

it('a node shows its labels, allocatable and condition', () => {
  const { state } = rig({});
  expect(nodeObject(state, 0 as NodeRow)).toMatchObject({
    metadata: { name: 'node-0', labels: { 'topology.kubernetes.io/zone': 'a', 'kubernetes.io/hostname': 'node-0' } },
    status: {
      allocatable: { cpu: '4', memory: '16Gi', pods: '10' },
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'DiskPressure' },
        { type: 'Ready', status: 'True' },
      ],
    },
  });
});
