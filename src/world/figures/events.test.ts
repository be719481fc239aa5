// Events about one object: of itself, of what it has made, of a pod and of a node; and of what never was.
import { expect, it } from 'vitest';
import { deployment, scenario } from '../../../test/support/manifests.ts';
import { eventsOf, runScenario } from '../../../test/support/world-rig.ts';

const FIGURES = [
  'events.Scheduled.web',
  'events.Scheduled.shop/web',
  'events.ScalingReplicaSet.web',
  'events.SuccessfulCreate.web',
  'events.Started.alone.v1',
  'events.Started.alone.v1 during 2m..4m',
  'events.NodeNotReady.node-1',
  'events.NodeNotReady.node-0',
  'events.Scheduled.nobody',
];
const outcome = runScenario(
  scenario(
    2,
    `  duration: 4m\n  interval: 10s\n  timeline: [{ at: 1m, fault: { NodeCrash: { node: node-1 } } }]\n  expect: [${FIGURES.map((figure) => `"${figure} >= 0"`).join(', ')}]`,
  ) +
    deployment('web', { replicas: 3 }) +
    deployment('other', { replicas: 2 }) +
    deployment('web', { namespace: 'shop', replicas: 1 }) +
    `---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: alone.v1 }
spec: { containers: [{ name: a, image: a }, { name: b, image: b }] }
`,
);
const actual = Object.fromEntries(FIGURES.map((figure, at) => [figure, outcome.verdicts[at].actual]));

it('are told from those of other objects', () => {
  expect(eventsOf(outcome, 'Scheduled')).toHaveLength(7);
  expect(actual).toEqual({
    'events.Scheduled.web': 3,
    'events.Scheduled.shop/web': 1,
    'events.ScalingReplicaSet.web': 1,
    // Of its ReplicaSet.
    'events.SuccessfulCreate.web': 3,
    // One of each container of the pod, whose name has a dot.
    'events.Started.alone.v1': 2,
    'events.Started.alone.v1 during 2m..4m': 0,
    'events.NodeNotReady.node-1': 1,
    'events.NodeNotReady.node-0': 0,
    'events.Scheduled.nobody': undefined,
  });
});

it('are no number of what never was, so that an expectation fails', () => {
  expect(outcome.verdicts.at(-1)?.pass).toBe(false);
});
