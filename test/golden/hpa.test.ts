// The HorizontalPodAutoscaler's decisions against Kubernetes: one sync that has no past, and whole series of them.
import type { HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2.js';
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { describe, test } from 'vitest';
import { AutoscalerHistory } from '../../src/controllers/horizontal-pod-autoscaler/history.ts';
import {
  MetricError,
  type MetricsApis,
  type Samples,
  type ScaledPod,
} from '../../src/controllers/horizontal-pod-autoscaler/metrics-apis.ts';
import { requestMilli } from '../../src/controllers/horizontal-pod-autoscaler/requests.ts';
import { Sync } from '../../src/controllers/horizontal-pod-autoscaler/sync.ts';
import { agree, difference, eachRecord } from './harness.ts';

/** The flags with which the records were made. */
const RULES = {
  tolerance: 0.1,
  downscaleStabilizationUs: 300e6,
  cpuInitializationPeriodUs: 300e6,
  initialReadinessDelayUs: 30e6,
};
const NOW_US = 1e12;

interface ContainerRecord {
  readonly name: string;
  readonly cpuMilli?: number;
  readonly memoryBytes?: number;
  readonly sidecar?: boolean;
}

interface PodRecord {
  readonly name: string;
  readonly phase: ScaledPod['phase'];
  readonly deleting?: boolean;
  readonly startAgo?: number;
  readonly ready?: 'True' | 'False';
  readonly readyTransitionAgo?: number;
  readonly containers: readonly ContainerRecord[];
  readonly podLevelCpuMilli?: number;
  readonly metric: {
    readonly cpuMilli?: number;
    readonly memoryMilliBytes?: number;
    readonly customMilli?: number;
    readonly age?: number;
    readonly window?: number;
  };
}

interface SingleRecord {
  readonly in: {
    readonly spec: HorizontalPodAutoscalerSpec;
    readonly defaultedBehavior: HorizontalPodAutoscalerBehavior | null;
    readonly scaleSpecReplicas: number;
    readonly scaleStatusReplicas: number;
    readonly pods: readonly PodRecord[];
    readonly objectMilli?: number;
    readonly externalMilli?: readonly number[];
  };
  readonly out: {
    readonly desired: number;
    readonly current: number;
    readonly scaledTo?: number;
    readonly conditions: Readonly<Record<string, string>>;
    readonly currentMetrics: unknown;
    readonly error?: string;
  };
}

interface SeriesRecord {
  readonly kind: string;
  readonly spec: HorizontalPodAutoscalerSpec;
  readonly defaultedBehavior: HorizontalPodAutoscalerBehavior | null;
  readonly metricAge: number;
  readonly window: number;
  readonly requestCpuMilli: number;
  readonly steps: readonly StepRecord[];
}

interface StepRecord {
  readonly nextIn: number;
  readonly current: number;
  readonly desired: number;
  readonly conditions: Readonly<Record<string, string>>;
  readonly pods?: readonly {
    readonly n: number;
    readonly startAgo: number;
    readonly ready: 'True' | 'False';
    readonly readyTransitionAgo: number;
    readonly cpuMilli?: number;
    readonly customMilli?: number;
  }[];
  readonly externalMilli?: number;
  readonly readyPods?: number;
}

function podSpec({ containers, podLevelCpuMilli }: PodRecord): PodSpec {
  const all = containers.map(({ name, cpuMilli, memoryBytes, sidecar }) => ({
    sidecar,
    container: {
      name,
      resources: {
        requests: {
          ...(cpuMilli === undefined ? {} : { cpu: `${cpuMilli}m` }),
          ...(memoryBytes === undefined ? {} : { memory: `${memoryBytes}` }),
        },
      },
    },
  }));
  return {
    containers: all.filter(({ sidecar }) => sidecar !== true).map(({ container }) => container),
    initContainers: all
      .filter(({ sidecar }) => sidecar === true)
      .map(({ container }) => ({ ...container, restartPolicy: 'Always' })),
    ...(podLevelCpuMilli === undefined ? {} : { resources: { requests: { cpu: `${podLevelCpuMilli}m` } } }),
  };
}

function scaledPod(record: PodRecord, nowUs: number): ScaledPod {
  const { name, phase, deleting = false, startAgo, ready, readyTransitionAgo = 0 } = record;
  const spec = podSpec(record);
  return {
    name,
    phase,
    deleting,
    startedAtUs: startAgo === undefined ? undefined : nowUs - startAgo * 1e6,
    ready: ready === undefined ? undefined : { status: ready === 'True', sinceUs: nowUs - readyTransitionAgo * 1e6 },
    // The records do not say which pod was found first.
    requestMilli: (resource, container) => requestMilli(spec, '<any>', resource, container),
  };
}

/** The metrics APIs as the fakes of the records answered. */
function fakeApis(
  records: ReadonlyMap<ScaledPod, PodRecord>,
  object: number | undefined,
  external: readonly number[] | undefined,
  nowUs: number,
): MetricsApis {
  const samples = (api: string, value: (metric: PodRecord['metric']) => number | undefined): Samples => {
    const found: Samples = new Map();
    for (const [pod, { metric }] of records) {
      const one = value(metric);
      const { age = 0, window = 0 } = metric;
      if (one !== undefined) found.set(pod, { value: BigInt(one), atUs: nowUs - age * 1e6, windowUs: window * 1e6 });
    }
    if (found.size === 0) throw new MetricError(`no metrics returned from ${api} metrics API`);
    return found;
  };
  return {
    resource: (resource) =>
      samples('resource', (metric) => (resource === 'cpu' ? metric.cpuMilli : metric.memoryMilliBytes)),
    pods: () => samples('custom', ({ customMilli }) => customMilli),
    object() {
      if (object === undefined) throw new MetricError('no object metric');
      return BigInt(object);
    },
    external() {
      if (external === undefined) throw new MetricError('no external metric');
      return external.map(BigInt);
    },
  };
}

function withBehavior(
  spec: HorizontalPodAutoscalerSpec,
  behavior: HorizontalPodAutoscalerBehavior | null,
): HorizontalPodAutoscalerSpec {
  return { ...spec, ...(behavior === null ? {} : { behavior }) };
}

/** What a sync leaves: type → "Status/Reason". */
function conditionsOf(status: Sync['status']): Record<string, string> {
  return Object.fromEntries(
    (status.conditions ?? []).map(({ type, status: holds, reason }) => [type, `${holds}/${reason}`]),
  );
}

const PREFIX = 'failed to compute desired number of replicas based on listed metrics for Deployment/default/d: ';

function single({ in: given, out }: SingleRecord): string | undefined {
  const pods = new Map(given.pods.map((record) => [scaledPod(record, NOW_US), record] as const));
  const spec = withBehavior(given.spec, given.defaultedBehavior);
  const sync = new Sync({ namespace: 'default', spec, status: undefined }, new AutoscalerHistory(), NOW_US);
  const scale = { current: given.scaleSpecReplicas, observed: given.scaleStatusReplicas };
  const apis = fakeApis(pods, given.objectMilli, given.externalMilli, NOW_US);
  const { replicas, rescale, error } = sync.decide(scale, { pods: () => [...pods.keys()], apis }, RULES, NOW_US);
  if (rescale && replicas !== undefined) sync.rescaled(scale.current, replicas, NOW_US);
  const { status } = sync;
  return difference(out, {
    desired: status.desiredReplicas,
    current: status.currentReplicas,
    ...(rescale ? { scaledTo: replicas } : {}),
    conditions: conditionsOf(status),
    currentMetrics: status.currentMetrics ?? null,
    ...(error === undefined ? {} : { error: `${replicas === undefined ? PREFIX : ''}${error}` }),
  });
}

function seriesPods(record: SeriesRecord, step: StepRecord): PodRecord[] {
  const { metricAge: age, window, requestCpuMilli: cpuMilli } = record;
  const containers = [{ name: 'c', cpuMilli }];
  const groups = (step.pods ?? []).flatMap(
    ({ n, cpuMilli: used, customMilli, startAgo, ready, readyTransitionAgo }) => {
      const metric = {
        age,
        window,
        ...(used === undefined ? {} : { cpuMilli: used }),
        ...(customMilli === undefined ? {} : { customMilli }),
      };
      const one = { name: '', phase: 'Running' as const, startAgo, ready, readyTransitionAgo, containers, metric };
      return Array.from({ length: n }, () => one);
    },
  );
  const ready = { name: '', phase: 'Running' as const, startAgo: 3600, ready: 'True' as const, containers, metric: {} };
  return [...groups, ...Array.from({ length: step.readyPods ?? 0 }, () => ready)];
}

function series(record: SeriesRecord): string | undefined {
  const spec = withBehavior(record.spec, record.defaultedBehavior);
  const history = new AutoscalerHistory();
  let nowUs = NOW_US;
  let status: Sync['status'] | undefined;
  for (const [index, step] of record.steps.entries()) {
    const pods = new Map(seriesPods(record, step).map((one) => [scaledPod(one, nowUs), one] as const));
    const sync = new Sync({ namespace: 'default', spec, status }, history, nowUs);
    const external = step.externalMilli === undefined ? undefined : [step.externalMilli];
    const apis = fakeApis(pods, undefined, external, nowUs);
    const scale = { current: step.current, observed: step.current };
    const { replicas, rescale } = sync.decide(scale, { pods: () => [...pods.keys()], apis }, RULES, nowUs);
    if (rescale && replicas !== undefined) sync.rescaled(step.current, replicas, nowUs);
    ({ status } = sync);
    const expected = { desired: step.desired, conditions: step.conditions };
    const actual = { desired: status.desiredReplicas, conditions: conditionsOf(status) };
    const different = difference(expected, actual, `step ${index}`);
    if (different !== undefined) return different;
    nowUs += step.nextIn * 1e6;
  }
  return undefined;
}

describe('a HorizontalPodAutoscaler decides as Kubernetes does', () => {
  test('one sync', () => {
    agree('hpa/single', eachRecord<SingleRecord>('hpa/single.jsonl.gz'), single);
  });

  test('series of syncs', () => {
    agree('hpa/series', eachRecord<SeriesRecord>('hpa/series.jsonl.gz'), series);
  });
});
