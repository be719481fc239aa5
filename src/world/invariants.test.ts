// Each invariant with a planted violation that it must catch, and a run without one.
import { describe, expect, it } from 'vitest';
import { idealApi, type Rig, rig, template } from '../../test/support/cluster-rig.ts';
import { InvariantError } from '../lib/assert.ts';
import { Change } from '../model/change-log.ts';
import { EndpointBit } from '../model/endpoints.ts';
import { PodBit, PodPhase } from '../model/pods.ts';
import type { KubeObject } from '../model/object-store.ts';
import { Invariants } from './invariants.ts';
import { sliceOf } from '../../test/support/slices.ts';
import type { NodeRow, ObjectRow, PodRow } from '../model/rows.ts';

function watched(
  options: Parameters<typeof rig>[0] = {},
  conserved: () => void = () => undefined,
  idle: () => boolean = () => true,
  works: () => boolean = () => true,
): Rig & { invariants: Invariants } {
  const one = rig(options);
  return { ...one, invariants: new Invariants(one.engine, one.api, one.kubelets.admitted, conserved, idle, works) };
}

/** A ReplicaSet that wants `replicas` and says that it has them. */
function replicaSet(one: Rig, replicas: number, kind = 'ReplicaSet'): number {
  const status = { replicas, readyReplicas: replicas };
  const metadata = { name: 'web', namespace: 'default', resourceVersion: '0' };
  return one.state.objects.add(
    { apiVersion: kind === 'ReplicaSet' ? 'apps/v1' : 'v1', kind, metadata, spec: { replicas }, status },
    -1,
    0,
  );
}

describe('without a violation', () => {
  it('says nothing for an hour', () => {
    const one = watched({ nodes: 3 });
    for (const name of ['a', 'b', 'c']) one.pod(name, template(['x']), 'node-1');
    one.engine.run(3600e6);
    expect(one.state.pods.count).toBe(3);
  });
});

describe('not yet quiet', () => {
  it('while a request is on its way for minutes', () => {
    const one = watched({ api: { ...idealApi, etcdCommit: { type: 'constant', value: 300e6 } } });
    replicaSet(one, 2);
    one.client.createPod(one.client.podClass('default', template(['x'])).id, -1, 'a');
    one.engine.run(329e6);
    expect(() => one.engine.run(336e6)).toThrow(/in a quiet cluster/);
  });

  it('while a watch has not delivered', () => {
    const one = watched({ api: { ...idealApi, watchDelivery: { type: 'constant', value: 300e6 } } });
    replicaSet(one, 2);
    one.api.watchPods();
    one.client.createPod(one.client.podClass('default', template(['x'])).id, -1, 'a');
    one.engine.run(324e6);
    expect(() => one.engine.run(326e6)).toThrow(/in a quiet cluster/);
  });

  it('while a controller has work to do, or to do again', () => {
    const one = watched({}, undefined, () => one.engine.now >= 300e6);
    replicaSet(one, 2);
    one.engine.run(324e6);
    expect(() => one.engine.run(326e6)).toThrow(/at 325 s: ReplicaSet web says 2 replicas in a quiet cluster/);
  });
});

