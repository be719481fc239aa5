// Deployments and ReplicaSets at work: steps of rollouts, rates of creation, cascades, and quiet when all is done.
import { describe, expect, it } from 'vitest';
import { Annotation, annotation } from '../../src/controllers/kit/deployment-objects.ts';
import { PodBit } from '../../src/model/pods.ts';
import { deploymentOf, idealControllers, Rig, usualApi } from './rig.ts';
import type { ObjectRow, PodRow } from '../../src/model/rows.ts';

const strategy = (maxSurge: number | string, maxUnavailable: number | string) => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge, maxUnavailable },
});

/** `v1 8` for each change of a ReplicaSet's size since the last call. */
function sizes(rig: Rig): string[] {
  return rig.sizes.splice(0).map(({ image, size }) => `${image} ${size}`);
}

function condition(rig: Rig, row: ObjectRow, type: string): string {
  const found = rig.deployment(row).status?.conditions?.find((one) => one.type === type);
  return `${found?.status}/${found?.reason}`;
}

describe('a rolling update takes the steps of the worked examples (behaviour I.3)', () => {
  const rollouts = [
    { replicas: 10, limits: strategy('25%', '25%'), steps: 'v2 3, v1 8, v2 5, v1 3, v2 10, v1 0' },
    { replicas: 3, limits: strategy('25%', '25%'), steps: 'v2 1, v1 2, v2 2, v1 1, v2 3, v1 0' },
    { replicas: 4, limits: strategy(0, 1), steps: 'v2 0, v1 3, v2 1, v1 2, v2 2, v1 1, v2 3, v1 0, v2 4' },
  ];
  for (const { replicas, limits, steps } of rollouts) {
    const { maxSurge, maxUnavailable } = limits.rollingUpdate;
    it(`${replicas} replicas, surge ${maxSurge}, unavailable ${maxUnavailable}`, () => {
      const rig = new Rig({ controllers: idealControllers });
      const row = rig.apply(deploymentOf(replicas, 'v1', { strategy: limits })) as ObjectRow;
      rig.run(5);
      sizes(rig);
      rig.setImage(row, 'v2');
      rig.run(30);
      expect(sizes(rig).join(', ')).toBe(steps);
      expect(rig.deployment(row).status).toMatchObject({
        updatedReplicas: replicas,
        replicas,
        availableReplicas: replicas,
      });
      expect(condition(rig, row, 'Progressing')).toBe('True/NewReplicaSetAvailable');
      expect(annotation(rig.deployment(row), Annotation.Revision)).toBe('2');
    });
  }

  it('stops with a broken image, notices the deadline, and is scaled in proportion', () => {
    const rig = new Rig({ controllers: idealControllers, readyUs: (image) => (image === 'bad' ? Infinity : 1e6) });
    const row = rig.apply(deploymentOf(10, 'v1', { progressDeadlineSeconds: 60 })) as ObjectRow;
    rig.run(5);
    sizes(rig);
    const startUs = rig.engine.now;
    rig.setImage(row, 'bad');
    rig.run(20);
    expect(sizes(rig)).toEqual(['bad 3', 'v1 8', 'bad 5']);
    // The last progress is 1 s later, when the two pods taken down are gone; then 60 s and one more.
    rig.run(startUs / 1e6 + 60 - rig.engine.now / 1e6);
    expect(condition(rig, row, 'Progressing')).toBe('True/ReplicaSetUpdated');
    rig.run(3);
    expect(condition(rig, row, 'Progressing')).toBe('False/ProgressDeadlineExceeded');
    expect(rig.events('ProgressDeadlineExceeded').map(({ name, message }) => `${name}: ${message}`)).toEqual([
      expect.stringMatching(/^web: Progressing is False: ReplicaSet "web-\w+" has timed out progressing\.$/),
    ]);
    rig.edit(row, (spec) => ({ ...spec, replicas: 15 }));
    rig.run(5);
    // allowed 19 with a surge of 4, six to give: old round(8·19/13) − 8 = 4, new round(5·19/13) − 5 = 2.
    expect(sizes(rig)).toEqual(['v1 12', 'bad 7']);
    expect(rig.manager.rollouts.map(({ endUs }) => endUs < 0)).toEqual([false, true]);
  });
});

