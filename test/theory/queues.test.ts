// Pods as queues: one pod behind a Service, with no delay anywhere, against the closed forms; and proof that the check can fail.
import { describe, expect, it } from 'vitest';
import type { DistributionSpec } from '../../src/engine/distributions.ts';
import { Histogram } from '../../src/metrics/histogram.ts';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, source, TrafficRig } from '../support/traffic-rig.ts';
import { agrees, batchMeans, type Estimate } from './batch-means.ts';
import { md1, mm1, mmc, mmck, type Queue, quantile } from './formulas.ts';

const SERVICE_US = 10_000;
const UTILISATION = 0.7;
const BATCHES = 40;

interface Model {
  readonly name: string;
  readonly slots: number;
  readonly queue: number;
  readonly service: (meanUs: number) => DistributionSpec;
  readonly truth: Queue;
  readonly customers: number;
}

const exponential = (mean: number): DistributionSpec => ({ type: 'exponential', mean });
const constant = (value: number): DistributionSpec => ({ type: 'constant', value });
const ENDLESS = 1e9;

const models: readonly Model[] = [
  { name: 'M/M/1', slots: 1, queue: ENDLESS, service: exponential, truth: mm1(UTILISATION), customers: 1.5e6 },
  { name: 'M/M/8', slots: 8, queue: ENDLESS, service: exponential, truth: mmc(8, UTILISATION), customers: 1e6 },
  { name: 'M/M/2/6', slots: 2, queue: 4, service: exponential, truth: mmck(2, 6, UTILISATION), customers: 1e6 },
  { name: 'M/D/1', slots: 1, queue: ENDLESS, service: constant, truth: md1(UTILISATION), customers: 1e6 },
];

interface Figures {
  /** In units of the nominal service time. */
  readonly mean: Estimate;
  readonly p99: Estimate;
  readonly blocking: Estimate;
}

/** Runs a model with a service time `stretch` times as long as its theory has it. */
function simulate(model: Model, customers: number, stretch: number): Figures {
  const perSecond = (UTILISATION * model.slots * 1e6) / SERVICE_US;
  const { engine, traffic } = new TrafficRig({
    seed: `theory ${model.name}`,
    services: { queue: 1 },
    behaviors: [
      behavior('queue', {
        service: model.service(SERVICE_US * stretch),
        concurrency: model.slots,
        queue: model.queue,
      }),
    ],
    traffic: [source('customers', 'queue', `${perSecond}/s`)],
  });
  const { meters } = traffic;
  const batchUs = (customers / perSecond / BATCHES) * 1e6;
  // The queue begins empty: a twentieth of the run is left out.
  engine.run(2 * batchUs);
  meters.warmUp();
  const all = new Histogram();
  const means: number[] = [];
  const quantiles: number[] = [];
  const blocked: number[] = [];
  const served: number[] = [];
  const arrived: number[] = [];
  const begun = (): number => meters.warmed(0, Tally.Begun);
  for (let batch = 1; batch <= BATCHES; batch += 1) {
    const begunBefore = begun();
    const blockedBefore = meters.warmed(0, Outcome.Overload);
    engine.run((2 + batch) * batchUs);
    const interval = meters.interval(0);
    means.push(interval.mean / SERVICE_US);
    quantiles.push(interval.quantile(0.99) / SERVICE_US);
    served.push(interval.count);
    arrived.push(begun() - begunBefore);
    blocked.push((meters.warmed(0, Outcome.Overload) - blockedBefore) / (begun() - begunBefore));
    all.merge(interval);
    interval.reset();
  }
  traffic.check();
  return {
    mean: batchMeans(means, served),
    p99: batchMeans(quantiles, served, all.quantile(0.99) / SERVICE_US),
    blocking: batchMeans(blocked, arrived),
  };
}

function agreesWith(figures: Figures, truth: Queue): boolean {
  return (
    agrees(figures.mean, truth.mean) &&
    agrees(figures.p99, quantile(truth, 0.99)) &&
    (truth.blocking === 0 ? figures.blocking.value === 0 : agrees(figures.blocking, truth.blocking))
  );
}

describe('a pod at utilisation 0.7', () => {
  it.each(models)('is $name', (model) => {
    const figures = simulate(model, model.customers, 1);
    const p99 = quantile(model.truth, 0.99);
    const line = ({ value, error }: Estimate, truth: number): string =>
      `${value.toFixed(4)} (theory ${truth.toFixed(4)}, ${((value - truth) / error || 0).toFixed(1)} standard errors of ${((100 * error) / value || 0).toFixed(2)} %)`;
    process.stdout.write(
      `${model.name}: mean ${line(figures.mean, model.truth.mean)}, p99 ${line(figures.p99, p99)}, blocking ${line(figures.blocking, model.truth.blocking)}\n`,
    );
    expect(figures.mean.error / figures.mean.value).toBeLessThan(0.01);
    expect(figures.p99.error / figures.p99.value).toBeLessThan(0.03);
    expect(agreesWith(figures, model.truth)).toBe(true);
  });

  it.each(models)('is not $name when its service takes 5 % longer', (model) => {
    expect(agreesWith(simulate(model, model.customers / 4, 1.05), model.truth)).toBe(false);
  });
});
