// What PodDisruptionBudgets allow of the pods of each kind of controller, in whole runs: the disruption controller asks the controllers for their scale.
import type { PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1.js';
import { expect, it } from 'vitest';
import { rollout } from '../support/argo-manifests.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { worldOf } from '../support/world-rig.ts';

const template = '{ metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: test/web }] } }';
const controlled = (kind: string, spec = 'replicas: 4'): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: web }
spec: { ${spec}, selector: { matchLabels: { app: web } }, template: ${template} }
`;
const job = `---
apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { parallelism: 4, completions: 4, template: ${template.replace('containers', 'restartPolicy: Never, containers')} }
`;

/** The status after two minutes, when four pods have been ready for long. */
function status(workload: string, spec: string): unknown {
  const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { ${spec}, selector: { matchLabels: { app: web } } }
`;
  const world = worldOf(scenario(4, '  duration: 5m') + workload + budget);
  world.engine.run(120e6);
  const { objects } = world.state;
  const { status: found = {} } = objects.get(objects.find('PodDisruptionBudget', 'default', 'web')) ?? {};
  const { conditions = [], ...numbers } = found as PodDisruptionBudgetStatus;
  const { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed } = numbers;
  return [expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed, conditions[0]?.message];
}

it.each([
  ['a StatefulSet', controlled('StatefulSet'), 'maxUnavailable: 1', [4, 4, 3, 1, '']],
  ['a StatefulSet, by percentage', controlled('StatefulSet'), 'minAvailable: 60%', [4, 4, 3, 1, '']],
  ['a ReplicaSet', controlled('ReplicaSet'), 'maxUnavailable: 1', [4, 4, 3, 1, '']],
  [
    'a ReplicationController',
    controlled('ReplicationController')
      .replace('apps/v1', 'v1')
      .replace('{ matchLabels: { app: web } }', '{ app: web }'),
    'maxUnavailable: 1',
    [4, 4, 3, 1, ''],
  ],
  ['a Deployment', deployment('web', { replicas: 4 }), 'maxUnavailable: 25%', [4, 4, 3, 1, '']],
  // By its ReplicaSet: only that of a Deployment is passed over for what is above it.
  ['a Rollout', rollout('{ canary: {} }', []), 'maxUnavailable: 1', [4, 4, 3, 1, '']],
  // A number of pods that must be available needs no scale.
  ['a DaemonSet, by number', controlled('DaemonSet', 'minReadySeconds: 0'), 'minAvailable: 3', [4, 4, 3, 1, '']],
])('%s', (_, workload, spec, expected) => {
  expect(status(workload, spec)).toEqual(expected);
});

it.each([
  ['a DaemonSet', controlled('DaemonSet', 'minReadySeconds: 0'), 'daemonsets.apps'],
  ['a Job', job, 'jobs.batch'],
])('%s has no scale, so that nothing is allowed', (_, workload, resource) => {
  const message = `${resource} does not implement the scale subresource`;
  expect(status(workload, 'maxUnavailable: 1')).toEqual([0, 0, 0, 0, message]);
});
