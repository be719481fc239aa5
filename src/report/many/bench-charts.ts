// Charts of a bench: what each variant gives for what it takes, and how it differs from the first one, figure by figure.
import { differences } from './differences.ts';
import type { Bench, BenchRow } from './read-bench.ts';
import type { Sweep } from './read-sweep.ts';
import type { NamedDrawing } from './sweep-charts.ts';
import { tradeOff } from './trade-off.ts';

export interface BenchFigure {
  readonly column: string;
  /** What it is, as a person says it. */
  readonly name: string;
  /** The same in few words, for a panel. */
  readonly short: string;
  readonly unit: 'seconds' | 'ratio' | 'count';
}

const WAIT: BenchFigure = {
  column: 'scheduler_pod_scheduling_sli_duration_seconds_p99',
  name: "99th percentile of pods' wait for a node",
  short: 'Wait for a node, p99',
  unit: 'seconds',
};
const ANSWER: BenchFigure = {
  column: 'request_duration_seconds_p99',
  name: '99th percentile of the latency',
  short: 'Latency, p99',
  unit: 'seconds',
};
const ERRORS: BenchFigure = {
  column: 'requests_error_ratio',
  name: 'Share of failed requests',
  short: 'Failed requests',
  unit: 'ratio',
};
const NODES: BenchFigure = {
  column: 'nodes_used',
  name: 'Nodes in use, mean over time',
  short: 'Nodes in use',
  unit: 'count',
};
const CPU: BenchFigure = {
  column: 'cpu_requested_ratio',
  name: 'CPU requested as a share of allocatable, mean over time',
  short: 'CPU requested',
  unit: 'ratio',
};
const LOST_CPU: BenchFigure = {
  column: 'cpu_fragmentation_ratio',
  name: 'Share of the free CPU of no use to a typical pod',
  short: 'Fragmentation of CPU',
  unit: 'ratio',
};
const LOST_MEMORY: BenchFigure = {
  column: 'memory_fragmentation_ratio',
  name: 'Share of the free memory of no use to a typical pod',
  short: 'Fragmentation of memory',
  unit: 'ratio',
};

const GPU: BenchFigure = {
  column: 'gpu_allocated_ratio',
  name: 'GPUs allocated at the end',
  short: 'GPUs allocated',
  unit: 'ratio',
};
const LOST_GPU: BenchFigure = {
  column: 'gpu_fragmented_ratio',
  name: 'Share of idle GPUs of no use to a typical pod',
  short: 'Fragmentation of GPUs',
  unit: 'ratio',
};

/** Who met the new build, and the pods that its way out took: what a bench of rollout strategies is about, where its expectations name them. */
const MET = /^revision\..+\.users$/;
const EXTRA_PODS = /^rollout\..+\.extra_pod_hours$/;

function expected({ figures }: Sweep, pattern: RegExp): BenchFigure[] {
  return figures
    .filter(({ column }) => pattern.test(column))
    .slice(0, 1)
    .map(({ column, title }) => ({ column, name: title, short: title, unit: 'count' }));
}

const GAINS = [GPU, WAIT, ANSWER, ERRORS] as const;
const COSTS = [NODES, LOST_GPU, LOST_CPU, CPU, ERRORS] as const;
const PANELS = [
  GPU,
  LOST_GPU,
  WAIT,
  {
    ...WAIT,
    column: WAIT.column.replace('p99', 'p50'),
    name: "Median of pods' wait for a node",
    short: 'Wait for a node, median',
  },
  ANSWER,
  ERRORS,
  NODES,
  CPU,
  LOST_CPU,
  LOST_MEMORY,
] as const;
const MOST_PANELS = 6;
/** Means that are closer than this, by the greatest of them, are the same to the eye. */
const APART = 0.005;

/** At most two charts; none where no figure differs. */
export function benchCharts(sweep: Sweep, bench: Bench): NamedDrawing[] {
  const differs = (figure: BenchFigure): boolean => spreadOf(bench.figures.get(figure.column) ?? []) >= APART;
  const about = `${sweep.scenario} · ${sweep.seeds === 1 ? 'one seed' : `${sweep.seeds} seeds, 95 % confidence intervals`}`;
  const met = expected(sweep, MET);
  const extra = expected(sweep, EXTRA_PODS);
  const gain = [...met, ...GAINS].find(differs);
  const cost = [...extra, ...COSTS].find((figure) => differs(figure) && figure !== gain);
  const compared = ({ column }: BenchFigure): boolean =>
    (bench.figures.get(column) ?? []).some(({ difference }) => !Number.isNaN(difference));
  const panels = [...met, ...extra, ...PANELS]
    .filter((figure) => differs(figure) && compared(figure))
    .slice(0, MOST_PANELS);
  return [
    ...(gain === undefined || cost === undefined
      ? []
      : [{ name: 'bench-trade-off', drawing: tradeOff(bench, cost, gain, about) }]),
    ...(panels.length === 0 || bench.variants.length < 2
      ? []
      : [
          {
            name: 'bench-differences',
            drawing: differences(bench, panels, sweep.seeds === 1 ? about : `${about}, differences seed by seed`),
          },
        ]),
  ];
}

function spreadOf(rows: readonly BenchRow[]): number {
  const means = rows.map(({ mean }) => mean);
  const most = Math.max(...means.map(Math.abs));
  return rows.length < 2 || most === 0 ? 0 : (Math.max(...means) - Math.min(...means)) / most;
}
