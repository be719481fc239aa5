// GPUs in whole clusters: devices in pods.csv and in the annotation, room again after a deletion, and the packaged study.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';
import { deployment } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';

const INDEX = 'alibabacloud.com/gpu-index';

const text = (plugins: string, replicas: number): string =>
  `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  duration: 4m
  cluster:
    nodePools:
      - { name: gpu, count: 2, capacity: { alibabacloud.com/gpu-count: 2 }, labels: { alibabacloud.com/gpu-card-model: T4 } }
      - { name: plain, count: 2 }
  scheduler: { profiles: [{ plugins: { multiPoint: { enabled: [${plugins}] } } }] }
  timeline: [{ at: 1m, scale: { deployment: shares, replicas: 1 } }]
` +
  deployment('shares', { replicas }).replace(
    'metadata: { labels: { app: shares } }',
    'metadata: { labels: { app: shares }, annotations: { alibabacloud.com/gpu-milli: "400" } }',
  ) +
  deployment('whole', { replicas: 1 }).replace(
    'metadata: { labels: { app: whole } }',
    'metadata: { labels: { app: whole }, annotations: { alibabacloud.com/gpu-count: "2", alibabacloud.com/gpu-card-model: "A10|T4" } }',
  );

describe.each(['{ name: GpuShare }', '{ name: FGD, weight: 100 }', '{ name: Random, weight: 100 }'])(
  'a scenario with %s',
  (plugins) => {
    // Nine shares of 400 thousandths on four GPUs: two find room on each, and two whole GPUs are wanted besides.
    const outcome = runScenario(text(plugins, 9));
    const pods = podsOf(outcome);

    it('gives pods devices, never more than there are', () => {
      const bound = pods.filter(({ node }) => node !== '');
      expect(bound.every(({ node, gpu_index }) => node.startsWith('gpu-') && /^[01](-1)?$/.test(gpu_index))).toBe(true);
      const early = bound.filter(({ scheduled_seconds }) => (scheduled_seconds ?? 0) < 60);
      const used = new Map<string, number>();
      for (const { node, gpu_index, pod } of early) {
        for (const device of gpu_index.split('-')) {
          const milli = pod.startsWith('whole') ? 1000 : 400;
          used.set(`${node}/${device}`, (used.get(`${node}/${device}`) ?? 0) + milli);
        }
      }
      expect(Math.max(...used.values())).toBeLessThanOrEqual(1000);
      expect(pods.filter(({ node }) => node === '').every(({ gpu_index }) => gpu_index === '')).toBe(true);
    });

    it('says what pending pods lack, and places them when others have gone', () => {
      const messages = eventsOf(outcome, 'FailedScheduling').map(({ message }) => message);
      expect(messages.some((message) => /Insufficient alibabacloud\.com\/gpu-(milli|count)/.test(message))).toBe(true);
      const whole = pods.find(({ pod }) => pod.startsWith('whole'));
      expect(whole?.phase).toBe('Running');
      expect(whole?.gpu_index).toBe('0-1');
    });

    it('has the devices in the annotation of the pod and in the figures', () => {
      const { state } = outcome.world;
      const row = Array.from({ length: state.pods.length }, (_, pod) => pod).find(
        (pod) => state.pods.alive[pod] === 1 && state.boundWith.has(pod as PodRow),
      );
      const { metadata, spec } = podObject(state, (row ?? -1) as PodRow);
      const listed = pods.find(({ pod }) => pod === metadata?.name);
      expect(metadata?.annotations?.[INDEX]).toBe(listed?.gpu_index);
      expect(spec?.nodeName).toBe(listed?.node);
      // One share and two whole devices of four.
      expect(outcome.summary.gpu_allocated_ratio).toBeCloseTo(2.4 / 4, 12);
    });
  },
);

it('a pod of higher priority preempts those whose devices it needs, and no others', () => {
  const shares = (name: string, milli: number, replicas: number, more = ''): string =>
    deployment(name, { replicas, pod: more }).replace(
      `metadata: { labels: { app: ${name} } }`,
      `metadata: { labels: { app: ${name} }, annotations: { alibabacloud.com/gpu-milli: "${milli}" } }`,
    );
  const outcome = runScenario(
    `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  duration: 3m
  cluster: { nodePools: [{ name: gpu, count: 1, capacity: { cpu: 8, alibabacloud.com/gpu-count: 2 } }] }
  scheduler: { profiles: [{ plugins: { multiPoint: { enabled: [{ name: GpuShare }, { name: FGD, weight: 100 }] } } }] }
  timeline: [{ at: 1m, scale: { deployment: urgent, replicas: 1 } }]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: high }
value: 1000
` +
      shares('small', 500, 2) +
      shares('large', 900, 1) +
      shares('urgent', 800, 0, ', priorityClassName: high'),
  );
  const pods = podsOf(outcome);
  const urgent = pods.find(({ pod }) => pod.startsWith('urgent'));
  expect([urgent?.phase, urgent?.node]).toEqual(['Running', 'gpu-0']);
  expect(urgent?.scheduled_seconds).toBeLessThan(100);
  const evicted = pods.filter(
    ({ created_seconds, deleted_seconds }) => created_seconds < 30 && deleted_seconds !== null,
  );
  // The one large pod is enough: its device has room then.
  expect(evicted.map(({ pod }) => pod.slice(0, 5))).toEqual(['large']);
  expect(urgent?.gpu_index).toBe(evicted[0].gpu_index);
});

it('leaves the columns empty where no plugin looks after GPUs', () => {
  const outcome = runScenario(text('', 2));
  expect(outcome.summary.gpu_allocated_ratio).toBeNull();
  expect(outcome.world.measure.series.every((row) => row.gpu_fragmented_ratio === null)).toBe(true);
  expect(outcome.world.scheduler.cache.devices).toBeUndefined();
});

it('the packaged study holds: FGD has at least 1.5 percentage points more than BestFit', () => {
  const file = fileURLToPath(new URL('../../scenarios/gpu-fragmentation.yaml', import.meta.url));
  const families = familySchemas(builtInFamilies);
  const loaded = loadScenario([{ file, text: readFileSync(file, 'utf8') }], { families });
  const wanted = new Set(['FGD', 'BestFit']);
  const jobs = expandJobs(loaded, { families }).filter(({ axes }) => wanted.has(String(axes[0].value)));
  const [bestFit, fgd] = jobs.map((job) => {
    const { summary, verdicts } = runJob(job, { families: builtInFamilies, check: false });
    expect(verdicts.filter(({ pass }) => !pass)).toEqual([]);
    return summary.gpu_allocated_ratio ?? 0;
  });
  expect(fgd - bestFit).toBeGreaterThanOrEqual(0.015);
});
