// custom.metrics.k8s.io and external.metrics.k8s.io: what the scenario says that an adapter knows, from requests that it counts now and then.
import type { Engine } from '../engine/engine.ts';
import type { CustomMetrics, MetricSample, RequestCounts } from '../model/ports.ts';
import type { CustomMetricSpec } from '../model/settings/autoscaling.ts';
import { amountAt } from '../model/settings/usage.ts';
import type { ClusterState } from '../model/state.ts';
import { Scrapes } from './scrapes.ts';
import type { PodRow } from '../model/rows.ts';

interface Metric {
  readonly spec: CustomMetricSpec;
  /** By identity of a pod, or 0 for the object. */
  readonly scrapes: Scrapes<number>;
}

export class CustomMetricsAdapter implements CustomMetrics {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #counts: RequestCounts;
  readonly #everyUs: number;
  readonly #metrics: readonly Metric[];

  constructor(
    engine: Engine,
    state: ClusterState,
    counts: RequestCounts,
    specs: readonly CustomMetricSpec[],
    everyUs: number,
  ) {
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

  ofPod(metric: string, pod: PodRow, epoch: number): MetricSample | undefined {
    const { pods } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch) return undefined;
    const found = this.#metrics.find(({ spec }) => spec.name === metric && spec.of.type === 'pods');
    if (found === undefined) return undefined;
    const { origin } = found.spec;
    if (origin.type === 'curve') return this.#sample(amountAt(origin.curve, this.#engine.now), this.#engine.now, 0);
    const value = found.scrapes.read(pods.identity[pod], origin.figure === 'requestsPerSecond');
    return value === undefined ? undefined : this.#sample(value.amount, value.atUs, value.windowUs);
  }

  ofObject(metric: string, kind: string, namespace: string, name: string): bigint | undefined {
    const found = this.#metrics.find(
      ({ spec: { name: one, of } }) =>
        one === metric && of.type === 'object' && of.kind === kind && of.namespace === namespace && of.name === name,
    );
    return found === undefined ? undefined : this.#value(found);
  }

  external(metric: string): bigint | undefined {
    const found = this.#metrics.find(({ spec }) => spec.name === metric && spec.of.type === 'external');
    return found === undefined ? undefined : this.#value(found);
  }

  #value({ spec: { origin }, scrapes }: Metric): bigint | undefined {
    if (origin.type === 'curve') return thousandths(amountAt(origin.curve, this.#engine.now));
    const value = scrapes.read(0, origin.figure === 'requestsPerSecond');
    return value === undefined ? undefined : thousandths(value.amount);
  }

  #sample(amount: number, atUs: number, windowUs: number): MetricSample {
    return { value: thousandths(amount), atUs: Math.floor(atUs / 1e6) * 1e6, windowUs };
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

function thousandths(amount: number): bigint {
  return BigInt(Math.round(amount * 1000));
}
