// Pods as queues: one Service with no delay anywhere, its figures with their standard errors.
import type { DistributionSpec } from '../../src/engine/distributions.ts';
import { Histogram } from '../../src/metrics/histogram.ts';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, source, TrafficRig } from '../support/traffic-rig.ts';
import { batchMeans, type Estimate } from './batch-means.ts';

const SERVICE_US = 10_000;
const BATCHES = 40;

export interface Model {
  readonly name: string;
  readonly pods: number;
  readonly slots: number;
  readonly queue: number;
  readonly utilisation: number;
  readonly service: (meanUs: number) => DistributionSpec;
  readonly balancer: string;
  readonly customers: number;
}

/** In units of the nominal service time. */
export interface Figures {
  readonly mean: Estimate;
  readonly p99: Estimate;
  readonly blocking: Estimate;
}

export const exponential = (mean: number): DistributionSpec => ({ type: 'exponential', mean });
export const constant = (value: number): DistributionSpec => ({ type: 'constant', value });

/** M/M/1 at utilisation 0.7 where nothing else is said. */
export function model(name: string, customers: number, more: Partial<Model> = {}): Model {
  return {
    name,
    customers,
    pods: 1,
    slots: 1,
    queue: 1e9,
    utilisation: 0.7,
    service: exponential,
    balancer: 'Random',
    ...more,
  };
}

/** Runs a model with a service time `stretch` times as long as its theory has it. */
export function simulate(of: Model, customers: number, stretch: number): Figures {
  const perSecond = (of.utilisation * of.pods * of.slots * 1e6) / SERVICE_US;
  const { engine, traffic } = new TrafficRig({
    seed: `theory ${of.name}`,
    services: { queue: of.pods },
    behaviors: [
      behavior('queue', { service: of.service(SERVICE_US * stretch), concurrency: of.slots, queue: of.queue }),
    ],
    traffic: [source('customers', 'queue', `${perSecond}/s`)],
    network: { balancer: { name: of.balancer, args: {} } },
  });
  const { meters } = traffic;
  const batchUs = Math.round((customers / perSecond / BATCHES) * 1e6);
  // The queue begins empty: a twentieth of the run is left out.
  engine.run(2 * batchUs);
  meters.warmUp();
  meters.roll(0);
  const all = new Histogram();
  const means: number[] = [];
  const quantiles: number[] = [];
  const blocked: number[] = [];
  const served: number[] = [];
  const arrived: number[] = [];
  for (let batch = 1; batch <= BATCHES; batch += 1) {
    const begunBefore = meters.warmed(0, Tally.Begun);
    const blockedBefore = meters.warmed(0, Outcome.Overload);
    engine.run((2 + batch) * batchUs);
    const interval = meters.interval(0);
    means.push(interval.mean / SERVICE_US);
    quantiles.push(interval.quantile(0.99) / SERVICE_US);
    served.push(interval.count);
    const begun = meters.warmed(0, Tally.Begun) - begunBefore;
    arrived.push(begun);
    blocked.push((meters.warmed(0, Outcome.Overload) - blockedBefore) / begun);
    all.merge(interval);
    meters.roll(0);
  }
  traffic.check();
  return {
    mean: batchMeans(means, served),
    p99: batchMeans(quantiles, served, all.quantile(0.99) / SERVICE_US),
    blocking: batchMeans(blocked, arrived),
  };
}

/** `3.3227 (theory 3.3333, -0.6 standard errors of 0.55 %)` */
export function compared({ value, error }: Estimate, truth: number): string {
  const off = error === 0 ? 0 : (value - truth) / error;
  const percent = value === 0 ? 0 : (100 * error) / value;
  return `${value.toFixed(4)} (theory ${truth.toFixed(4)}, ${off.toFixed(1)} standard errors of ${percent.toFixed(2)} %)`;
}
