// ReplicationControllers are kept by the ReplicaSet controller: what they have alike is in the tests of ReplicaSets and their records; here is that it
// reaches them, and where they differ.
import type { ReplicationControllerStatus } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/model/object-store.ts';
import type { ObjectRow, PodRow } from '../../src/model/rows.ts';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import { Rig, templateOf } from './rig.ts';

const controllerOf = (replicas: number, kind = 'ReplicationController'): KubeObject => ({
  apiVersion: kind === 'ReplicaSet' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: kind === 'ReplicaSet' ? { matchLabels: { app: 'web' } } : { app: 'web' },
    template: { ...templateOf('v1'), metadata: { labels: { app: 'web' } } },
  },
});

const statusOf = (rig: Rig, row: ObjectRow) =>
  (rig.state.objects.get(row) as { readonly status?: ReplicationControllerStatus }).status;

function resize(rig: Rig, row: ObjectRow, replicas: number): void {
  const current = rig.state.objects.get(row) as KubeObject;
  rig.user.update(row, { ...current, spec: { ...current.spec, replicas } });
}

function makePod(rig: Rig, name: string, app = 'web'): void {
  const { id } = rig.user.podClass('default', { ...templateOf('v1'), metadata: { labels: { app } } }, name);
  rig.user.createPod(id, -1, name);
}

describe('a ReplicationController', () => {
  it('makes its pods and says how they are, but not how many terminate', () => {
    const rig = new Rig({});
    const row = rig.apply(controllerOf(3)) as ObjectRow;
    rig.run(10);
    expect(statusOf(rig, row)).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
    });
    const [owner] = podObject(rig.state, 0 as PodRow).metadata?.ownerReferences ?? [];
    expect(owner).toMatchObject({ apiVersion: 'v1', kind: 'ReplicationController', name: 'web', controller: true });
    expect(rig.events('SuccessfulCreate').map(({ name }) => name)).toEqual(['web', 'web', 'web']);
    // What is stored is what was written: its selector is a map of labels.
    expect(rig.state.objects.get(row)?.spec).toMatchObject({ selector: { app: 'web' } });
  });

  it('adopts orphans that match, grows, shrinks, and replaces what is deleted', () => {
    const rig = new Rig({});
    for (const name of ['one', 'two']) makePod(rig, name);
    makePod(rig, 'other', 'else');
    rig.run(5);
    const row = rig.apply(controllerOf(2)) as ObjectRow;
    const own = () =>
      rig.pods((pod) => rig.state.pods.owner[pod] === row).map((pod) => rig.state.podName(pod as PodRow));
    rig.run(10);
    expect(own()).toEqual(['one', 'two']);
    for (const replicas of [5, 1, 0, 2]) {
      resize(rig, row, replicas);
      rig.run(10);
      expect([own().length, statusOf(rig, row)?.replicas]).toEqual([replicas, replicas]);
    }
    const [first] = rig.pods((pod) => rig.state.pods.owner[pod] === row) as PodRow[];
    const before = own();
    rig.user.deletePod(first, rig.state.pods.epoch[first]);
    rig.run(10);
    expect(own().filter((name) => !before.includes(name))).toHaveLength(1);
    expect(own()).toHaveLength(2);
  });

  it('does not take pods from a ReplicaSet of the same selector', () => {
    const rig = new Rig({});
    const set = rig.apply(controllerOf(2, 'ReplicaSet'));
    const row = rig.apply(controllerOf(3));
    rig.run(10);
    const count = (owner: number) => rig.pods((pod) => rig.state.pods.owner[pod] === owner).length;
    expect([count(set), count(row)]).toEqual([2, 3]);
  });

  it('leaves no pods when it is deleted, and all of them when they are orphaned', () => {
    for (const [propagation, left] of [
      ['Background', 0],
      ['Orphan', 3],
    ] as const) {
      const rig = new Rig({});
      const row = rig.apply(controllerOf(3)) as ObjectRow;
      rig.run(5);
      rig.user.delete(row, propagation);
      rig.run(30);
      expect(rig.state.objects.get(row)).toBeUndefined();
      expect(rig.pods()).toHaveLength(left);
    }
  });

  it.each(['ReplicaSet', 'ReplicationController'])(
    'shrinks as a %s that nobody controls: how many pods a node has does not count, only their age',
    (kind) => {
      // Two pods on n1, the elder ones; a younger one on n2.
      const rig = new Rig({ nodes: 1 });
      const row = rig.apply(controllerOf(2, kind)) as ObjectRow;
      rig.run(600);
      const elder = rig.pods() as PodRow[];
      const amounts = { cpu: 8000, memory: 32 * 2 ** 30, pods: 110 };
      rig.state.addNode(
        {
          name: 'n1',
          labels: {},
          taints: [],
          unschedulable: false,
          capacity: amounts,
          allocatable: amounts,
          hourlyCost: 0,
        },
        rig.engine.now,
      );
      resize(rig, row, 3);
      rig.run(10);
      const nodes = (rig.pods() as PodRow[]).map((pod) => rig.state.pods.node[pod]);
      expect(nodes).toEqual([0, 0, 1]);
      resize(rig, row, 2);
      rig.run(10);
      expect(rig.pods()).toEqual(elder);
    },
  );
});
