// Adoption and release, as claimPods and ClaimReplicaSets of Kubernetes do them (pkg/controller/controller_ref_manager.go).
import { describe, expect, it } from 'vitest';
import type { ReplicaSet } from '../../src/controllers/kit/deployment-objects.ts';
import { PodBit } from '../../src/model/pods.ts';
import { deploymentOf, Rig, templateOf, usualApi } from './rig.ts';
import type { ObjectRow, PodRow } from '../../src/model/rows.ts';

function replicaSetOf(replicas: number, name = 'web', app = 'web'): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default', labels: { app } },
    spec: {
      replicas,
      selector: { matchLabels: { app } },
      template: { ...templateOf('v1'), metadata: { labels: { app } } },
    },
  };
}

/** Creates a pod with these labels that nobody controls, or that `owner` does. */
function makePod(rig: Rig, name: string, labels: Record<string, string>, owner = -1, namespace = 'default'): void {
  const { id } = rig.user.podClass(namespace, { ...templateOf('v1'), metadata: { labels } }, name);
  rig.user.createPod(id, owner as ObjectRow, name);
}

function owners(rig: Rig): Record<string, string> {
  const { pods, objects } = rig.state;
  return Object.fromEntries(
    rig
      .pods()
      .map((pod) => [rig.state.podName(pod as PodRow), pods.owner[pod] < 0 ? '' : objects.name[pods.owner[pod]]]),
  );
}

const statusOf = (rig: Rig, row: ObjectRow): ReplicaSet['status'] => (rig.state.objects.get(row) as ReplicaSet).status;
const isActive = (rig: Rig) => (pod: PodRow) => (rig.state.pods.state[pod] & PodBit.Deleting) === 0;

describe('a ReplicaSet adopts', () => {
  it('matching pods that are there before it, and makes none', () => {
    const rig = new Rig({});
    makePod(rig, 'one', { app: 'web' });
    makePod(rig, 'two', { app: 'web', extra: 'yes' });
    rig.run(5);
    const row = rig.apply(replicaSetOf(2)) as ObjectRow;
    rig.run(10);
    expect(owners(rig)).toEqual({ one: 'web', two: 'web' });
    expect(statusOf(rig, row)).toMatchObject({ replicas: 2, readyReplicas: 2, fullyLabeledReplicas: 2 });
    expect(rig.events('SuccessfulCreate')).toEqual([]);
  });

  it('a pod that comes later, and deletes what is too many', () => {
    const rig = new Rig({});
    const row = rig.apply(replicaSetOf(2)) as ObjectRow;
    rig.run(5);
    makePod(rig, 'late', { app: 'web' });
    rig.run(10);
    expect(rig.pods()).toHaveLength(2);
    // The youngest ready one goes: not ready yet when it is adopted, so it is the first.
    expect(Object.keys(owners(rig))).not.toContain('late');
    expect(statusOf(rig, row)).toMatchObject({ replicas: 2, readyReplicas: 2 });
  });

  it('more pods than it wants, and deletes some in the same sync', () => {
    const rig = new Rig({});
    for (const name of ['a', 'b', 'c']) makePod(rig, name, { app: 'web' });
    rig.run(5);
    rig.apply(replicaSetOf(1));
    rig.run(10);
    expect(rig.pods(isActive(rig))).toHaveLength(1);
    expect(rig.events('SuccessfulCreate')).toEqual([]);
    expect(rig.events('SuccessfulDelete')).toHaveLength(2);
  });

  it('none of another namespace, of other labels, of another controller, or on its way out', () => {
    const rig = new Rig({});
    const other = rig.apply(replicaSetOf(1, 'other', 'other'));
    rig.run(5);
    makePod(rig, 'elsewhere', { app: 'web' }, -1, 'tools');
    makePod(rig, 'different', { app: 'db' });
    makePod(rig, 'leaving', { app: 'web' });
    rig.run(5);
    const leaving = rig.pods((pod) => rig.state.podName(pod) === 'leaving')[0] as PodRow;
    rig.user.deletePod(leaving, rig.state.pods.epoch[leaving]);
    rig.apply(replicaSetOf(1));
    rig.run(0.5);
    expect(owners(rig)).toMatchObject({ elsewhere: '', different: '', leaving: '' });
    rig.run(10);
    expect(rig.pods((pod) => rig.state.pods.owner[pod] === other)).toHaveLength(1);
    expect(rig.events('SuccessfulCreate').map(({ name }) => name)).toEqual(['other', 'web']);
  });

  it('with requests that cost: it asks once whether it is still there, then patches each pod', () => {
    const rig = new Rig({ api: usualApi });
    for (const name of ['a', 'b', 'c']) makePod(rig, name, { app: 'web' });
    rig.run(5);
    const reads = rig.api.counts.reads;
    rig.apply(replicaSetOf(3));
    rig.run(5);
    expect(rig.api.counts.reads - reads).toBe(1);
    expect(Object.values(owners(rig))).toEqual(['web', 'web', 'web']);
  });

  it('two ReplicaSets with one selector share the orphans, each pod with one controller', () => {
    const rig = new Rig({ api: usualApi });
    for (const name of ['a', 'b', 'c', 'd']) makePod(rig, name, { app: 'web' });
    rig.run(5);
    rig.user.create(replicaSetOf(2, 'first'));
    rig.user.create(replicaSetOf(2, 'second'));
    rig.run(30);
    expect(rig.pods(isActive(rig))).toHaveLength(4);
    expect(Object.values(owners(rig)).sort()).toEqual(['first', 'first', 'second', 'second']);
  });
});

