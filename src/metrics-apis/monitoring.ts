// What a monitoring system knows of this cluster: requests over moving windows, CPU, memory and restarts of pods, as queries and figures ask.
import type { Engine } from '../engine/engine.ts';
import type { WavetankQuery } from '../model/analysis/metric.ts';
import { figureWindowUs, POD_FIGURES, type PodFigure, requestFigureOf } from '../model/analysis/wavetank-figures.ts';
import type { CompiledQuery, Plan, PodFilter } from '../model/analysis/promql-plan.ts';
import type { CpuUsage, MemoryUsage } from '../model/ports/processors.ts';
import type { FigureValues, Monitoring } from '../model/ports/monitoring.ts';
import type { RequestMeters, RequestSeries } from '../model/ports/request-readings.ts';
import type { RequestOutcome } from '../model/request-figures.ts';
import { EVERY_ENDPOINT } from '../model/endpoints.ts';
import { compileLabelMap } from '../model/parse/label-selector.ts';
import type { ClusterState } from '../model/state.ts';
import { ContainerScrapes } from './container-scrapes.ts';
import { selectionOf } from './pod-selection.ts';

const HASH_LABEL = 'rollouts-pod-template-hash';

export class ClusterMonitoring implements Monitoring {
  readonly #state: ClusterState;
  readonly #requests: RequestMeters;
  readonly #containers: ContainerScrapes;
  readonly #figures: FigureValues;
  readonly #watches = new Map<number, RequestSeries>();

  constructor(
    engine: Engine,
    state: ClusterState,
    requests: RequestMeters,
    usage: { readonly cpu: CpuUsage; readonly memory: MemoryUsage },
    figures: FigureValues,
  ) {
    this.#state = state;
    this.#requests = requests;
    this.#figures = figures;
    this.#containers = new ContainerScrapes(engine, state, usage.cpu, usage.memory);
  }

  watchQuery({ plan, windowsUs }: CompiledQuery): void {
    for (const windowUs of windowsUs) this.#watch(windowUs);
    this.#watchPods(plan);
  }

  watchFigure(query: WavetankQuery): void {
    const windowUs = figureWindowUs(query);
    if (isPodFigure(query.figure)) this.#containers.watch(windowUs);
    else if (requestFigureOf(query.figure) !== undefined) this.#watch(windowUs);
  }

  ask({ plan, isScalar }: CompiledQuery): number | readonly number[] {
    const value = this.#value(plan);
    if (isScalar) return value ?? Number.NaN;
    return value === undefined ? [] : [value];
  }

  figure(namespace: string, query: WavetankQuery): number | undefined {
    const pods = this.#meant(namespace, query);
    const windowUs = figureWindowUs(query);
    const name = query.figure;
    if (isPodFigure(name)) return this.#podFigure(name, pods, windowUs);
    const figure = requestFigureOf(name);
    if (figure === undefined) return this.#figures.read(name, windowUs);
    const value = this.#watch(windowUs).read(figure, selectionOf(this.#state, pods));
    const isDuration = figure !== 'count' && figure !== 'rate' && figure !== 'error_ratio';
    return value === undefined || !isDuration ? value : value / 1e6;
  }

