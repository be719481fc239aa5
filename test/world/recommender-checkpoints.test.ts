// A recommender that is ended goes on from its checkpoints; one that finds none begins with what it sees.
import { expect, it } from 'vitest';
import type { VerticalPodAutoscaler } from '../../src/model/vertical-pod-autoscaler.ts';
import type { Checkpoint } from '../../src/vertical-autoscaler/recommender/checkpoint.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, runScenario } from '../support/world-rig.ts';

const AUTOSCALER = `---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: web }
spec: { targetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, updatePolicy: { updateMode: "Off" } }
`;

/** Each pod uses 800 m for ten minutes, and then 100 m. */
const run = (timeline: string, more = ''): FinishedRun =>
  runScenario(
    scenario(
      1,
      `  duration: 40m
  behaviors: [{ image: test/web, usage: { cpu: [{ at: 0, value: 800m }, { at: 10m, value: 800m }, { at: 10m, value: 100m }], memory: 300Mi } }]
  timeline: [${timeline}]`,
    ) +
      deployment('web', { replicas: 2 }) +
      AUTOSCALER +
      more,
  );

function find({ world: { state } }: FinishedRun, kind: string, name: string): object | undefined {
  return state.objects.get(state.objects.find(kind, 'default', name));
}

const checkpoint = (outcome: FinishedRun) =>
  find(outcome, 'VerticalPodAutoscalerCheckpoint', 'web-main') as Checkpoint | undefined;

function recommended(outcome: FinishedRun) {
  const { status } = (find(outcome, 'VerticalPodAutoscaler', 'web') ?? {}) as Partial<VerticalPodAutoscaler>;
  const [one] = status?.recommendation?.containerRecommendations ?? [];
  const milli = (list: Readonly<Record<string, string>>): number => Number.parseInt(list['cpu'] ?? '', 10);
  return { target: milli(one.target), upper: milli(one.upperBound) };
}

const KILLED = '{ at: 25m, fault: { ProcessSignal: { component: vpa-recommender, for: 2m } } }';
const DELETED = '{ at: 26m, delete: { kind: VerticalPodAutoscalerCheckpoint, name: web-main } }';

/** What the timeline deletes must be in the input. A checkpoint that says nothing changes nothing. */
const EMPTY = `---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscalerCheckpoint
metadata: { name: web-main }
spec: { vpaObjectName: web, containerName: main }
`;

it('keeps a checkpoint of each container', () => {
  const { spec, status } = checkpoint(run('')) ?? {};
  expect(spec).toEqual({ vpaObjectName: 'web', containerName: 'main' });
  // Two pods, a sample each minute.
  expect(status?.totalSamplesCount).toBeGreaterThan(70);
  expect(Object.keys(status?.cpuHistogram.bucketWeights ?? {})).toHaveLength(2);
});

it('goes on where it was when it is started again', () => {
  const never = recommended(run(''));
  const restarted = recommended(run(KILLED));
  expect(restarted.target).toBe(never.target);
  expect(restarted.target).toBeGreaterThan(900);
  // Three minutes without samples make it a little less sure.
  expect(restarted.upper / never.upper).toBeGreaterThan(1);
  expect(restarted.upper / never.upper).toBeLessThan(1.15);
});

it('knows only what it sees without checkpoints', () => {
  const begun = recommended(run(`${KILLED}, ${DELETED}`, EMPTY));
  expect(begun.target).toBeLessThan(150);
  // A few minutes are worth little: the bound is hundreds of times the target.
  expect(begun.upper / begun.target).toBeGreaterThan(100);
});

it('recommends nothing new while it is down', () => {
  const outcome = run('{ at: 5m, fault: { ProcessSignal: { component: vpa-recommender, for: 34m } } }');
  expect(eventsOf(outcome, 'FaultStarted')).toHaveLength(1);
  const { status } = checkpoint(outcome) ?? {};
  expect(status?.totalSamplesCount).toBeLessThan(12);
});

it('is not needed by the updater to see that a container was killed for its memory', () => {
  const evicted = (peak: string): number => {
    const outcome = runScenario(
      scenario(
        2,
        `  duration: 25m
  behaviors: [{ image: test/web, usage: { cpu: 100m, memory: [{ at: 0, value: 100Mi }, { at: 7m, value: 100Mi }, { at: 8m, value: ${peak} }] } }]
  timeline: [{ at: 3m, fault: { ProcessSignal: { component: vpa-recommender, for: 22m } } }]`,
      ) +
        deployment('web', { replicas: 2, cpu: '100m', memory: '250Mi' }).replace(
          'memory: 250Mi } }',
          'memory: 250Mi }, limits: { memory: 300Mi } }',
        ) +
        AUTOSCALER.replace('"Off"', '"Recreate"'),
    );
    return eventsOf(outcome, 'EvictedByVPA').length;
  };
  // What the pods request is within the bounds of a recommender that has seen three minutes.
  expect(evicted('250Mi')).toBe(0);
  // Killed after less than ten minutes: they need more at once.
  expect(evicted('400Mi')).toBeGreaterThan(0);
});

it('deletes checkpoints whose autoscaler is gone', () => {
  const gone = (at: string): FinishedRun => run(`{ at: ${at}, delete: { kind: VerticalPodAutoscaler, name: web } }`);
  expect(checkpoint(gone('10m'))).toBeUndefined();
  expect(checkpoint(gone('39m'))).toBeDefined();
});

it('begins with what a checkpoint of the input knows', () => {
  const history = (bucket: number) =>
    `{ referenceTimestamp: "2026-01-01T00:00:00Z", bucketWeights: { "${bucket}": 10000 }, totalWeight: 1000 }`;
  const known =
    EMPTY +
    `status:
  version: v3
  lastUpdateTime: "2025-12-31T23:59:00Z"
  firstSampleStart: "2025-12-24T00:00:00Z"
  lastSampleStart: "2025-12-31T23:59:00Z"
  totalSamplesCount: 10000
  cpuHistogram: ${history(60)}
  memoryHistogram: ${history(40)}
`;
  const { target, upper } = recommended(run('', known));
  // The end of bucket 60: 0.01 · (1.05^61 - 1) / 0.05 = 3.722 cores, and 558 m more. A week is worth much: 1 + 1/7 at most.
  expect(target).toBe(4280);
  expect(upper / target).toBeLessThan(1.15);
});