describe('a Deployment', () => {
  it('with Recreate waits until the last old pod has ended', () => {
    const rig = new Rig({ controllers: idealControllers, goneUs: 4e6 });
    const row = rig.apply(deploymentOf(4, 'v1', { strategy: { type: 'Recreate' } })) as ObjectRow;
    rig.run(5);
    const startUs = rig.engine.now;
    rig.sizes.length = 0;
    rig.setImage(row, 'v2');
    rig.run(20);
    expect(rig.sizes.map(({ atUs, image, size }) => [(atUs - startUs) / 1e6, image, size])).toEqual([
      [0, 'v1', 0],
      [4, 'v2', 4],
    ]);
    expect(rig.deployment(row).status?.availableReplicas).toBe(4);
  });

  it('rolls back to the revision asked for, which becomes the newest', () => {
    const rig = new Rig({ controllers: idealControllers });
    const row = rig.apply(deploymentOf(2)) as ObjectRow;
    rig.run(5);
    for (const image of ['v2', 'v3']) {
      rig.setImage(row, image);
      rig.run(20);
    }
    rig.annotate(row, { [Annotation.RollbackTo]: '1' });
    rig.run(20);
    const { metadata, spec } = rig.deployment(row);
    expect(spec.template.spec?.containers[0].image).toBe('v1');
    expect(metadata.annotations).toEqual({ [Annotation.Revision]: '4' });
    expect(rig.events('DeploymentRollback')[0].message).toBe('Rolled back deployment "web" to revision 1');
  });

  it('that is paused does not roll out, but is scaled', () => {
    const rig = new Rig({ controllers: idealControllers });
    const row = rig.apply(deploymentOf(4)) as ObjectRow;
    rig.run(5);
    rig.edit(row, (spec) => ({ ...spec, paused: true }));
    rig.run(1);
    expect(condition(rig, row, 'Progressing')).toBe('Unknown/DeploymentPaused');
    sizes(rig);
    rig.setImage(row, 'v2');
    rig.edit(row, (spec) => ({ ...spec, replicas: 6 }));
    rig.run(5);
    expect(sizes(rig)).toEqual(['v1 6']);
    rig.setImage(row, 'v2');
    rig.edit(row, (spec) => ({ ...spec, paused: false }));
    rig.run(20);
    expect(rig.deployment(row).status?.updatedReplicas).toBe(6);
  });

  it('counts pods as available only after minReadySeconds, from the whole second of their readiness', () => {
    const rig = new Rig({ controllers: idealControllers, readyUs: 1.5e6 });
    const row = rig.apply(deploymentOf(3, 'v1', { minReadySeconds: 10 })) as ObjectRow;
    // Ready at 1.5 s, says the API at 1 s: available at 11 s.
    rig.run(10.9);
    expect(rig.deployment(row).status).toMatchObject({ readyReplicas: 3, availableReplicas: 0 });
    rig.run(0.2);
    expect(rig.deployment(row).status).toMatchObject({ readyReplicas: 3, availableReplicas: 3 });
  });

  it('keeps as many old ReplicaSets as its history limit', () => {
    const rig = new Rig({ controllers: idealControllers });
    const row = rig.apply(deploymentOf(1, 'v1', { revisionHistoryLimit: 2 })) as ObjectRow;
    for (const image of ['v2', 'v3', 'v4', 'v5']) {
      rig.run(10);
      rig.setImage(row, image);
    }
    rig.run(10);
    expect([...rig.state.objects.ofKind('ReplicaSet')]).toHaveLength(3);
  });
});

