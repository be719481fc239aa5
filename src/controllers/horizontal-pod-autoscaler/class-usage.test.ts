// Sums by class propose what lists of pods propose, whatever the pods do.
import { expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { PodBit, PodPhase } from '../../model/pods.ts';
import type { CustomMetrics, ResourceMetrics } from '../../model/ports/metrics-apis.ts';
import type { Registry } from '../../model/registry.ts';
import type { ClassRow, PodRow } from '../../model/rows.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { usageByClass } from './class-usage.ts';
import { proposalOf } from './metric-proposal.ts';
import { metricsOf, viewedPods } from './viewed-pods.ts';

const RUNS = 1000;
const NOW_US = 1000e6;
const NONE = -1 as PodRow;
const rules = { cpuInitializationPeriodUs: 300e6, initialReadinessDelayUs: 30e6 };

it('propose what lists propose', () => {
  const random = new CounterRandom('1', 'class usage');
  const below = (end: number): number => Math.floor(random.uniform() * end);
  const outcomes = new Set<string>();
  for (let run = 0; run < RUNS; run += 1) {
    const requests = Array.from({ length: 1 + below(2) }, () => (below(20) === 0 ? undefined : 100 * (1 + below(4))));
    const count = below(9);
    const troubled = below(3) > 0;
    const odd = (): boolean => troubled && below(4) === 0;
    const pods = Array.from({ length: count }, () => {
      const phase = odd() ? below(4) : PodPhase.Running;
      const startedUs = odd() ? -1 : NOW_US - below(odd() ? 40 : 600) * 1e6;
      const state = phase | (odd() ? PodBit.Deleting : 0) | (odd() ? 0 : PodBit.Ready);
      const usage = odd() ? undefined : below(500);
      const readyUs = startedUs + below(60) * 1e6;
      return { ofClass: below(requests.length), state, startedUs, readyUs, usage, atUs: NOW_US - below(60) * 1e6 };
    });
    const rowsOf = (podClass: number): PodRow[] =>
      pods.flatMap(({ ofClass }, row) => (ofClass === podClass ? [row as PodRow] : []));
    const views = {
      pods: {
        byClass: {
          first: (podClass: ClassRow) => rowsOf(podClass).at(0) ?? NONE,
          next: (pod: PodRow) => rowsOf(pods[pod].ofClass).find((row) => row > pod) ?? NONE,
        },
        view: {
          state: pods.map(({ state }) => state),
          epoch: pods.map(() => 0),
          readyAt: pods.map(({ readyUs }) => readyUs),
          startedAt: (pod: PodRow) => pods[pod].startedUs,
        },
      },
    } as unknown as SharedViews;
    const containers = requests.map((cpu) => ({
      name: 'c',
      resources: cpu === undefined ? {} : { requests: { cpu: `${cpu}m` } },
    }));
    const registry = {
      podName: (pod: PodRow) => `pod-${pod}`,
      classes: { get: (podClass: ClassRow) => ({ spec: { containers: [containers[podClass]] } }) },
    } as unknown as Registry;
    const resources: ResourceMetrics = {
      read: (pod) => {
        const { usage, atUs } = pods[pod];
        return usage === undefined ? undefined : { value: BigInt(usage), atUs, windowUs: 15e6 };
      },
      cpuMilli: (pod) => pods[pod].usage ?? -1,
    };
    const classes = requests.map((_, podClass) => podClass as ClassRow);
    const listed = viewedPods(views, registry, classes);
    const propose = (usage: ReturnType<typeof usageByClass>): unknown => {
      const current = 1 + (run % 12);
      return proposalOf(
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 20 + 10 * (run % 13) } },
        },
        {
          namespace: 'default',
          current,
          observed: current,
          pods: () => listed,
          tolerances: { scaleUp: 0.1, scaleDown: 0.1 },
          rules,
          nowUs: NOW_US,
          apis: metricsOf({ pods: () => listed, usage }, 'default', resources, {} as CustomMetrics),
        },
      );
    };
    const bySums = propose(usageByClass(views, registry, classes, resources));
    expect(bySums).toEqual(propose(() => undefined));
    outcomes.add('error' in (bySums as object) ? 'error' : `${(bySums as { replicas: number }).replicas}`);
  }
  // Errors, no change, more and fewer.
  expect(outcomes.size).toBeGreaterThan(20);
});
