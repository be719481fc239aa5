// custom.metrics.k8s.io and external.metrics.k8s.io: what the scenario says that an adapter knows, from requests that it counts now and then.
import type { Engine } from '../engine/engine.ts';
import type { CustomMetrics, MetricSample } from '../model/ports/metrics-apis.ts';
import type { RequestCounts } from '../model/ports/request-readings.ts';
import type { LabelSelector } from '../model/parse/label-selector.ts';
import type { CustomMetricSpec, MetricSubject } from '../model/settings/autoscaling.ts';
import { amountAt } from '../model/settings/usage.ts';
import type { ClusterState } from '../model/state.ts';
import { Scrapes } from './scrapes.ts';
import type { PodRow } from '../model/rows.ts';

interface Metric {
  readonly spec: CustomMetricSpec;
  /** By identity of a pod, or 0 for the object. */
  readonly scrapes: Scrapes<number>;
}

interface Reading {
  readonly amount: number;
  readonly atUs: number;
  readonly windowUs: number;
}

export class CustomMetricsAdapter implements CustomMetrics {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #counts: RequestCounts;
  readonly #everyUs: number;
  readonly #metrics: readonly Metric[];
  readonly #lags: (queue: string, group: string | undefined) => number;

  constructor(
    engine: Engine,
    state: ClusterState,
    counts: RequestCounts,
    specs: readonly CustomMetricSpec[],
    everyUs: number,
    lags: (queue: string, group: string | undefined) => number = () => 0,
  ) {
    this.#lags = lags;
    this.#engine = engine;
    this.#state = state;
    this.#counts = counts;
    this.#everyUs = everyUs;
    this.#metrics = specs.map((spec) => ({
      spec,
      scrapes: new Scrapes(spec.origin.type === 'figure' ? spec.origin.overUs : 0),
    }));
  }

  /** Counts from now on, where anything is counted. */
  start(): void {
    const measured = this.#metrics.filter(({ spec }) => spec.origin.type === 'figure');
    if (measured.length === 0) return;
    if (measured.some(({ spec }) => spec.of.type === 'pods')) this.#counts.countByPod();
    const engine = this.#engine;
    const scrape = engine.kind('metrics-adapter.scrape', () => {
      for (const metric of measured) this.#scrape(metric);
      engine.after(this.#everyUs, scrape, 0, 0);
    });
    engine.after(Math.round(engine.stream('metrics-adapter').uniform() * this.#everyUs), scrape, 0, 0);
  }

  ofPod(metric: string, selector: LabelSelector, pod: PodRow, epoch: number): MetricSample | undefined {
    const { pods } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch) return undefined;
    const value = this.#sum(metric, selector, pods.identity[pod], ({ type }) => type === 'pods');
    if (value === undefined) return undefined;
    return { value: thousandths(value.amount), atUs: Math.floor(value.atUs / 1e6) * 1e6, windowUs: value.windowUs };
  }

  ofObject(metric: string, selector: LabelSelector, kind: string, namespace: string, name: string): bigint | undefined {
    const value = this.#sum(
      metric,
      selector,
      0,
      (of) => of.type === 'object' && of.kind === kind && of.namespace === namespace && of.name === name,
    );
    return value === undefined ? undefined : thousandths(value.amount);
  }

  external(metric: string, selector: LabelSelector): readonly bigint[] {
    const values: bigint[] = [];
    for (const one of this.#metrics) {
      if (!isAskedFor(one, metric, selector) || one.spec.of.type !== 'external') continue;
      const value = this.#read(one, 0);
      if (value !== undefined) values.push(thousandths(value.amount));
    }
    return values;
  }

  /** Of all series that are asked for, as prometheus-adapter's queries sum them up; undefined where none has a value. */
  #sum(
    metric: string,
    selector: LabelSelector,
    identity: number,
    isOf: (subject: MetricSubject) => boolean,
  ): Reading | undefined {
    let sum: Reading | undefined;
    for (const one of this.#metrics) {
      if (!isAskedFor(one, metric, selector) || !isOf(one.spec.of)) continue;
      const value = this.#read(one, identity);
      if (value === undefined) continue;
      sum =
        sum === undefined
          ? value
          : {
              amount: sum.amount + value.amount,
              atUs: Math.max(sum.atUs, value.atUs),
              windowUs: Math.max(sum.windowUs, value.windowUs),
            };
    }
    return sum;
  }

  #read({ spec: { origin }, scrapes }: Metric, identity: number): Reading | undefined {
    const { now } = this.#engine;
    if (origin.type === 'lag') {
      return { amount: this.#lags(origin.queue, origin.group), atUs: now, windowUs: 0 };
    }
    if (origin.type === 'curve') return { amount: amountAt(origin.curve, now), atUs: now, windowUs: 0 };
    return scrapes.read(identity, origin.figure === 'requestsPerSecond');
  }

  #scrape({ spec: { of, origin }, scrapes }: Metric): void {
    if (origin.type !== 'figure') return;
    const { figure } = origin;
    const { now } = this.#engine;
    const counts = this.#counts;
    if (of.type === 'object') {
      const { namespace, name } = of;
      const count =
        figure === 'requestsPerSecond' ? counts.sentToService(namespace, name) : counts.heldOfService(namespace, name);
      scrapes.add(0, count, now);
    }
    if (of.type !== 'pods') return;
    const { pods, machines } = this.#state;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || !machines.accepts(pod, pods.epoch[pod], 0)) continue;
      const count =
        figure === 'requestsPerSecond'
          ? counts.sentTo(pod)
          : figure === 'requestsInFlight'
            ? counts.heldBy(pod)
            : counts.waitingIn(pod);
      scrapes.add(pods.identity[pod], count, now);
    }
    scrapes.forget(now);
  }
}

function isAskedFor({ spec }: Metric, metric: string, selector: LabelSelector): boolean {
  return spec.name === metric && selector.matches(spec.labels);
}

function thousandths(amount: number): bigint {
  return BigInt(Math.round(amount * 1000));
}
