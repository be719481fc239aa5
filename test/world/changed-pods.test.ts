// Pods that are changed while they are there: who hears of it, and what comes of it, in whole clusters.
import { describe, expect, it } from 'vitest';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { endpointSliceObject } from '../../src/model/complete-objects/endpoint-slice-object.ts';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, runScenario } from '../support/world-rig.ts';

const BUDGET = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
`;

const barePod = (name: string, spec: string, labels = `{ app: ${name} }`): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: ${labels} }
spec: ${spec}
`;

function run(timeline: readonly string[], objects: string, rest = ''): FinishedRun {
  const entries = timeline.map((entry) => `    - { ${entry} }`).join('\n');
  return runScenario(scenario(3, `  duration: 10m\n  timeline:\n${entries}\n${rest}`) + objects);
}

function pods({ world: { state } }: FinishedRun): Pod[] {
  const rows = Array.from({ length: state.pods.length }, (_, row) => row as PodRow);
  return rows.filter((row) => state.pods.alive[row] === 1).map((row) => podObject(state, row));
}

const budgetOf = ({ world: { state } }: FinishedRun) =>
  state.objects.get(state.objects.find('PodDisruptionBudget', 'default', 'web')) as PodDisruptionBudget;

const refused = (outcome: FinishedRun): string[] => eventsOf(outcome, 'ActionRefused').map(({ message }) => message);

describe('kubectl label of a pod', () => {
  const away = 'at: 2m, label: { kind: Pod, selector: "app=web", first: 1, labels: { app: debug }, overwrite: true }';

  it('takes it out of its Service, its ReplicaSet and its budget: there is another one in its place', () => {
    const outcome = run([away], deployment('web', { replicas: 3 }) + service('web') + BUDGET);
    expect(refused(outcome)).toEqual([]);
    const debug = pods(outcome).filter(({ metadata }) => metadata?.labels?.app === 'debug');
    const web = pods(outcome).filter(({ metadata }) => metadata?.labels?.app === 'web');
    expect([debug.length, web.length]).toEqual([1, 3]);
    expect(debug[0].metadata?.ownerReferences).toBeUndefined();
    expect(debug[0].status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    const { state } = outcome.world;
    const slices = [...state.endpoints.slices.keys()].flatMap((id) => endpointSliceObject(state, id)?.endpoints ?? []);
    const names = slices.map(({ targetRef }) => targetRef?.name ?? '');
    expect(names.sort()).toEqual(web.map(({ metadata }) => metadata?.name ?? '').sort());
    const { expectedPods, currentHealthy } = budgetOf(outcome).status ?? {};
    expect([expectedPods, currentHealthy]).toEqual([3, 3]);
  });

  it('gives it back: the ReplicaSet adopts it, and has one too many', () => {
    const back = 'at: 5m, label: { kind: Pod, selector: "app=debug", labels: { app: web }, overwrite: true }';
    const outcome = run([away, back], deployment('web', { replicas: 3 }));
    const owned = pods(outcome).filter(({ metadata }) => metadata?.ownerReferences?.[0].kind === 'ReplicaSet');
    expect(owned).toHaveLength(3);
    expect(pods(outcome)).toHaveLength(3);
    expect(eventsOf(outcome, 'SuccessfulDelete')).toHaveLength(1);
  });

  it('says, as kubectl does, that a label is taken', () => {
    const outcome = run(
      ['at: 2m, label: { kind: Pod, name: a, labels: { app: b } }'],
      barePod('a', '{ containers: [{ name: c, image: "a:1" }] }'),
    );
    expect(refused(outcome)).toEqual(["label a: error: 'app' already has a value (a), and --overwrite is false"]);
  });
});

describe('a change of a pod’s spec', () => {
  const one = barePod('a', '{ containers: [{ name: c, image: "a:1" }] }');

  it('restarts the container whose image is another one', () => {
    const outcome = run(['at: 2m, setImage: { kind: Pod, name: a, container: c, image: "a:2" }'], one);
    expect(refused(outcome)).toEqual([]);
    const [{ spec, status }] = pods(outcome);
    expect(spec?.containers[0].image).toBe('a:2');
    const [container] = status?.containerStatuses ?? [];
    expect([container.restartCount, container.ready, container.image]).toEqual([1, true, 'a:2']);
    expect(eventsOf(outcome, 'Killing').map(({ message }) => message)).toEqual([
      'Container c definition changed, will be restarted',
    ]);
    expect(
      eventsOf(outcome, 'Pulled')
        .map(({ message }) => message)
        .at(-1),
    ).toContain('"a:2"');
  });

  it('is refused in the API server’s words where the field is for good', () => {
    const outcome = run(
      ['at: 2m, patch: { kind: Pod, name: a, patch: { spec: { nodeSelector: { disk: ssd } } } }'],
      one,
    );
    expect(refused(outcome)).toHaveLength(1);
    expect(refused(outcome)[0]).toMatch(
      /^patch a: The Pod "a" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/,
    );
  });

  it('ends it by a deadline that it gets', () => {
    const outcome = run(
      ['at: 2m, patch: { kind: Pod, name: a, patch: { spec: { activeDeadlineSeconds: 200 } } }'],
      one,
    );
    const [{ status }] = pods(outcome);
    expect([status?.phase, status?.reason]).toEqual(['Failed', 'DeadlineExceeded']);
    const [{ time_seconds: ended }] = eventsOf(outcome, 'DeadlineExceeded');
    expect(ended).toBeGreaterThan(199);
    expect(ended).toBeLessThan(215);
  });

  it('lets a gated pod go where its node selector says then', () => {
    const gated = barePod(
      'a',
      '{ schedulingGates: [{ name: example.com/quota }], containers: [{ name: c, image: "a:1" }] }',
    );
    const outcome = run(
      [
        'at: 1m, patch: { kind: Pod, name: a, patch: { spec: { nodeSelector: { kubernetes.io/hostname: node-1 } } } }',
        'at: 2m, patch: { kind: Pod, name: a, patch: { spec: { schedulingGates: [{ name: example.com/quota, $patch: delete }] } } }',
      ],
      gated,
    );
    expect(refused(outcome)).toEqual([]);
    const [{ spec }] = pods(outcome);
    expect(spec?.nodeName).toBe('node-1');
    expect(eventsOf(outcome, 'Scheduled')).toHaveLength(1);
  });

  it('lets a pod go to a tainted node when it tolerates the taint', () => {
    const outcome = run(
      [
        'at: 0s, taint: { node: node-0, taints: ["a=b:NoSchedule"] }',
        'at: 0s, taint: { node: node-1, taints: ["a=b:NoSchedule"] }',
        'at: 0s, taint: { node: node-2, taints: ["a=b:NoSchedule"] }',
        'at: 1s, apply: { apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: c, image: "a:1" }] } }',
        'at: 60s, patch: { kind: Pod, name: a, patch: { spec: { tolerations: [{ key: a, operator: Exists }] } } }',
      ],
      deployment('other'),
    );
    const a = pods(outcome).find(({ metadata }) => metadata?.name === 'a');
    expect(refused(outcome)).toEqual([]);
    expect(a?.spec?.nodeName).toMatch(/^node-/);
  });
});
