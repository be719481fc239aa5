// Readiness gates: a pod is ready when its containers are and somebody else has set its conditions; rollouts and Services wait for it.
import type { Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, runScenario } from '../support/world-rig.ts';

const POD = `---
apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { readinessGates: [{ conditionType: x.io/lb }], containers: [{ name: c, image: "a:1" }] }
`;

const setTo = (at: string, status: string, type = 'x.io/lb'): string =>
  `    - { at: ${at}, patch: { kind: Pod, name: p, subresource: status, patch: { status: { conditions: [{ type: ${type}, status: "${status}" }] } } } }\n`;

function run(entries: string, more = ''): FinishedRun {
  return runScenario(scenario(1, `  duration: 5m\n${entries === '' ? '' : `  timeline:\n${entries}`}${more}`) + POD);
}

function condition({ world: { state } }: FinishedRun, type: string): PodCondition | undefined {
  const pod: Pod = podObject(state, state.findPod('default', 'p'));
  return pod.status?.conditions?.find((one) => one.type === type);
}

it('is not ready before the condition is there, nor when it is False again', () => {
  const never = run('');
  expect(condition(never, 'ContainersReady')?.status).toBe('True');
  expect(condition(never, 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: 'corresponding condition of pod readiness gate "x.io/lb" does not exist.',
  });
  const opened = run(setTo('2m', 'True'));
  expect(condition(opened, 'Ready')?.status).toBe('True');
  // Each has its own time.
  expect(condition(opened, 'Ready')?.lastTransitionTime).toContain(':02:00Z');
  expect(condition(opened, 'ContainersReady')?.lastTransitionTime).toContain(':00:');
  const closed = run(setTo('2m', 'True') + setTo('3m', 'False'));
  expect(condition(closed, 'Ready')).toMatchObject({
    status: 'False',
    message: 'the status of pod readiness gate "x.io/lb" is not "True", but False',
  });
  expect(condition(closed, 'x.io/lb')?.status).toBe('False');
});

it('is told what else of a status is the kubelet’s', () => {
  const refused = (outcome: FinishedRun): string[] => eventsOf(outcome, 'ActionRefused').map(({ message }) => message);
  expect(refused(run(setTo('2m', 'False', 'ContainersReady')))).toEqual([
    expect.stringContaining('the condition ContainersReady of a pod is what its kubelet says (not simulated)'),
  ]);
  const phase = `    - { at: 2m, patch: { kind: Pod, name: p, subresource: status, patch: { status: { phase: Failed } } } }\n`;
  expect(refused(run(phase))[0]).toContain(
    'the status of a pod is what its kubelet says, but for conditions of others',
  );
});

it('becomes ready a while after its containers where a controller outside opens its gate', () => {
  const outcome = run('', '  readinessGates: [{ conditionType: x.io/lb, after: 30s }]\n');
  const { state } = outcome.world;
  const pod = state.findPod('default', 'p');
  const containersReady = state.pods.containersReadyAt.get(pod) ?? 0;
  const wait = state.pods.readyAt[pod] - containersReady;
  expect(wait).toBeGreaterThanOrEqual(30e6);
  expect(wait).toBeLessThan(30.2e6);
});

it('holds a rollout back, which keeps what serves', () => {
  const web = deployment('web', {
    replicas: 2,
    image: 'a:1',
    pod: ', readinessGates: [{ conditionType: x.io/lb }]',
  });
  const outcome = runScenario(
    scenario(
      2,
      `  duration: 6m
  readinessGates: [{ conditionType: x.io/lb, after: 40s }]
  timeline: [{ at: 3m, setImage: { deployment: web, image: "a:2" } }]`,
    ) +
      web +
      service('web'),
  );
  const { state } = outcome.world;
  const { pods } = state;
  const alive = [...pods.alive.subarray(0, pods.length)].flatMap((is, row) => (is === 1 ? [row as PodRow] : []));
  expect(alive).toHaveLength(2);
  for (const pod of alive) {
    expect(podObject(state, pod).spec?.containers[0].image).toBe('a:2');
    expect(pods.readyAt[pod] - (pods.containersReadyAt.get(pod) ?? 0)).toBeGreaterThanOrEqual(40e6);
  }
  // One after the other (25 % of two is none unavailable), each 40 s after its containers.
  expect(Math.max(...alive.map((pod) => pods.readyAt[pod]))).toBeGreaterThan(180e6 + 80e6);
});

it('is heard of by a kubelet that was stopped meanwhile', () => {
  const outcome = run(`    - { at: 1m, fault: { KubeletStop: { node: node-0, for: 30s } } }\n${setTo('70s', 'True')}`);
  expect(condition(outcome, 'Ready')?.status).toBe('True');
});
