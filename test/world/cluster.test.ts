// Whole clusters, in one process: what kubectl's verbs, a full cluster and a lost node come to.
import { describe, expect, it } from 'vitest';
import { explainPod } from '../../src/world/explain/pod.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, jobOf, podsOf, runScenario } from '../support/world-rig.ts';

describe('a cluster that is full', () => {
  const text =
    scenario(
      2,
      `  duration: 6m
  timeline: [{ at: 30s, scale: { deployment: late, replicas: 2 } }, { at: 3m, delete: { kind: Deployment, name: big } }]
  expect: ["deployment.big.ready during 1m..3m == 2", "deployment.late.ready during 2m..3m == 0", "deployment.late.ready during 5m..6m == 2"]`,
    ) +
    deployment('big', { replicas: 2, cpu: '3' }) +
    deployment('late', { replicas: 0, cpu: '2' });
  const outcome = runScenario(text);

  it('leaves pods pending, and says why as the scheduler does', () => {
    const [first] = eventsOf(outcome, 'FailedScheduling');
    expect(first.message).toMatch(/^0\/2 nodes are available: 2 Insufficient cpu\./);
    expect(first).toMatchObject({ kind: 'Pod', type: 'Warning', source: 'default-scheduler' });
    expect(first.name).toMatch(/^late-/);
  });

  it('takes them when there is room, soon after', () => {
    expect(outcome.verdicts.map(({ pass, actual }) => [pass, actual])).toEqual([
      [true, 2],
      [true, 0],
      [true, 2],
    ]);
    const late = podsOf(outcome).filter(({ pod }) => pod.startsWith('late-'));
    expect(late).toHaveLength(2);
    // The old pods have 30 s to go; then the deletion itself wakes the queue.
    for (const { scheduled_seconds } of late) {
      expect(scheduled_seconds).toBeGreaterThan(180);
      expect(scheduled_seconds).toBeLessThan(225);
    }
    expect(outcome.summary.scheduler_schedule_attempts_unschedulable_total).toBeGreaterThanOrEqual(2);
  });

  it('removes what the deleted Deployment owned', () => {
    const { state } = outcome.world;
    expect([...state.objects.ofKind('ReplicaSet')].map((row) => state.objects.name[row])).toEqual([
      expect.stringMatching(/^late-/),
    ]);
    expect(
      podsOf(outcome).filter(({ pod, deleted_seconds }) => pod.startsWith('big-') && deleted_seconds === null),
    ).toEqual([]);
  });

  it('can be asked about one pod', () => {
    const explanation = explainPod(jobOf(text), builtInFamilies, 'late');
    expect(explanation).toMatchObject({ pod: expect.stringMatching(/^default\/late-/), message: null });
    expect(explanation?.attempt).toBeGreaterThan(1);
    expect(Object.keys(explanation?.verdicts ?? {})).toHaveLength(2);
    expect(explainPod(jobOf(text), builtInFamilies, 'nobody')).toBeUndefined();
  });
});

describe("kubectl's verbs", () => {
  const outcome = runScenario(
    scenario(
      3,
      `  duration: 8m
  timeline:
    - { at: 1m, scale: { deployment: web, replicas: 5 } }
    - { at: 2m, setImage: { deployment: web, container: main, image: "test/web:v2" } }
    - { at: 4m, rolloutRestart: { deployment: web } }
    - { at: 6m, scale: { deployment: web, replicas: 0 } }
    - { at: 6m, apply: { apiVersion: v1, kind: Pod, metadata: { name: bare }, spec: { containers: [{ name: main, image: bare }] } } }
    - { at: 7m, delete: { kind: Pod, name: bare } }`,
    ) + deployment('web', { replicas: 2 }),
  );
  const { state } = outcome.world;

  it('make a revision for each change of the template, and none for a change of scale', () => {
    const revisions = [...state.objects.ofKind('ReplicaSet')].map(
      (row) => state.objects.get(row)?.metadata.annotations?.['deployment.kubernetes.io/revision'],
    );
    expect(new Set(revisions)).toEqual(new Set(['1', '2', '3']));
    expect(outcome.world.controllers.rollouts.map(({ startUs, endUs }) => [startUs > 0, endUs > startUs])).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ]);
  });

  it('leave as many pods as they say', () => {
    const created = podsOf(outcome).filter(({ pod }) => pod.startsWith('web-'));
    // 2, 3 more, 5 for the image, 5 for the restart.
    expect(created).toHaveLength(15);
    expect(created.every(({ deleted_seconds }) => deleted_seconds !== null)).toBe(true);
    const bare = podsOf(outcome).find(({ pod }) => pod === 'bare');
    expect(bare).toMatchObject({ owner_kind: '', owner: '' });
    expect(bare?.created_seconds).toBeGreaterThanOrEqual(360);
    expect(bare?.deleted_seconds).toBeGreaterThanOrEqual(420);
  });

  it('are events of the scenario', () => {
    expect(
      eventsOf(outcome, 'ActionApplied').map(({ time_seconds, message }) => [Math.floor(time_seconds), message]),
    ).toEqual([
      [60, 'scale web to 5'],
      [120, 'set image of web/main to test/web:v2'],
      [240, 'rollout restart of web'],
      [360, 'scale web to 0'],
      [360, 'apply Pod bare'],
      [420, 'delete Pod bare'],
    ]);
  });
});

describe('a node that is lost', () => {
  const outcome = runScenario(
    scenario(
      3,
      `  duration: 10m
  timeline: [{ at: 2m, fault: { NodeCrash: { node: node-1, for: 6m30s } } }]`,
    ) + deployment('web', { replicas: 6 }),
  );

  it('is noticed after the grace period, its pods are replaced after the toleration', () => {
    const [notReady] = eventsOf(outcome, 'NodeNotReady');
    expect(notReady.time_seconds).toBeGreaterThanOrEqual(160);
    expect(notReady.time_seconds).toBeLessThanOrEqual(175.5);
    const evicted = eventsOf(outcome, 'TaintManagerEviction');
    expect(evicted.length).toBe(2);
    for (const { time_seconds } of evicted) {
      expect(time_seconds - notReady.time_seconds).toBeGreaterThanOrEqual(299);
      expect(time_seconds - notReady.time_seconds).toBeLessThanOrEqual(302);
    }
    expect(outcome.summary.kube_pod_evicted_total).toBe(2);
  });

  it('comes back, and forgets the pods that were taken from it', () => {
    expect(outcome.world.measure.series.at(-1)?.kube_node_status_ready).toBe(3);
    expect(outcome.world.measure.series.at(-1)?.pods_terminating).toBe(0);
    expect(outcome.summary.kube_pod_status_phase_running).toBe(6);
  });
});
