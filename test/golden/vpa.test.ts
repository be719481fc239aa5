// Golden records of the vertical pod autoscaler: histograms, recommendations, policies, the updater's order and limits.
import { describe, test } from 'vitest';
import { capped, type CappedRecommendation, type ContainerPolicy } from '../../src/vertical-autoscaler/policy.ts';
import type { Amounts } from '../../src/vertical-autoscaler/recommender/amounts.ts';
import { CPU_BUCKETS, MEMORY_BUCKETS } from '../../src/vertical-autoscaler/recommender/buckets.ts';
import { estimate, type Recommendation } from '../../src/vertical-autoscaler/recommender/estimate.ts';
import { DecayingHistogram } from '../../src/vertical-autoscaler/recommender/histogram.ts';
import { ContainerUsage, UsageHistory } from '../../src/vertical-autoscaler/recommender/usage-history.ts';
import { DisruptionLimits } from '../../src/vertical-autoscaler/updater/disruption-limits.ts';
import { PendingResizes } from '../../src/vertical-autoscaler/updater/pending-resizes.ts';
import { podsToUpdate, updatePriority } from '../../src/vertical-autoscaler/updater/priority.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface HistogramRecord {
  readonly in: {
    readonly kind: 'cpu' | 'memory';
    readonly samples: readonly (readonly [seconds: number, value: number, weight: number])[] | null;
  };
  readonly out: { readonly empty: boolean; readonly percentiles: Readonly<Record<string, number>> };
}

type OfContainer = Recommendation & { readonly container: string };

interface RecommendationRecord {
  readonly containers: readonly { readonly name: string }[];
  readonly events: readonly {
    readonly t: number;
    readonly c?: number;
    readonly cpuMilli?: number;
    readonly memory?: number;
    readonly rejected?: string;
    readonly oomRequestedMemory?: number;
    readonly recommendation?: readonly (CappedRecommendation & { readonly container: string })[] | null;
  }[];
}

interface CappingRecord {
  readonly in: {
    readonly globalMaxAllowed: Partial<Amounts>;
    readonly policy: readonly ContainerPolicy[] | null;
    readonly recommendation: readonly OfContainer[];
  };
  readonly out: { readonly recommendation: readonly unknown[] };
}

interface PriorityRecord {
  readonly in: {
    readonly recommendation: readonly OfContainer[];
    readonly pods: readonly {
      readonly name: string;
      readonly age?: number;
      readonly containers: readonly { readonly cpuMilli?: number; readonly memory?: number }[];
      readonly lastTermination?: {
        readonly reason: string;
        readonly livedSeconds: number;
        readonly finishedAgo: number;
      };
      readonly outsideRecommendedRange: boolean;
      readonly scaleUp: boolean;
      readonly resourceDiff: number;
    }[];
  };
  readonly out: { readonly order: readonly string[] | null };
}

interface LimitsRecord {
  readonly in: {
    readonly configuredReplicas: number;
    readonly evictionTolerance: number;
    readonly minReplicas: number;
    readonly vpaMinReplicas: number | null;
    readonly podPhases: readonly string[];
  };
  readonly out: { readonly evicted: readonly string[] | null };
}

function percentiles({ in: given, out }: HistogramRecord): string | undefined {
  const histogram = new DecayingHistogram(given.kind === 'cpu' ? CPU_BUCKETS : MEMORY_BUCKETS);
  for (const [seconds, value, weight] of given.samples ?? []) histogram.add(value, weight, seconds * 1e6);
  const found = Object.keys(out.percentiles).map((share) => [share, histogram.percentile(Number(share))]);
  return difference(out, { empty: histogram.isEmpty, percentiles: Object.fromEntries(found) });
}