describe('a ReplicaSet lets go', () => {
  it('of a pod whose labels do not match, and makes another one', () => {
    const rig = new Rig({});
    const row = rig.apply(replicaSetOf(2)) as ObjectRow;
    rig.run(5);
    makePod(rig, 'relabelled', { app: 'debug' }, row);
    rig.run(10);
    expect(owners(rig)).toMatchObject({ relabelled: '' });
    expect(rig.pods((pod) => rig.state.pods.owner[pod] === row)).toHaveLength(2);
    expect(statusOf(rig, row)).toMatchObject({ replicas: 2, readyReplicas: 2 });
  });
});

describe('a Deployment adopts', () => {
  it('a ReplicaSet that matches and has its template, with its pods', () => {
    const rig = new Rig({});
    const row = rig.apply(deploymentOf(3)) as ObjectRow;
    rig.run(10);
    const set = rig.state.objects.find(
      'ReplicaSet',
      'default',
      rig.events('ScalingReplicaSet')[0].message.split(' ')[4],
    );
    // `kubectl delete --cascade=orphan` leaves it like that.
    rig.user.patchObjectOwner({ row: set, controller: row, adopts: false });
    rig.run(10);
    const { metadata } = rig.state.objects.get(set) as ReplicaSet;
    expect(metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'web', controller: true }]);
    expect(rig.pods()).toHaveLength(3);
    expect(rig.deployment(row).status).toMatchObject({ replicas: 3, updatedReplicas: 3 });
  });

  it('a foreign one as an old revision, which it scales down', () => {
    const rig = new Rig({});
    const old = rig.apply(replicaSetOf(2, 'by-hand')) as ObjectRow;
    rig.run(5);
    rig.apply(deploymentOf(3, 'v2'));
    rig.run(30);
    expect((rig.state.objects.get(old) as ReplicaSet).spec.replicas).toBe(0);
    expect(rig.pods()).toHaveLength(3);
  });

  it('and lets go of one that no longer matches', () => {
    const rig = new Rig({});
    rig.apply(deploymentOf(2));
    rig.run(10);
    const [set] = rig.state.objects.ofKind('ReplicaSet');
    const object = rig.state.objects.get(set) as ReplicaSet;
    const { resourceVersion: _version, ...metadata } = object.metadata;
    rig.user.update(set, { ...object, metadata: { ...metadata, labels: { app: 'elsewhere' } } });
    rig.run(20);
    expect(rig.state.objects.owner[set]).toBe(-1);
    expect(rig.state.objects.get(set)?.metadata.ownerReferences ?? []).toEqual([]);
  });
});
