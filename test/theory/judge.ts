// The values of the tables beside ours: which run measures which, and the verdict on each.
import { md1, quantile } from './formulas.ts';
import { measurement } from './models.ts';
import type { OracleValue } from './oracle.ts';
import { leastRequests, type Measured, measure, TOO_RARE } from './measure.ts';
import type { Measurement, Params, Planted, RunSpec } from './runs.ts';
import type { Estimate } from './sample.ts';

export const Verdict = {
  /** Within four standard errors, and these are as small as asked for. */
  Agrees: 'agrees',
  Disagrees: 'DISAGREES',
  /** Within four standard errors, but these are larger than asked for. */
  Coarse: 'coarse',
  /** The table's value is no truth to agree with. */
  Shown: 'shown',
  NotSimulated: 'not simulated',
} as const;

export interface Line {
  readonly model: string;
  readonly params: Params;
  readonly metric: string;
  readonly truth: number;
  readonly ours: number | undefined;
  /** Standard error of the difference. */
  readonly error: number | undefined;
  readonly verdict: (typeof Verdict)[keyof typeof Verdict];
  readonly because: string | undefined;
  /** Requests or failures that it is from. */
  readonly customers: number | undefined;
}

interface Row {
  readonly value: OracleValue;
  readonly params: Params;
  readonly truth: number;
  readonly measurement: Measurement;
  readonly because: string | undefined;
}

/** A run with the rows that it is for; without a run: those that have none. */
export interface Group {
  readonly run: RunSpec | undefined;
  readonly rows: readonly Row[];
}

export function grouped(values: readonly OracleValue[], planted: Planted = {}): Group[] {
  const groups = new Map<string, { run: RunSpec | undefined; rows: Row[] }>();
  for (const value of values) {
    const params = JSON.parse(value.params) as Params;
    const found = measurement(value.model, params, value.metric, planted);
    const key = found.run?.key ?? '';
    const group = groups.get(key) ?? { run: found.run, rows: [] };
    const { truth, because } = corrected(value, params);
    // The longest start and the largest limits of all that share the run.
    group.rows.push({ value, params, truth, measurement: found, because: because ?? found.because });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The table's "quantiles" of M/D/1 at 0.7 and 0.9 are all one number, which is none of them: they come from Franx's formula. */
function corrected({ model, metric, value }: OracleValue, params: Params): { truth: number; because?: string } {
  const percent = /^Wq_p(\d\d)$/.exec(metric);
  if (model !== 'M/D/1' || percent === null || value < 300) return { truth: value };
  const truth = Math.max(0, quantile(md1(Number(params.rho)), Number(percent[1]) / 100) - 1);
  return { truth, because: `the table's ${value} is wrong; the truth is from Franx's formula` };
}

/** 1 % for means, 3 % for quantiles and chances. */
function precision(metric: string): number {
  return /_p\d|^P_|^P\d?$|^s\d$|^B$|random|per_task|batch|empty/.test(metric) ? 0.03 : 0.01;
}

/**
 * As `judged`, but what disagrees gets a second look, which decides: an independent run at least four times as long. A run that
 * ends as soon as its error seems small has an error that is too small more often than not; luck goes, a mistake stays.
 */
export function judgedTwice(group: Group, atMost?: number): Line[] {
  const first = judged(group, atMost);
  const { run } = group;
  if (run === undefined || first.every(({ verdict }) => verdict !== Verdict.Disagrees)) return first;
  const most = 8 * Math.max(...first.map(({ customers }) => customers ?? 0));
  return judged({ ...group, run: { ...run, key: `${run.key}, again`, atLeast: most / 2, atMost: most } }, most);
}

export function judged({ run, rows }: Group, atMost?: number): Line[] {
  if (run === undefined) return rows.map((row) => line(row, undefined, undefined));
  const needs = Math.max(run.needs ?? 0, leastRequests(run));
  if (atMost !== undefined && atMost < needs) {
    const because = `needs ${needs.toExponential(0).replace('+', '')} requests, more than --at-most allows`;
    return rows.map((row) => line({ ...row, because }, undefined, undefined));
  }
  const wishes = rows.map(({ measurement: found, truth, value }) => ({
    figure: found.run === undefined ? () => Number.NaN : found.figure,
    precision: precision(value.metric),
    truth,
  }));
  const measured = measure(run, wishes, atMost);
  return rows.map((row, i) => line(row, measured.estimates[i], measured));
}

function line(row: Row, estimate: Estimate | undefined, measured: Measured | undefined): Line {
  const { value, params, truth, because } = row;
  const { model, metric } = value;
  const base = { model, params, metric, truth, because };
  if (estimate === undefined || measured === undefined) {
    return { ...base, ours: undefined, error: undefined, verdict: Verdict.NotSimulated, customers: undefined };
  }
  const error = Math.hypot(estimate.error, value.error);
  const found = { ...base, ours: estimate.value, error, customers: measured.customers };
  if (row.measurement.run !== undefined && row.measurement.judged === false)
    return { ...found, verdict: Verdict.Shown };
  if (truth !== 0 && Math.abs(truth) < TOO_RARE) {
    return { ...found, verdict: Verdict.NotSimulated, because: 'the chance is below 1e-6: too rare to be seen' };
  }
  if (measured.astray || Math.abs(estimate.value - truth) > 4 * error) return { ...found, verdict: Verdict.Disagrees };
  const coarse = truth !== 0 && estimate.error > precision(metric) * Math.abs(truth);
  return { ...found, verdict: coarse ? Verdict.Coarse : Verdict.Agrees };
}