  #watch(windowUs: number): RequestSeries {
    let watch = this.#watches.get(windowUs);
    if (watch === undefined) {
      watch = this.#requests.watch(EVERY_ENDPOINT, windowUs);
      this.#watches.set(windowUs, watch);
    }
    return watch;
  }

  #watchPods(plan: Plan): void {
    if (plan.is === 'pods' && plan.windowUs !== undefined) this.#containers.watch(plan.windowUs);
    if ('left' in plan) {
      this.#watchPods(plan.left);
      this.#watchPods(plan.right);
    }
    if (plan.is === 'function') this.#watchPods(plan.of);
  }

  /** A number, or a vector's only one; undefined for an empty vector. */
  #value(plan: Plan): number | undefined {
    switch (plan.is) {
      case 'number':
        return plan.value;
      case 'either':
        return this.#value(plan.left) ?? this.#value(plan.right);
      case 'arithmetic':
        return arithmetic(plan.operator, this.#value(plan.left), this.#value(plan.right));
      case 'function':
        return applied(plan.name, this.#value(plan.of));
      case 'requests':
        return this.#requestsOf(plan);
      case 'quantile': {
        const us = this.#quantile(plan);
        return us === undefined ? undefined : us / plan.unitUs;
      }
      case 'pods': {
        const values = this.#containers.read(plan.resource, plan.pods, plan.windowUs);
        const factor = plan.windowUs === undefined || plan.perSecond ? 1 : plan.windowUs / 1e6;
        return aggregated(
          plan.aggregation,
          values.map((one) => one * factor),
        );
      }
    }
  }

  #requestsOf({
    pods,
    outcomes,
    of,
    windowUs,
    perSecond,
  }: Extract<Plan, { readonly is: 'requests' }>): number | undefined {
    const watch = this.#watch(windowUs);
    const selection = selectionOf(this.#state, pods);
    const totals = watch.totals(selection);
    const some = (Object.keys(totals) as RequestOutcome[]).filter((one) => outcomes.has(one)).map((one) => totals[one]);
    // A series is there from the first request on that it counts.
    if (some.every(({ endedEver }) => endedEver === 0)) return undefined;
    const seconds = perSecond ? windowUs / 1e6 : 1;
    if (of.is === 'within') return watch.within(of.us, selection) / seconds;
    if (of.is === 'time') return some.reduce((sum, { tookUs }) => sum + tookUs, 0) / of.unitUs / seconds;
    return some.reduce((sum, { ended }) => sum + ended, 0) / seconds;
  }

  #quantile({ share, pods, windowUs }: Extract<Plan, { readonly is: 'quantile' }>): number | undefined {
    const watch = this.#watch(windowUs);
    const selection = selectionOf(this.#state, pods);
    if (watch.totals(selection).ok.endedEver === 0) return undefined;
    const at = this.#value(share);
    if (at === undefined || Number.isNaN(at)) return Number.NaN;
    if (at < 0 || at > 1) return at < 0 ? -Infinity : Infinity;
    // Buckets that did not grow.
    return watch.quantile(at, selection) ?? Number.NaN;
  }

  #podFigure(name: PodFigure, pods: PodFilter, windowUs: number): number | undefined {
    if (name === 'pods') return this.#containers.read('memory', pods, undefined).length;
    if (name === 'memory') return aggregated('sum', this.#containers.read('memory', pods, undefined));
    const rates = this.#containers.read(name, pods, windowUs);
    const factor = name === 'cpu' ? 1 : windowUs / 1e6;
    return aggregated(
      'sum',
      rates.map((one) => one * factor),
    );
  }

  #meant(namespace: string, { service, podTemplateHash, selector }: WavetankQuery): PodFilter {
    const tests: PodFilter['tests'][number][] = [
      { meaning: { is: 'namespace' }, test: (value) => value === namespace },
    ];
    if (service !== undefined) tests.push({ meaning: { is: 'service' }, test: (value) => value === service });
    if (podTemplateHash !== undefined) {
      tests.push({ meaning: { is: 'label', key: HASH_LABEL }, test: (value) => value === podTemplateHash });
    }
    for (const [key, wanted] of Object.entries(selector ?? {})) {
      const one = compileLabelMap({ [key]: wanted });
      tests.push({ meaning: { is: 'label', key }, test: (value) => one.matches({ [key]: value }) });
    }
    return { tests };
  }
}

function isPodFigure(name: string): name is PodFigure {
  return (POD_FIGURES as readonly string[]).includes(name);
}

/** Of a vector with nothing in it nothing comes out. Comparisons leave the left side, or nothing. */
function arithmetic(operator: string, left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    case '==':
      return left === right ? left : undefined;
    case '!=':
      return left === right ? undefined : left;
    case '<':
      return left < right ? left : undefined;
    case '<=':
      return left <= right ? left : undefined;
    case '>':
      return left > right ? left : undefined;
    default:
      return left >= right ? left : undefined;
  }
}

function applied(name: string, value: number | undefined): number | undefined {
  if (name === 'scalar') return value ?? Number.NaN;
  if (value === undefined) return undefined;
  switch (name) {
    case 'abs':
      return Math.abs(value);
    case 'ceil':
      return Math.ceil(value);
    case 'floor':
      return Math.floor(value);
    case 'round':
      return Math.floor(value + 0.5);
    case 'sqrt':
      return Math.sqrt(value);
    default:
      return value;
  }
}

function aggregated(how: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sum = values.reduce((a, b) => a + b, 0);
  switch (how) {
    case 'avg':
      return sum / values.length;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'count':
      return values.length;
    default:
      return sum;
  }
}