function recommended({ containers, events }: RecommendationRecord): string | undefined {
  const usages = containers.map(() => {
    const history = new UsageHistory();
    return { history, usage: new ContainerUsage(history) };
  });
  for (const { t, c = 0, cpuMilli = 0, memory = 0, rejected, oomRequestedMemory, recommendation } of events) {
    const usage = usages[c]?.usage;
    const atUs = t * 1e6;
    if (recommendation !== undefined) {
      const found = containers.map(({ name }, at) => {
        const made = estimate(usages[at].history, containers.length);
        return { container: name, ...capped(name, made, [], {}) };
      });
      const known = found.filter((_, at) => usages[at].history.samples > 0);
      const first = difference(recommendation ?? [], known, `at ${t}`);
      if (first !== undefined) return first;
    } else if (oomRequestedMemory !== undefined) {
      usage.addOom(oomRequestedMemory, atUs);
    } else {
      const taken = [usage.addCpu(cpuMilli, atUs), usage.addMemory(memory, atUs)];
      const first = difference(
        rejected,
        taken.every(Boolean) ? undefined : taken.map((one) => !one).join(' '),
        `at ${t}`,
      );
      if (first !== undefined) return first;
    }
  }
  return undefined;
}

function capping({ in: given, out }: CappingRecord): string | undefined {
  const found = given.recommendation.map(({ container, ...recommendation }) => ({
    container,
    ...capped(container, recommendation, given.policy ?? [], given.globalMaxAllowed),
  }));
  return difference(out.recommendation, found);
}

function order({ in: given, out }: PriorityRecord): string | undefined {
  const recommendations = new Map(given.recommendation.map((one) => [one.container, one]));
  const pods = given.pods.map((pod) => {
    const last = pod.lastTermination;
    return {
      name: pod.name,
      ageUs: pod.age === undefined ? undefined : pod.age * 1e6,
      oomKills:
        last?.reason === 'OOMKilled' ? [{ livedUs: last.livedSeconds * 1e6, agoUs: last.finishedAgo * 1e6 }] : [],
      containers: pod.containers.map(({ cpuMilli, memory }, at) => ({ name: `c${at}`, cpuMilli, memory })),
    };
  });
  for (const [at, { outsideRecommendedRange, scaleUp, resourceDiff }] of given.pods.entries()) {
    const first = difference(
      { outsideRecommendedRange, scaleUp, resourceDiff },
      updatePriority(pods[at].containers, recommendations),
      `${at}`,
    );
    if (first !== undefined) return first;
  }
  const found = podsToUpdate(pods, () => recommendations).map(({ name }) => name);
  return difference(out.order ?? [], found, 'order');
}

function limits({ in: given, out }: LimitsRecord): string | undefined {
  const pods = given.podPhases.map((phase, at) => ({ name: `p${at}`, pending: phase === 'Pending' }));
  const { configuredReplicas, evictionTolerance } = given;
  const one = new DisruptionLimits(configuredReplicas, pods, {
    minReplicas: given.vpaMinReplicas ?? given.minReplicas,
    evictionTolerance,
  });
  const resizes = new PendingResizes();
  const evicted = pods.flatMap((pod) => {
    if (!resizes.mayEvict(pod.name, pod, one, 0)) return [];
    one.count(pod);
    return [pod.name];
  });
  return difference(out.evicted ?? [], evicted);
}

describe('the vertical pod autoscaler 1.7', () => {
  test('keeps histograms that forget', () => {
    agree('vpa/histogram', eachRecord<HistogramRecord>('vpa/histogram.jsonl.gz'), percentiles);
  });

  test('recommends', () => {
    agree('vpa/recommendations', eachRecord<RecommendationRecord>('vpa/recommendations.jsonl.gz'), recommended);
  });

  test('applies policies', () => {
    agree('vpa/capping', eachRecord<CappingRecord>('vpa/capping.jsonl.gz'), capping);
  });

  test('updates the most urgent first', () => {
    agree('vpa/update_priority', eachRecord<PriorityRecord>('vpa/update_priority.jsonl.gz'), order);
  });

  test('evicts so many at a time', () => {
    agree('vpa/eviction_limits', eachRecord<LimitsRecord>('vpa/eviction_limits.jsonl.gz'), limits);
  });
});
