// A query as what it asks of the simulation: which requests or pods, over which window; anything that cannot be asked is refused with a way out.
import type { RequestOutcome } from '../request-figures.ts';
import { type LabelMeaning, meaningOf, metricKind, type PodResource } from './promql-metrics.ts';
import { type Matcher, type Query, type Selector, wholePattern } from './promql.ts';
import { ExpressionProblem } from './tokens.ts';

/** Whether a text is as a matcher says. */
export type Test = (value: string) => boolean;

/** Which pods are meant: all tests must hold. */
export interface PodFilter {
  readonly tests: readonly { readonly meaning: LabelMeaning; readonly test: Test }[];
}

/** A value with one number, or a vector that has one or none. */
export type Plan =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'arithmetic'; readonly operator: string; readonly left: Plan; readonly right: Plan }
  | { readonly is: 'either'; readonly left: Plan; readonly right: Plan }
  | { readonly is: 'function'; readonly name: string; readonly of: Plan }
  | {
      readonly is: 'requests';
      readonly pods: PodFilter;
      readonly outcomes: ReadonlySet<RequestOutcome>;
      /** How many there were; the time that they took in a unit; or how many took at most so long. */
      readonly of:
        | { readonly is: 'count' }
        | { readonly is: 'time'; readonly unitUs: number }
        | { readonly is: 'within'; readonly us: number };
      readonly windowUs: number;
      readonly perSecond: boolean;
    }
  | {
      readonly is: 'quantile';
      readonly share: Plan;
      readonly pods: PodFilter;
      readonly unitUs: number;
      readonly windowUs: number;
    }
  | {
      readonly is: 'pods';
      readonly pods: PodFilter;
      readonly resource: PodResource;
      readonly aggregation: string;
      /** Undefined for the value at the time of the question. */
      readonly windowUs: number | undefined;
      readonly perSecond: boolean;
    };

export interface CompiledQuery {
  readonly plan: Plan;
  /** The result is a number, not a vector. */
  readonly isScalar: boolean;
  /** Windows over which requests are asked for, µs. */
  readonly windowsUs: readonly number[];
  readonly usesPods: boolean;
}

const RATES: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'delta']);
const OF_ONE: ReadonlySet<string> = new Set(['abs', 'ceil', 'floor', 'round', 'sqrt', 'vector', 'scalar']);

/** Throws an ExpressionProblem. */
export function compileQuery(query: Query): CompiledQuery {
  const windowsUs = new Set<number>();
  const uses = { pods: false };
  const plan = planOf(query, (made) => {
    if (made.is === 'pods') uses.pods = true;
    if ('windowUs' in made && made.windowUs !== undefined && made.is !== 'pods') windowsUs.add(made.windowUs);
  });
  return { plan, isScalar: isScalar(plan), windowsUs: [...windowsUs], usesPods: uses.pods };
}

function isScalar(plan: Plan): boolean {
  if (plan.is === 'number') return true;
  if (plan.is === 'arithmetic') return isScalar(plan.left) && isScalar(plan.right);
  return plan.is === 'function' && (plan.name === 'scalar' || (plan.name !== 'vector' && isScalar(plan.of)));
}

type Visit = (plan: Plan) => void;

function planOf(query: Query, visit: Visit): Plan {
  const plan = made(query, visit);
  visit(plan);
  return plan;
}

function made(query: Query, visit: Visit): Plan {
  switch (query.is) {
    case 'number':
      return query;
    case 'binary': {
      const [left, right] = [planOf(query.left, visit), planOf(query.right, visit)];
      if (query.operator === 'or') return { is: 'either', left, right };
      return { is: 'arithmetic', operator: query.operator, left, right };
    }
    case 'aggregate':
      return aggregated(query.name, query.by, query.of);
    case 'call':
      return called(query.name, query.args, visit);
    case 'selector':
      throw new ExpressionProblem(`${query.metric} has a value for each pod: put sum() around it`);
  }
}

function called(name: string, args: readonly Query[], visit: Visit): Plan {
  if (name === 'histogram_quantile') return quantile(args, visit);
  if (RATES.has(name)) throw new ExpressionProblem(`${name}() has a value for each pod: put sum() around it`);
  if (!OF_ONE.has(name)) {
    throw new ExpressionProblem(
      `${name}() is not simulated: use sum, avg, min, max, count, rate, irate, increase, histogram_quantile, ${[...OF_ONE].join(', ')}, or the provider wavetank`,
    );
  }
  if (args.length !== 1) throw new ExpressionProblem(`${name}() takes 1 argument, got ${args.length}`);
  return { is: 'function', name, of: planOf(args[0], visit) };
}

/** `sum(rate(x_bucket[5m])) by (le)`. */
function quantile(args: readonly Query[], visit: Visit): Plan {
  const [share, of] = args;
  if (args.length !== 2) throw new ExpressionProblem('histogram_quantile() takes 2 arguments');
  const way = 'histogram_quantile() is simulated of sum(rate(…_bucket{…}[5m])) by (le)';
  if (of.is !== 'aggregate' || of.name !== 'sum' || !of.by.includes('le')) throw new ExpressionProblem(way);
  const { selector, windowUs } = ranged(of.of, way);
  const kind = metricKind(selector.metric);
  if (kind.of !== 'buckets' || windowUs === undefined)
    throw new ExpressionProblem(`${way}, and ${selector.metric} has no buckets`);
  checkGrouping(
    of.by.filter((label) => label !== 'le'),
    selector,
  );
  const { pods, rest } = podFilter(selector);
  const other = rest.find(({ meaning }) => meaning.is === 'bound');
  if (other !== undefined)
    throw new ExpressionProblem('histogram_quantile() needs all buckets: take out the matcher of le');
  return { is: 'quantile', share: planOf(share, visit), pods, unitUs: kind.unitUs, windowUs };
}

