// What is printed of a bench: a table of the variants, and how they differ from the first one, seed by seed.
import { caveatsOfJobs } from '../../sweep/caveats-of-jobs.ts';
import { median } from 'd3-array';
import { meanInterval } from '../../lib/confidence.ts';
import type { Row } from '../../metrics/catalogue.ts';
import type { Benched } from '../../sweep/bench.ts';
import type { Cell } from '../../sweep/index-files.ts';
import { showInUnit } from '../../world/expectations.ts';
import { caveatLines } from '../caveat-lines.ts';
import { colors } from '../colors.ts';
import type { Many } from '../many.ts';
import { cellTable, expectationLines, headLine } from '../many-print.ts';
import { printShard } from '../shards/shard-print.ts';
import { shown } from '../shown-path.ts';
import { table } from '../table.ts';
import { rankLines } from './rank-lines.ts';
import { untilLines } from '../until.ts';

interface ShownFigure {
  readonly title: string;
  readonly column: keyof Row<'summary'>;
  readonly unit: 'count' | 'seconds' | 'ratio';
}

const ALWAYS: readonly ShownFigure[] = [
  { title: 'scheduled', column: 'kube_pod_scheduled_total', unit: 'count' },
  { title: 'pending', column: 'kube_pod_status_phase_pending', unit: 'count' },
  { title: 'wait p50', column: 'scheduler_pod_scheduling_sli_duration_seconds_p50', unit: 'seconds' },
  { title: 'wait p99', column: 'scheduler_pod_scheduling_sli_duration_seconds_p99', unit: 'seconds' },
  { title: 'cpu', column: 'cpu_requested_ratio', unit: 'ratio' },
  { title: 'memory', column: 'memory_requested_ratio', unit: 'ratio' },
  { title: 'cpu frag.', column: 'cpu_fragmentation_ratio', unit: 'ratio' },
  { title: 'mem. frag.', column: 'memory_fragmentation_ratio', unit: 'ratio' },
  { title: 'nodes', column: 'nodes_used', unit: 'count' },
  { title: 'preempted', column: 'kube_pod_preempted_total', unit: 'count' },
];
const OF_GPUS: readonly ShownFigure[] = [
  { title: 'gpu', column: 'gpu_allocated_ratio', unit: 'ratio' },
  { title: 'gpu frag.', column: 'gpu_fragmented_ratio', unit: 'ratio' },
];
const OF_REQUESTS: readonly ShownFigure[] = [
  { title: 'failed', column: 'requests_error_ratio', unit: 'ratio' },
  { title: 'p50', column: 'request_duration_seconds_p50', unit: 'seconds' },
  { title: 'p99', column: 'request_duration_seconds_p99', unit: 'seconds' },
];

const LEGEND = [
  'scheduled: pods bound; pending: at the end; wait: creation to binding; cpu, memory: requested as a share of allocatable;',
  'frag.: free, but of no use to a typical pod; nodes: with pods, mean over time; wall: median time that a run took here, after a warm-up.',
];

/** Nothing is compared when it was ended before all jobs were complete. */
export function printBench(many: Many, rows: readonly Benched[]): void {
  if (many.shard !== undefined) printShard(many);
  if (many.shard !== undefined || many.cells.length === 0) return;
  const { cells, folder, page } = many;
  const { dim } = colors(process.stdout);
  const summaries = cells.flatMap(({ results }) => results.map(({ summary }) => summary));
  const requests = summaries.some(({ requests_total: count }) => count > 0);
  const gpus = summaries.some(({ gpu_allocated_ratio: allocated }) => allocated !== null);
  // What users notice comes before what the scheduler did.
  const figures = [...(requests ? OF_REQUESTS : []), ...ALWAYS, ...(gpus ? OF_GPUS : [])];
  const out = [
    headLine(many, `${cells.length} ${cells.length === 1 ? 'variant' : 'variants'}`),
    '',
    ...caveatLines(
      caveatsOfJobs(
        many.loaded,
        cells.flatMap(({ results }) => results),
      ),
    ),
    variantTable(cells, figures),
    ...LEGEND.map((line) => dim(line)),
    ...(many.interrupted === undefined
      ? [...differences(cells, figures, rows), ...rankLines(names(cells), figures, rows)]
      : []),
    ...(many.loaded.scenario.expect.length === 0 ? [] : ['', cellTable(many)]),
    ...expectationLines(cells),
    ...untilLines(many.reached),
    '',
    `Results: ${shown(folder)}${many.interrupted === undefined ? '/bench.csv' : ''}`,
    ...(page === undefined ? [] : [`Report:  ${shown(page)}`]),
  ];
  process.stdout.write(`${out.join('\n')}\n`);
}

