// In-place resize of pods: what the API server refuses, what fits on the node, and what containers make of it.
import { expect, it } from 'vitest';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import { scenario } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, runScenario } from '../support/world-rig.ts';

const pod = (name: string, resources: string, more = ''): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: c, image: "a:1", resources: ${resources}${more} }] }
`;
const cpu = (amount: string): string => `{ requests: { cpu: ${amount} }, limits: { cpu: 4 } }`;

function run(objects: string, timeline: readonly string[], rest = ''): FinishedRun {
  const entries = timeline.map((entry) => `    - { ${entry} }`).join('\n');
  return runScenario(scenario(1, `  duration: 10m\n  timeline:\n${entries}\n${rest}`) + objects);
}

const resize = (at: string, name: string, resources: string): string =>
  `at: ${at}, patch: { kind: Pod, name: ${name}, subresource: resize, patch: { spec: { containers: [{ name: c, resources: ${resources} }] } } }`;

const podOf = ({ world: { state } }: FinishedRun, name: string): Pod =>
  podObject(state, state.findPod('default', name));
const refused = (outcome: FinishedRun): string[] => eventsOf(outcome, 'ActionRefused').map(({ message }) => message);
const reasons = (outcome: FinishedRun): string[] =>
  eventsOf(outcome)
    .map(({ reason }) => reason)
    .filter((reason) => reason.startsWith('Resize'));

it('gives a container more CPU without restarting it', () => {
  const outcome = run(pod('a', cpu('1')), [resize('1m', 'a', cpu('2'))]);
  expect(refused(outcome)).toEqual([]);
  expect(podOf(outcome, 'a').spec?.containers[0].resources?.requests).toEqual({ cpu: '2' });
  expect(podOf(outcome, 'a').status?.containerStatuses?.[0].restartCount).toBe(0);
  expect(reasons(outcome)).toEqual(['ResizeStarted', 'ResizeCompleted']);
});

it.each(['a', 'b'])('restarts the container whose policy says so: %s', (name) => {
  const policy = ', resizePolicy: [{ resourceName: cpu, restartPolicy: RestartContainer }]';
  const objects = pod('a', cpu('1'), policy) + pod('b', cpu('1'), policy);
  const outcome = run(objects, [resize('1m', name, cpu('2'))]);
  expect(podOf(outcome, name).status?.containerStatuses?.[0].restartCount).toBe(1);
  expect(eventsOf(outcome, 'Killing').map(({ message }) => message)).toEqual(['Container c resize requires restart']);
});

it('is deferred while there is no room, and infeasible where there never is', () => {
  const objects = pod('a', cpu('1')) + pod('b', cpu('2'));
  const outcome = run(objects, [resize('1m', 'a', cpu('3')), 'at: 3m, delete: { kind: Pod, name: b }']);
  expect(reasons(outcome)).toEqual(['ResizeDeferred', 'ResizeStarted', 'ResizeCompleted']);
  expect(podOf(outcome, 'a').status?.conditions?.map(({ type }) => type)).not.toContain('PodResizePending');
  const never = run(pod('a', '{ requests: { cpu: 1 } }'), [resize('1m', 'a', '{ requests: { cpu: 5 } }')]);
  expect(reasons(never)).toEqual(['ResizeInfeasible']);
  expect(podOf(never, 'a').status?.conditions?.find(({ type }) => type === 'PodResizePending')).toMatchObject({
    status: 'True',
    reason: 'Infeasible',
    message: "Node didn't have enough capacity: cpu, requested: 5000, capacity: 3900",
  });
  expect(podOf(never, 'a').status?.containerStatuses?.[0]).toMatchObject({ allocatedResources: { cpu: '1' } });
});

it.each([
  [
    '{ requests: { cpu: 4 } }',
    'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
  ],
  [
    '{ requests: { cpu: null } }',
    'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
  ],
  [
    '{ requests: { cpu: 5 } }',
    'spec.containers[0].resources.requests: Invalid value: "5": must be less than or equal to cpu limit of 4',
  ],
])('%s is refused in the words of the API server', (resources, message) => {
  const outcome = run(pod('a', '{ requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 4, memory: 1Gi } }'), [
    resize('1m', 'a', resources),
  ]);
  expect(refused(outcome)).toHaveLength(1);
  expect(refused(outcome)[0]).toContain(message);
  expect(reasons(outcome)).toEqual([]);
});

it('saves a process that would need more memory than it had', () => {
  const behavior = `  behaviors:
    - { image: "a:1", usage: { memory: [{ at: 0s, value: 10Mi }, { at: 4m, value: 400Mi }] } }`;
  const memory = (limit: string): string => `{ requests: { memory: 10Mi }, limits: { memory: ${limit} } }`;
  const killed = run(pod('a', memory('200Mi')), [], behavior);
  const saved = run(pod('a', memory('200Mi')), [resize('1m', 'a', memory('1Gi'))], behavior);
  const restarts = (outcome: FinishedRun): number =>
    podOf(outcome, 'a').status?.containerStatuses?.[0].restartCount ?? -1;
  expect(restarts(killed)).toBeGreaterThan(0);
  expect(restarts(saved)).toBe(0);
});