interface Ranged {
  readonly selector: Selector;
  readonly windowUs: number | undefined;
  readonly perSecond: boolean;
}

function ranged(query: Query, way: string): Ranged {
  if (query.is === 'selector') {
    if (query.rangeUs !== undefined)
      throw new ExpressionProblem(`${query.metric}[…] needs rate() or increase() around it`);
    return { selector: query, windowUs: undefined, perSecond: false };
  }
  if (query.is !== 'call' || !RATES.has(query.name)) throw new ExpressionProblem(way);
  const [of] = query.args;
  if (query.args.length !== 1 || of.is !== 'selector' || of.rangeUs === undefined) {
    throw new ExpressionProblem(`${query.name}() takes a selector with a range, such as http_requests_total[5m]`);
  }
  return { selector: of, windowUs: of.rangeUs, perSecond: query.name === 'rate' || query.name === 'irate' };
}

function aggregated(name: string, by: readonly string[], of: Query): Plan {
  const way = `${name}() is simulated of a metric, or of rate(), irate() or increase() of one`;
  const { selector, windowUs, perSecond } = ranged(of, way);
  checkGrouping(by, selector);
  const kind = metricKind(selector.metric);
  const { pods, rest } = podFilter(selector);
  if (kind.of === 'pods') {
    if (windowUs === undefined && kind.resource === 'cpu')
      throw new ExpressionProblem(`${selector.metric} needs rate() around it`);
    if (windowUs !== undefined && kind.resource === 'memory')
      throw new ExpressionProblem(`${selector.metric} is no counter: leave out rate()`);
    const other = rest.find(({ meaning }) => meaning.is !== 'anything');
    if (other !== undefined) throw new ExpressionProblem(`${selector.metric} has no label "${other.label}"`);
    return { is: 'pods', pods, resource: kind.resource, aggregation: name, windowUs, perSecond };
  }
  if (name !== 'sum') throw new ExpressionProblem(`${name}() of requests is not simulated: take sum()`);
  if (windowUs === undefined) {
    throw new ExpressionProblem(
      `${selector.metric} counts from the beginning: take rate() or increase() of a range, such as [5m]`,
    );
  }
  const ways = outcomes(kind.codes, rest);
  const base = { is: 'requests', pods, outcomes: ways, windowUs, perSecond } as const;
  if (kind.of === 'requests') return { ...base, of: { is: 'count' } };
  if (kind.of === 'time') return { ...base, of: { is: 'time', unitUs: kind.unitUs } };
  return { ...base, of: { is: 'within', us: bound(rest, selector) * kind.unitUs } };
}

/** `le="0.3"`: the bucket of those that took at most so long. */
function bound(rest: readonly Rest[], { metric }: Selector): number {
  const matcher = rest.find(({ meaning }) => meaning.is === 'bound');
  const value = matcher?.value === '+Inf' ? Infinity : Number(matcher?.value);
  if (matcher?.operator !== '=' || Number.isNaN(value)) {
    throw new ExpressionProblem(`${metric} needs a bucket such as le="0.3", or histogram_quantile() around it`);
  }
  return value;
}

/** Groups are no more than one where a matcher fixes the label. */
function checkGrouping(by: readonly string[], { matchers }: Selector): void {
  for (const label of by) {
    const fixed = matchers.some((one) => one.label === label && one.operator === '=');
    if (!fixed)
      throw new ExpressionProblem(
        `"by (${label})" gives several values: choose one by a matcher {${label}="…"}, or leave it out`,
      );
  }
}

interface Rest extends Matcher {
  readonly meaning: LabelMeaning;
}

const OF_PODS: ReadonlySet<string> = new Set([
  'namespace',
  'pod',
  'service',
  'host',
  'workload',
  'set',
  'label',
  'container',
]);

function podFilter(selector: Selector): { readonly pods: PodFilter; readonly rest: readonly Rest[] } {
  const tests: PodFilter['tests'][number][] = [];
  const rest: Rest[] = [];
  for (const matcher of selector.matchers) {
    const meaning = meaningOf(matcher);
    if (OF_PODS.has(meaning.is)) tests.push({ meaning, test: testOf(matcher) });
    else rest.push({ ...matcher, meaning });
  }
  return { pods: { tests }, rest };
}

function outcomes(codes: Readonly<Record<RequestOutcome, string>>, rest: readonly Rest[]): ReadonlySet<RequestOutcome> {
  const all = Object.keys(codes) as RequestOutcome[];
  const matches = (outcome: RequestOutcome): boolean =>
    rest.every((one) => {
      if (one.meaning.is === 'code') return testOf(one)(codes[outcome]);
      if (one.meaning.is === 'classification') return testOf(one)(outcome === 'ok' ? 'success' : 'failure');
      return true;
    });
  return new Set(all.filter(matches));
}

function testOf({ operator, value }: Matcher): Test {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const pattern = wholePattern(value);
  return operator === '=~' ? (text) => pattern.test(text) : (text) => !pattern.test(text);
}