const names = (cells: readonly Cell[]): string[] => cells.map(({ values }) => values.join(' '));

/** One row per variant: means over its seeds. */
function variantTable(cells: readonly Cell[], figures: readonly ShownFigure[]): string {
  const { red } = colors(process.stdout);
  const header = ['variant', ...figures.map(({ title }) => title), 'wall', ''];
  const lines = cells.map(({ values, results, ends }) => {
    const means = figures.map(({ column, unit }) => {
      const all = results.map(({ summary }) => summary[column]).filter((value) => typeof value === 'number');
      return all.length === 0 ? '–' : showInUnit(unit, meanInterval(all).mean);
    });
    const lost = ends.length - results.length;
    const wall = median(results, ({ wallSeconds }) => wallSeconds);
    const seconds = wall === undefined ? '–' : `${wall.toFixed(2)} s`;
    return [values.join(' '), ...means, seconds, lost === 0 ? '' : red(`${lost} of ${ends.length} jobs lost`)];
  });
  return table(
    header,
    lines,
    [...figures, ''].map((_, at) => at + 1),
  );
}

/** One row per variant after the first: what is different, ± half the 95 % confidence interval. Figures in which all are equal have no column. */
function differences(cells: readonly Cell[], figures: readonly ShownFigure[], rows: readonly Benched[]): string[] {
  const { bold, dim } = colors(process.stdout);
  const [first, ...others] = names(cells);
  const found = (variant: string, column: string) =>
    rows.find((row) => row.variant === variant && row.figure === column)?.difference;
  const different = figures.filter(({ column }) =>
    others.some((variant) => (found(variant, column)?.shown ?? 'equal') !== 'equal'),
  );
  const lost = cells.some(({ results }) => results.length === 0);
  if (others.length === 0 || (different.length === 0 && lost)) return [];
  if (different.length === 0) return ['', `No figure of the table differs from ${first}.`];
  const lines = others.map((variant) => [
    variant,
    ...different.map(({ column, unit }) => {
      const difference = found(variant, column);
      if (difference === undefined) return '–';
      const { difference: by, half, shown: verdict } = difference;
      if (verdict === 'equal') return dim('=');
      const sign = by < 0 ? '−' : '+';
      const about = half === undefined || half === 0 ? '' : ` ± ${showInUnit(unit, Number(half.toPrecision(2)))}`;
      const text = `${sign}${showInUnit(unit, Number(Math.abs(by).toPrecision(3)))}${about}`;
      return coloured(unit === 'ratio' ? text.replace(' % ±', ' ±').replace('%', 'pp') : text, verdict);
    }),
  ]);
  return [
    '',
    `${bold(`Difference from ${first}`)}, seed by seed, ± half the 95 % confidence interval; pp: percentage points`,
    table(
      ['variant', ...different.map(({ title }) => title)],
      lines,
      different.map((_, at) => at + 1),
    ),
  ];
}

function coloured(text: string, verdict: string): string {
  const { green, red, dim } = colors(process.stdout);
  if (verdict === 'better') return green(text);
  if (verdict === 'worse') return red(text);
  return verdict === 'no difference shown' ? dim(text) : text;
}

/** By variant: its median wall time, and of each figure mean, interval and difference from the first variant, in the units of results. */
export function benchAsJson({ cells }: Many, rows: readonly Benched[]) {
  return cells.map(({ values, results }) => {
    const variant = values.join(' ');
    const figures = rows
      .filter((row) => row.variant === variant)
      .map(({ figure, mean: value, half = null, rank = null, difference }) => [
        figure,
        {
          mean: value,
          half,
          mean_rank: rank,
          ...(difference === undefined
            ? {}
            : {
                difference: difference.difference,
                difference_half: difference.half ?? null,
                effect_size: difference.effectSize ?? null,
                verdict: difference.shown,
              }),
        },
      ]);
    return {
      variant,
      wall_s: Number((median(results, ({ wallSeconds }) => wallSeconds) ?? 0).toFixed(3)),
      figures: Object.fromEntries(figures) as Record<string, unknown>,
    };
  });
}
