// How often the full run lies within the interval that the sampled one prints: scenario by scenario, each full run against each sampled one.
import { writeFileSync } from 'node:fs';
import { Histogram } from '../../src/metrics/histogram.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { type FinishedRun, runJob } from '../../src/world/run.ts';
import { type StudyCase, studyCases } from './scenarios.ts';

export const FIGURES = [
  'request_duration_seconds_mean',
  'request_duration_seconds_p50',
  'request_duration_seconds_p99',
  'requests_error_ratio',
  'cpu_seconds_per_request',
] as const;
/** More than so many values among the full runs, and their figure is no constant of the histogram's buckets. */
const FEW_VALUES = 3;
export type Figure = (typeof FIGURES)[number];

export interface CaseOutcome {
  readonly name: string;
  /** Pairs of a full and a sampled run that knew its figures, and by figure how many of them agree. */
  readonly pairs: number;
  readonly inside: Readonly<Record<Figure, number>>;
  /** Whether full runs differ in a figure at all, but for a bucket of the histogram more or less. */
  readonly varies: Readonly<Record<Figure, boolean>>;
  /** Of those pairs: in how many the mean size of the autoscaler is within its bounds; undefined where there is none. */
  readonly sizesInside: number | undefined;
  /** The share of requests that was simulated, on average; events by those of full runs. */
  readonly simulated: number;
  readonly events: number;
  /** Mean replicas of the autoscaler's target, sampled by full; 1 where there is none. */
  readonly replicas: number;
}

const families = familySchemas(builtInFamilies);

export function load(text: string, set: readonly string[]): LoadedScenario {
  return loadScenario([{ file: 'study.yaml', text }], { families, set });
}

function run(loaded: LoadedScenario, seed: number): FinishedRun {
  return runJob({ id: 'seed', seed, axes: [], set: [], loaded }, { families: builtInFamilies, check: false });
}

export function measured({ world, summary }: FinishedRun): Record<Figure, number> {
  const { traffic, measure } = world;
  const all = new Histogram();
  for (const source of traffic.sources.keys()) all.merge(traffic.meters.latencies(source));
  // Nodes of 4 CPUs less 0.1 for the system, with a row each at the end of each interval of 30 s.
  const cpu = measure.nodes.reduce((sum, { cpu_usage_ratio: ratio }) => sum + (ratio ?? 0) * 3.9 * 30, 0);
  return {
    request_duration_seconds_mean: all.mean / 1e6,
    request_duration_seconds_p50: all.quantile(0.5) / 1e6,
    request_duration_seconds_p99: all.quantile(0.99) / 1e6,
    requests_error_ratio: summary.requests_error_ratio ?? 0,
    cpu_seconds_per_request: cpu / summary.requests_total,
  };
}

function meanReplicas({ world }: FinishedRun): number {
  const rows = [...world.measure.autoscalers.rows()];
  const wanted = rows.map((row) => row.desired ?? 0);
  return wanted.length === 0 ? 1 : wanted.reduce((sum, one) => sum + one, 0) / wanted.length;
}

/** Seeds from `first` on: other scenarios have others, else all would share the luck of a few. */
export function studyCase({ name, text }: StudyCase, seeds: number, first = 1, error = '2%'): CaseOutcome {
  const full = load(text, []);
  const sampled = load(text, ['spec.trafficMode=sampled', `spec.trafficError=${error}`]);
  const fulls = Array.from({ length: seeds }, (_, i) => run(full, first + i));
  const others = Array.from({ length: seeds }, (_, i) => run(sampled, first + i));
  const truths = fulls.map(measured);
  const inside = Object.fromEntries(FIGURES.map((figure) => [figure, 0])) as Record<Figure, number>;
  const varies = Object.fromEntries(
    FIGURES.map((figure) => [figure, new Set(truths.map((truth) => truth[figure])).size > FEW_VALUES]),
  ) as Record<Figure, boolean>;
  const sizes = fulls.map(meanReplicas);
  let sizesInside: number | undefined;
  let pairs = 0;
  for (const { sampled: record } of others) {
    // What was never known was simulated, all of it.
    if (record === undefined || record.measured === 0) continue;
    pairs += seeds;
    for (const figure of FIGURES) {
      const interval = record.intervals[figure];
      for (const truth of truths)
        if (truth[figure] >= interval[0] - 1e-12 && truth[figure] <= interval[1] + 1e-12) inside[figure] += 1;
    }
    for (const [low, high] of Object.values(record.autoscaler_replicas))
      sizesInside = (sizesInside ?? 0) + sizes.filter((size) => size >= low && size <= high).length;
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  return {
    name,
    pairs,
    inside,
    varies,
    sizesInside,
    simulated: mean(others.map(({ sampled: record }) => record?.requests_simulated_ratio ?? 1)),
    events: mean(others.map(({ events }) => events)) / mean(fulls.map(({ events }) => events)),
    replicas: mean(others.map(meanReplicas)) / mean(fulls.map(meanReplicas)),
  };
}

/** Arguments: `seeds [from [until [file]]]`: of the scenarios with these numbers, each with so many seeds. */
export function study(args: readonly string[]): void {
  const [seeds = 10, from = 0, until = Number.POSITIVE_INFINITY] = args.slice(0, 3).map(Number);
  const outcomes: CaseOutcome[] = [];
  for (const [index, one] of studyCases().entries()) {
    if (index < from || index >= until) continue;
    const outcome = studyCase(one, seeds, 1 + 1000 * index);
    outcomes.push(outcome);
    const shares = FIGURES.map((figure) => ((100 * outcome.inside[figure]) / Math.max(1, outcome.pairs)).toFixed(1));
    const cells = [outcome.name, ...shares, (100 * outcome.simulated).toFixed(0), outcome.replicas.toFixed(3)];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
    if (args[3] !== undefined) writeFileSync(args[3], JSON.stringify(outcomes));
  }
  const shares = (counts: (outcome: CaseOutcome, figure: Figure) => boolean): string =>
    FIGURES.map((figure) => {
      const some = outcomes.filter((outcome) => counts(outcome, figure));
      const pairs = some.reduce((sum, one) => sum + one.pairs, 0);
      return ((100 * some.reduce((sum, { inside }) => sum + inside[figure], 0)) / Math.max(1, pairs)).toFixed(1);
    }).join(' | ');
  const scaled = outcomes.filter(({ sizesInside }) => sizesInside !== undefined);
  const sizes = scaled.reduce((sum, one) => sum + (one.sizesInside ?? 0), 0);
  const pairs = scaled.reduce((sum, one) => sum + one.pairs, 0);
  process.stdout.write(`| all ${outcomes.length} | ${shares(() => true)} | | |\n`);
  process.stdout.write(`| those in which full runs differ | ${shares(({ varies }, figure) => varies[figure])} | | |\n`);
  process.stdout.write(`Sizes of autoscalers: ${((100 * sizes) / Math.max(1, pairs)).toFixed(1)} of ${pairs}.\n`);
}
