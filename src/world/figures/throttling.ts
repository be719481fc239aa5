// Figures of CPU quotas: how often and how long the containers of a workload were throttled.
import type { Row } from '../../metrics/catalogue.ts';
import { type Figure, type FigureSources, qualified, type Question } from './figure.ts';

interface Sum {
  periods: number;
  throttled: number;
  seconds: number;
  most: number;
}

/** Undefined where the workload has no quota in the window. */
function sumOf({ names, span: { from, to } }: Question, { measure }: FigureSources): Sum | undefined {
  const { throttling } = measure;
  if (throttling === undefined) return undefined;
  const workload = qualified(names['workload']);
  const isMeant = (row: Row<'throttling'>, at: number): boolean => {
    const interval = throttling.intervals[at];
    return interval > from && interval <= to && `${row.namespace}/${row.workload}` === workload;
  };
  const rows = throttling.rows.filter(isMeant);
  if (rows.length === 0) return undefined;
  return {
    periods: rows.reduce((sum, row) => sum + row.container_cpu_cfs_periods, 0),
    throttled: rows.reduce((sum, row) => sum + row.container_cpu_cfs_throttled_periods, 0),
    seconds: rows.reduce((sum, row) => sum + row.container_cpu_cfs_throttled_seconds, 0),
    most: rows.reduce((most, row) => Math.max(most, row.throttled_max_ratio ?? 0), 0),
  };
}

const figure = (
  name: string,
  title: string,
  unit: Figure['unit'],
  better: Figure['better'],
  meaning: string,
  of: (sum: Sum) => number | undefined,
): Figure => ({
  pattern: `throttling.<workload>.${name}`,
  title: `${title} of <workload>`,
  unit,
  better,
  meaning,
  gauge: false,
  wholeRun: false,
  measure(question, sources) {
    const sum = sumOf(question, sources);
    return sum === undefined ? undefined : of(sum);
  },
});

export const throttlingFigures: readonly Figure[] = [
  figure(
    'ratio',
    'Throttled periods',
    'ratio',
    'lower',
    'Throttled periods of its containers as a share of their CPU periods (`compute: nodeShared`).',
    ({ periods, throttled }) => (periods === 0 ? undefined : throttled / periods),
  ),
  figure(
    'ratio_max',
    'Throttled periods of the worst pod',
    'ratio',
    'lower',
    'The same of the pod and interval where it is largest.',
    ({ periods, most }) => (periods === 0 ? undefined : most),
  ),
  figure(
    'periods',
    'CPU periods',
    'count',
    'neither',
    'Periods of 100 ms in which its containers with a quota ran.',
    ({ periods }) => periods,
  ),
  figure(
    'throttled_periods',
    'Throttled CPU periods',
    'count',
    'lower',
    'Of these, those at whose end one was throttled.',
    ({ throttled }) => throttled,
  ),
  figure(
    'time',
    'Time throttled',
    'us',
    'lower',
    'Time that its containers were throttled, summed over the processors that they would have used.',
    ({ seconds }) => seconds * 1e6,
  ),
];