describe('with the default rate limits', () => {
  // One bucket of 20/s and 30 for pods, events in turn (about one a batch) and the status: (N + 10 - 30)/20.
  for (const pods of [100, 500]) {
    it(`${pods} pods are made in about (${pods} + 10 - 30)/20 s`, () => {
      const rig = new Rig({ api: usualApi, nodes: 20 });
      const row = rig.apply(deploymentOf(pods)) as ObjectRow;
      const seconds = (pods + 10 - 30) / 20;
      rig.run(seconds - 1);
      // The first sync does not return before its batches are made, and so nothing is reported.
      expect(rig.deployment(row).status?.replicas).toBe(0);
      rig.run(10);
      const created = rig.pods().map((pod) => rig.state.pods.createdAt[pod] / 1e6);
      expect(created).toHaveLength(pods);
      expect(Math.max(...created)).toBeGreaterThan(seconds - 0.5);
      expect(Math.max(...created)).toBeLessThan(seconds + 0.5);
      expect(rig.deployment(row).status?.availableReplicas).toBe(pods);
      expect(rig.events('SuccessfulCreate')).toHaveLength(25);
    });
  }

  it('a rollout of 10 pods stays within its bounds and ends', () => {
    const rig = new Rig({ api: usualApi });
    const row = rig.apply(deploymentOf(10)) as ObjectRow;
    rig.run(10);
    let fewestReady = Infinity;
    let mostPods = 0;
    rig.api.podCommits.push(() => {
      const { state } = rig.state.pods;
      const active = rig.pods((pod) => (state[pod] & PodBit.Deleting) === 0);
      fewestReady = Math.min(fewestReady, active.filter((pod) => (state[pod] & PodBit.Ready) !== 0).length);
      mostPods = Math.max(mostPods, active.length);
    });
    rig.setImage(row, 'v2');
    rig.run(20);
    expect(fewestReady).toBe(8);
    expect(mostPods).toBe(13);
    const [, rollout] = rig.manager.rollouts;
    expect(rollout.revision).toBe('2');
    // Two waves of new pods, 1 s each, and the reactions in between.
    expect((rollout.endUs - rollout.startUs) / 1e6).toBeGreaterThan(2);
    expect((rollout.endUs - rollout.startUs) / 1e6).toBeLessThan(3.5);
  });
});

describe('the cluster', () => {
  it('replaces a pod that was deleted', () => {
    const rig = new Rig({ controllers: idealControllers });
    const row = rig.apply(deploymentOf(3)) as ObjectRow;
    rig.run(5);
    const [first] = rig.pods();
    rig.user.deletePod(first as PodRow, rig.state.pods.epoch[first]);
    rig.run(0.5);
    expect(rig.pods()).toHaveLength(4);
    expect(rig.deployment(row).status?.availableReplicas).toBe(2);
    rig.run(5);
    // A quarter of three, rounded down: none may be missing. Nobody said so while the first three came.
    for (const reason of ['MinimumReplicasUnavailable', 'MinimumReplicasAvailable'])
      expect(rig.events(reason)).toHaveLength(1);
    expect(rig.events('ProgressDeadlineExceeded')).toEqual([]);
    expect(rig.pods()).toHaveLength(3);
    expect(rig.deployment(row).status?.availableReplicas).toBe(3);
  });

  it('deletes what belonged to a deleted Deployment', () => {
    const rig = new Rig({ api: usualApi });
    const row = rig.apply(deploymentOf(20)) as ObjectRow;
    rig.run(10);
    rig.setImage(row, 'v2');
    rig.run(20);
    expect(rig.pods()).toHaveLength(20);
    rig.user.delete(row);
    rig.run(20);
    expect([...rig.state.objects.ofKind('ReplicaSet')]).toEqual([]);
    expect(rig.pods()).toEqual([]);
  });

  it('is quiet when nothing happens: only the passes over the nodes', () => {
    const rig = new Rig({ api: usualApi });
    rig.apply(deploymentOf(30));
    rig.run(700);
    const before = rig.engine.events;
    const { writes } = rig.api.counts;
    rig.run(600);
    expect(rig.engine.events - before).toBe(120);
    expect(rig.api.counts.writes).toBe(writes);
  });
});
