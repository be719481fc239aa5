// What pods have from the template of their controller, and what pods.csv says of those that are over.
import { expect, it } from 'vitest';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { podsOf, runScenario, worldOf } from '../support/world-rig.ts';

it('pods begin with the finalizers of their template, and wait for them', () => {
  const kept = deployment('kept', { metadata: ', finalizers: [example.com/keep]' });
  const world = worldOf(
    scenario(1, '  duration: 5m\n  timeline: [{ at: 60s, scale: { deployment: kept, replicas: 0 } }]') + kept,
  );
  world.engine.run(50e6);
  expect(podObject(world.state, 0 as PodRow).metadata?.finalizers).toEqual(['example.com/keep']);
  world.engine.run(300e6);
  const { metadata } = podObject(world.state, 0 as PodRow);
  expect([world.state.pods.alive[0], metadata?.deletionTimestamp === undefined]).toEqual([1, false]);
});

it('a pod that is over and still there has the time of its end; one that runs has none', () => {
  const run = runScenario(
    `${scenario(1, '  duration: 2m\n  behaviors: [{ image: task, startup: 0s, run: { length: { constant: 20s } } }]')}---
apiVersion: batch/v1
kind: Job
metadata: { name: task }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: task }] } } }
${deployment('web')}`,
  );
  const [task, web] = ['task', 'web'].map((name) => podsOf(run).find(({ pod }) => pod.startsWith(name)));
  expect(task?.phase).toBe('Succeeded');
  expect((task?.finished_seconds ?? 0) - (task?.started_seconds ?? 0)).toBeCloseTo(20, 0);
  expect([web?.phase, web?.finished_seconds]).toEqual(['Running', null]);
});
