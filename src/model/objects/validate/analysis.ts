// Validation of Argo's AnalysisTemplates and AnalysisRuns: Argo's rules, and what of conditions, queries and providers is not simulated.
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { didYouMean } from '../../../lib/suggest.ts';
import { filledText } from '../../analysis/arguments.ts';
import { parseCondition } from '../../analysis/condition.ts';
import {
  type AnalysisSpec,
  type Argument,
  type Metric,
  metricPattern,
  type MetricRule,
} from '../../analysis/metric.ts';
import { metricProblem, PROVIDERS } from '../../analysis/metric-rules.ts';
import { parseQuery } from '../../analysis/promql.ts';
import { compileQuery } from '../../analysis/promql-plan.ts';
import { ExpressionProblem } from '../../analysis/tokens.ts';
import { figureProblem, POD_FIGURES } from '../../analysis/wavetank-figures.ts';
import { REQUEST_FIGURES } from '../../request-figures.ts';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';

interface Analysis {
  readonly metadata: ObjectMeta;
  readonly spec: AnalysisSpec;
}

export function validateAnalysisTemplate(object: Analysis, errors: Errors): void {
  validate(object, true, errors);
}

export function validateClusterAnalysisTemplate(object: Analysis, errors: Errors): void {
  validate(object, false, errors);
}

function validate({ metadata, spec }: Analysis, namespaced: boolean, errors: Errors): void {
  validateMeta(metadata, namespaced, dnsSubdomainProblems, errors);
  const { args = [], metrics = [], templates = [] } = spec;
  validateArguments(args, 'spec.args', errors);
  if (metrics.length === 0 && templates.length === 0) errors.required('spec.metrics', 'no metrics specified');
  const names = new Set<string>();
  for (const [i, metric] of metrics.entries()) {
    const at = `spec.metrics[${i}]`;
    if (names.has(metric.name)) errors.duplicate(`${at}.name`, metric.name);
    names.add(metric.name);
    validateMetric(metric, args, at, errors);
  }
  validateRules(spec.dryRun ?? [], 'spec.dryRun', errors);
  validateRules(spec.measurementRetention ?? [], 'spec.measurementRetention', errors);
}

/** Of templates and of those that use them. */
export function validateArguments(args: readonly Argument[], at: string, errors: Errors): void {
  for (const [i, { name, valueFrom }] of args.entries()) {
    if (name === '') errors.required(`${at}[${i}].name`);
    if (valueFrom?.secretKeyRef !== undefined) {
      errors.forbidden(
        `${at}[${i}].valueFrom.secretKeyRef`,
        'no provider that needs a secret is simulated: give the argument a value',
      );
    }
    const hash = valueFrom?.podTemplateHashValue;
    if (hash !== undefined && hash !== ('' as string) && hash !== 'Latest' && hash !== 'Stable') {
      errors.notSupported(`${at}[${i}].valueFrom.podTemplateHashValue`, hash, ['Latest', 'Stable']);
    }
  }
}

export function validateRules(rules: readonly MetricRule[], at: string, errors: Errors): void {
  for (const [i, { metricName }] of rules.entries()) {
    if (metricPattern(metricName) === undefined) {
      errors.invalid(`${at}[${i}].metricName`, metricName, 'is no regular expression');
    }
  }
}

function validateMetric(metric: Metric, args: readonly Argument[], at: string, errors: Errors): void {
  const unknown = Object.entries(metric.provider).find(
    ([name, value]) => value !== undefined && !(PROVIDERS as readonly string[]).includes(name),
  );
  if (unknown !== undefined) {
    errors.forbidden(
      `${at}.provider.${unknown[0]}`,
      `the provider ${unknown[0]} is not simulated: measure by ${PROVIDERS.join(', ')}`,
    );
    return;
  }
  const problem = metricProblem(withDefaults(metric, args));
  if (problem !== undefined) errors.invalid(at, metric.name, problem);
  validateExpression(metric.successCondition, args, ['0'], `${at}.successCondition`, parseCondition, errors);
  validateExpression(metric.failureCondition, args, ['0'], `${at}.failureCondition`, parseCondition, errors);
  const { prometheus, wavetank } = metric.provider;
  if (prometheus !== undefined) {
    const where = `${at}.provider.prometheus.query`;
    if ((prometheus.query ?? '') === '') errors.required(where);
    const compile = (text: string): unknown => compileQuery(parseQuery(text));
    validateExpression(prometheus.query, args, ['x', '1m', '1'], where, compile, errors);
  }
  if (wavetank === undefined) return;
  const where = `${at}.provider.wavetank`;
  const { figure } = wavetank;
  const figures = [...REQUEST_FIGURES, ...POD_FIGURES];
  if (!figure.includes('.') && !figure.includes('{{') && !(figures as readonly string[]).includes(figure)) {
    errors.invalid(
      `${where}.figure`,
      figure,
      `expected one of ${figures.join(', ')}, or a figure of expectations such as requests.error_ratio${didYouMean(figure, figures)}`,
    );
  }
  const wrong = figureProblem({ ...wavetank, ...durationOf('window', wavetank.window, args) });
  if (wrong !== undefined) errors.invalid(where, figure, wrong);
}

/** What is not known before the run counts as right. */
function withDefaults(metric: Metric, args: readonly Argument[]): Metric {
  const { count, failureLimit, inconclusiveLimit, consecutiveErrorLimit, consecutiveSuccessLimit } = metric;
  const counts = { count, failureLimit, inconclusiveLimit, consecutiveErrorLimit, consecutiveSuccessLimit };
  const known = Object.entries(counts).filter(
    ([, value]) => value !== undefined && !(typeof value === 'string' && value.includes('{{')),
  );
  return {
    name: metric.name,
    provider: metric.provider,
    ...Object.fromEntries(known),
    ...durationOf('interval', metric.interval, args),
    ...durationOf('initialDelay', metric.initialDelay, args),
  };
}

function durationOf(name: string, text: string | undefined, args: readonly Argument[]): object {
  return text === undefined ? {} : { [name]: filled(text, args, '1m') };
}

function filled(text: string, args: readonly Argument[], otherwise: string): string {
  return filledText(text, (place) => args.find(({ name }) => `args.${name}` === place.trim())?.value ?? otherwise);
}

/** Right if it is so with any of the stand-ins for arguments without a value. */
function validateExpression(
  text: string | undefined,
  args: readonly Argument[],
  standIns: readonly string[],
  at: string,
  read: (text: string) => unknown,
  errors: Errors,
): void {
  if (text === undefined || text === '') return;
  let problem = '';
  for (const standIn of text.includes('{{') ? standIns : standIns.slice(0, 1)) {
    try {
      read(filled(text, args, standIn));
      return;
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
      if (problem === '') problem = error.message;
    }
  }
  errors.invalid(at, text, problem);
}
