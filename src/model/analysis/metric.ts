// What an analysis measures: metrics, arguments, and which metrics are only tried out or kept longer, as Argo's types have them.
import { tryParseGoDuration } from '../parse/go-duration.ts';

/** One argument; `value` wins over the template's. */
export interface Argument {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
    readonly podTemplateHashValue?: 'Latest' | 'Stable';
    readonly fieldRef?: { readonly fieldPath: string };
  };
}

/** A figure of the simulation: of the pods that the other fields choose. */
export interface WavetankQuery {
  readonly figure: string;
  readonly window?: string;
  readonly service?: string;
  readonly podTemplateHash?: string;
  readonly selector?: Readonly<Record<string, string>>;
}

export interface MetricProvider {
  readonly wavetank?: WavetankQuery;
  readonly prometheus?: { readonly query?: string };
  readonly job?: { readonly metadata?: object; readonly spec?: object };
}

/** Numbers may be texts: they may come from arguments. */
type Count = number | string;

export interface Metric {
  readonly name: string;
  readonly interval?: string;
  readonly initialDelay?: string;
  readonly count?: Count;
  readonly successCondition?: string;
  readonly failureCondition?: string;
  readonly failureLimit?: Count;
  readonly inconclusiveLimit?: Count;
  readonly consecutiveErrorLimit?: Count;
  readonly consecutiveSuccessLimit?: Count;
  readonly provider: MetricProvider;
}

/** `metricName` is a regular expression. */
export interface MetricRule {
  readonly metricName: string;
  /** Of measurementRetention: how many measurements stay. */
  readonly limit?: number;
}

export interface AnalysisSpec {
  readonly args?: readonly Argument[];
  readonly metrics?: readonly Metric[];
  readonly dryRun?: readonly MetricRule[];
  readonly measurementRetention?: readonly MetricRule[];
  readonly templates?: readonly TemplateReference[];
}

export interface TemplateReference {
  readonly templateName: string;
  readonly clusterScope?: boolean;
}

/** A number that may be written as a text; what is none counts as 0, as in Go. */
export function countOf(count: Count | undefined, otherwise: number): number {
  if (count === undefined) return otherwise;
  if (typeof count === 'number') return count;
  return /^[+-]?\d+$/.test(count) ? Number(count) : 0;
}

/** How many measurements there will be: 1 without an interval; undefined for no end. */
export function effectiveCount({ count, interval }: Metric): number | undefined {
  const given = countOf(count, 0);
  if (given === 0) return (interval ?? '') === '' ? 1 : undefined;
  return given;
}

/** Microseconds of a duration, or of a whole number of seconds; undefined for any other text. */
export function durationUs(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1e6;
  const parsed = tryParseGoDuration(text);
  return 'error' in parsed ? undefined : Number(parsed.nanoseconds) / 1e3;
}

/** The metrics that a rule names; a rule that names none is a mistake, said in Argo's words. */
export function ruledMetrics(
  what: 'dryRun' | 'measurementRetention',
  rules: readonly MetricRule[],
  metrics: readonly Metric[],
): ReadonlyMap<string, MetricRule> | { readonly problem: string } {
  const found = new Map<string, MetricRule>();
  for (const [i, rule] of rules.entries()) {
    const pattern = metricPattern(rule.metricName);
    const named = metrics.filter(({ name }) => pattern?.test(name) === true);
    if (named.length === 0) return { problem: `${what}[${i}]: Rule didn't match any metric name(s)` };
    for (const { name } of named) found.set(name, rule);
  }
  return found;
}

/** Of `metricName`; undefined for what is no regular expression. */
export function metricPattern(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 'u');
  } catch {
    return undefined;
  }
}