describe('caught', () => {
  it('a pod that runs on two nodes', () => {
    const one = watched({ nodes: 2 });
    one.pod('twin', template(['x']), 'node-0');
    one.pod('other', template(['x']), 'node-1');
    one.engine.run(1e6);
    one.state.pods.identity[1] = one.state.pods.identity[0];
    expect(() => one.engine.run(60e6)).toThrow(/at 5 s: pod default\/twin runs on node-0 and on node-1/);
  });

  it('an autoscaler that wants more than it may', () => {
    const one = watched();
    const metadata = { name: 'web', namespace: 'default', resourceVersion: '0' };
    const spec = { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 5 };
    const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec };
    const wanting = (desiredReplicas: number) => {
      const row = one.state.objects.find('HorizontalPodAutoscaler', 'default', 'web');
      const { metadata: now = metadata } = one.state.objects.get(row) ?? {};
      one.client.updateStatus(row, { ...autoscaler, metadata: now, status: { desiredReplicas } });
      one.engine.run(one.engine.now + 1e6);
    };
    one.client.create(autoscaler);
    one.engine.run(1e6);
    for (const desired of [0, 2, 5]) wanting(desired);
    expect(() => wanting(6)).toThrow(/at 4 s: HorizontalPodAutoscaler web wants 6 replicas, of 2 to 5/);
  });

  it('a Job that counts a success twice', () => {
    const one = watched();
    const job = (succeeded: number): KubeObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'sum', namespace: 'default', resourceVersion: '0' },
      spec: { completions: 3, template: {} },
      status: { succeeded },
    });
    const row = one.state.objects.add(job(0), -1, 0);
    const { id } = one.client.podClass('default', template(['x']));
    for (const index of [0, 1, 1]) one.client.createJobPod(id, row, { index });
    one.engine.run(1e6);
    for (const pod of [0, 1, 2] as PodRow[]) {
      const mask = PodBit.PhaseMask;
      one.client.patchPodStatus({ pod, epoch: one.state.pods.epoch[pod], mask, bits: PodPhase.Succeeded });
    }
    one.engine.run(2e6);
    one.state.objects.set(row, job(2));
    expect(() => one.engine.run(20e6)).not.toThrow();
    one.state.objects.set(row, job(3));
    expect(() => one.engine.run(40e6)).toThrow('Job sum has counted 3 successes, and 2 there were');
  });

  it('two living pods of one name', () => {
    const one = watched();
    for (const name of ['one', 'two'])
      one.client.createPod(one.client.podClass('default', template(['x'])).id, -1, name);
    one.engine.run(1e6);
    one.state.pods.identity[1] = one.state.pods.identity[0];
    expect(() => one.engine.run(60e6)).toThrow(/at 5 s: two living pods are named default\/one/);
  });

  it('a kubelet that admitted more than the node has', () => {
    const one = watched();
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(4e6);
    one.kubelets.admitted.cpuMilli[0] += 4001;
    expect(() => one.engine.run(60e6)).toThrow(/the kubelet of node-0 admitted 4001m cpu of 4000m/);
  });

  it('a resource version that falls', () => {
    const one = watched();
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(4e6);
    one.state.resourceVersion = 1;
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0]);
    expect(() => one.engine.run(60e6)).toThrow(/pod a got resource version 2 after 3/);
  });

  it('a terminal pod that runs again', () => {
    const one = watched();
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(4e6);
    one.state.pods.state[0] |= PodPhase.Failed;
    one.api.changes.podChanged(0 as PodRow, Change.Status);
    one.state.pods.state[0] &= ~PodPhase.Succeeded;
    expect(() => one.api.changes.podChanged(0 as PodRow, Change.Status)).toThrow(
      /the phase of pod a moved from 3 to 1/,
    );
  });

  it('a terminal pod that comes back', () => {
    const one = watched();
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(4e6);
    one.state.pods.state[0] = PodPhase.Failed;
    one.api.changes.podChanged(0 as PodRow, Change.Status);
    one.state.pods.state[0] = PodPhase.Succeeded;
    expect(() => one.api.changes.podChanged(0 as PodRow, Change.Status)).toThrow(/moved from 3 to 2/);
  });

  it('a pod that outlives its owner', () => {
    const one = watched();
    const owner = replicaSet(one, 1) as ObjectRow;
    one.client.createPod(one.client.podClass('default', template(['x'], { nodeName: 'node-0' })).id, owner);
    one.engine.run(10e6);
    one.state.objects.remove(owner);
    expect(() => one.engine.run(600e6)).toThrow(/has been without its owner for 305 s/);
  });

  it('a pod that outlives its owner, but for the time in which no controller manager runs', () => {
    let runs = false;
    const one: ReturnType<typeof watched> = watched({}, undefined, undefined, () => runs);
    const owner = replicaSet(one, 1) as ObjectRow;
    one.client.createPod(one.client.podClass('default', template(['x'], { nodeName: 'node-0' })).id, owner);
    one.engine.run(10e6);
    one.state.objects.remove(owner);
    one.engine.run(600e6);
    runs = true;
    expect(() => one.engine.run(1200e6)).toThrow(/has been without its owner for 305 s/);
    expect(one.engine.now).toBeGreaterThan(900e6);
  });

  it('a pod that stays on a node that is gone', () => {
    const one = watched();
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(10e6);
    one.state.nodes.remove(0 as NodeRow, one.engine.now);
    one.api.changes.nodeChanged(0 as NodeRow, Change.Removed);
    expect(() => one.engine.run(600e6)).toThrow(/pod a has been on node node-0, which is gone, for 365 s/);
  });

  const stored = (kind: string, name: string, more: object) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, resourceVersion: '0' },
    ...more,
  });

  it('a volume of two claims', () => {
    const one = watched();
    for (const name of ['mine', 'yours']) {
      const bound = { spec: { volumeName: 'v' }, status: { phase: 'Bound' } };
      one.state.objects.add(stored('PersistentVolumeClaim', name, bound), -1, 0);
    }
    expect(() => one.engine.run(60e6)).toThrow(/volume v is bound to claim mine and to claim yours/);
  });

  it('a volume for one node that is attached to two', () => {
    const one = watched({ nodes: 2 });
    for (const mode of ['ReadWriteMany', 'ReadWriteOnce']) {
      one.state.objects.add(stored('PersistentVolume', mode, { spec: { accessModes: [mode] } }), -1, 0);
      for (const nodeName of ['node-0', 'node-1']) {
        const spec = { nodeName, source: { persistentVolumeName: mode } };
        const attached = stored('VolumeAttachment', `${mode}-${nodeName}`, { spec, status: { attached: true } });
        one.state.objects.add(attached, -1, 0);
      }
    }
    expect(() => one.engine.run(60e6)).toThrow(/volume ReadWriteOnce for one node is attached to node-0 and to node-1/);
  });

  it('requests that are lost', () => {
    const one = watched({}, () => {
      throw new InvariantError('one request is missing');
    });
    expect(() => one.engine.run(60e6)).toThrow('one request is missing');
  });

  it.each(['ReplicaSet', 'ReplicationController'])('a %s that is quiet and wrong', (kind) => {
    const one = watched();
    replicaSet(one, 2, kind);
    expect(() => one.engine.run(600e6)).toThrow(`${kind} web says 2 replicas in a quiet cluster, 0 are there`);
  });

  it.each([
    [{ replicas: 1 }, 'Deployment shop says 1 replicas in a quiet cluster, 0 are there'],
    [{ readyReplicas: 2 }, 'Deployment shop says 2 ready in a quiet cluster, 0 are'],
  ])('a Deployment that is quiet and wrong: %o', (status, alarm) => {
    const one = watched();
    const deployment = (says: object): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop', namespace: 'default', resourceVersion: '0' },
      spec: { replicas: 0 },
      status: says,
    });
    const row = one.state.objects.add(deployment({}), -1, 0);
    expect(() => one.engine.run(120e6)).not.toThrow();
    one.state.objects.set(row, deployment(status));
    expect(() => one.engine.run(240e6)).toThrow(alarm);
  });

  it('an endpoint that is not as ready as its pod; one of publishNotReadyAddresses always is', () => {
    const alarm = /of Service web is not as ready as its pod/;
    for (const [publishNotReadyAddresses, flags, wrong] of [
      [false, 0, false],
      [false, EndpointBit.Ready, true],
      [true, 0, true],
      [true, EndpointBit.Ready, false],
    ] as const) {
      const one = watched();
      // Without a node it never is Ready.
      one.client.createPod(one.client.podClass('default', template(['x'])).id, -1, 'a');
      const metadata = { name: 'web', namespace: 'default', resourceVersion: '0' };
      const service = one.state.objects.add(
        { apiVersion: 'v1', kind: 'Service', metadata, spec: { publishNotReadyAddresses } },
        -1,
        0,
      );
      one.engine.run(1e6);
      const epochs = [one.state.pods.epoch[0]];
      one.state.endpoints.commit(service, sliceOf({ pods: [0], epochs, nodes: [-1], flags: [flags] }), 1, 0);
      if (wrong) expect(() => one.engine.run(600e6)).toThrow(alarm);
      else one.engine.run(600e6);
    }
  });

  it('an endpoint that is a dead pod', () => {
    const one = watched();
    const metadata = { name: 'web', namespace: 'default', resourceVersion: '0' };
    const service = one.state.objects.add({ apiVersion: 'v1', kind: 'Service', metadata }, -1, 0);
    one.state.allocatePod();
    one.state.pods.remove(0 as PodRow);
    one.state.endpoints.commit(service, sliceOf({ pods: [0] }), 1, 0);
    expect(() => one.engine.run(600e6)).toThrow(/an endpoint of Service web is a pod that is gone/);
  });
});
