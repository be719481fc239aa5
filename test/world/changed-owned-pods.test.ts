// Pods of StatefulSets, DaemonSets and Jobs that are changed while they are there.
import { expect, it } from 'vitest';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { PodRow } from '../../src/model/rows.ts';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import { scenario } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, runScenario } from '../support/world-rig.ts';

const workload = (kind: string, spec: string): string => `---
apiVersion: ${kind === 'Job' ? 'batch' : 'apps'}/v1
kind: ${kind}
metadata: { name: web }
spec: ${spec}
`;
const template = (more = ''): string =>
  `{ metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: "a:1" }]${more} } }`;
const selector = 'selector: { matchLabels: { app: web } }';

function run(objects: string, ...timeline: string[]): FinishedRun {
  return runScenario(
    scenario(3, `  duration: 10m\n  timeline:\n${timeline.map((one) => `    - { ${one} }`).join('\n')}\n`) + objects,
  );
}

function pods({ world: { state } }: FinishedRun): Pod[] {
  const rows = Array.from({ length: state.pods.length }, (_, row) => row as PodRow);
  return rows.filter((row) => state.pods.alive[row] === 1).map((row) => podObject(state, row));
}
const labelled = (outcome: FinishedRun, app: string): Pod[] =>
  pods(outcome).filter(({ metadata }) => metadata?.labels?.app === app);
const refused = (outcome: FinishedRun): string[] => eventsOf(outcome, 'ActionRefused').map(({ message }) => message);
const away = 'at: 2m, label: { kind: Pod, selector: "app=web", first: 1, labels: { app: debug }, overwrite: true }';

it('a DaemonSet lets a relabelled pod go, and puts another one beside it', () => {
  const outcome = run(workload('DaemonSet', `{ ${selector}, template: ${template()} }`), away);
  expect(refused(outcome)).toEqual([]);
  expect([labelled(outcome, 'web').length, labelled(outcome, 'debug').length]).toEqual([3, 1]);
  expect(labelled(outcome, 'debug')[0].metadata?.ownerReferences).toBeUndefined();
});

it('a StatefulSet lets it go, and cannot make another of its name', () => {
  const outcome = run(
    workload('StatefulSet', `{ replicas: 2, serviceName: web, ${selector}, template: ${template()} }`),
    away,
  );
  const [debug] = labelled(outcome, 'debug');
  expect(debug.metadata?.name).toBe('web-0');
  expect(debug.metadata?.labels).toMatchObject({
    'apps.kubernetes.io/pod-index': '0',
    'statefulset.kubernetes.io/pod-name': 'web-0',
  });
  expect(debug.metadata?.ownerReferences).toBeUndefined();
  expect(labelled(outcome, 'web').map(({ metadata }) => metadata?.name)).toEqual(['web-1']);
});

it('a pod of a StatefulSet may be told nothing of its ordinal any more', () => {
  const set = workload('StatefulSet', `{ replicas: 1, serviceName: web, ${selector}, template: ${template()} }`);
  const outcome = run(set, 'at: 2m, label: { kind: Pod, name: web-0, labels: { apps.kubernetes.io/pod-index: null } }');
  expect(refused(outcome)).toEqual([]);
  const [{ metadata, spec }] = pods(outcome);
  expect(metadata?.labels).not.toHaveProperty(['apps.kubernetes.io/pod-index']);
  expect(spec?.hostname).toBe('web-0');
});

it('a pod of a Job takes labels and annotations; those of its Job stay', () => {
  const job = workload('Job', `{ template: ${template(', restartPolicy: Never')} }`);
  const outcome = run(
    job,
    'at: 5s, label: { kind: Pod, selector: "app=web", labels: { team: a } }',
    'at: 6s, annotate: { kind: Pod, selector: "app=web", annotations: { note: b } }',
    'at: 7s, label: { kind: Pod, selector: "app=web", labels: { job-name: other }, overwrite: true }',
  );
  expect(refused(outcome)).toHaveLength(1);
  expect(refused(outcome)[0]).toContain('job-name');
  const [{ metadata }] = pods(outcome);
  expect(metadata).toMatchObject({ labels: { team: 'a', 'job-name': 'web' }, annotations: { note: 'b' } });
});
