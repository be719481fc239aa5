// One component: measured batch by batch, and counted in expectation while it is silent.
import type { Engine } from '../../engine/engine.ts';
import type { Random } from '../../engine/random.ts';
import { log } from '../../engine/elementary.ts';
import { Histogram } from '../../metrics/histogram.ts';
import type { ExpectedWork } from '../../model/ports/processors.ts';
import type { PodRow } from '../../model/rows.ts';
import { type Meters, Tally } from '../meters.ts';
import { type Batch, inPairs, type Judgement, judge, MOST_BATCHES } from './batches.ts';
import type { Group, ServiceMembers, ServingPod } from './components.ts';
import { ExpectedCounts } from './expected-counts.ts';
import type { Place } from './known-regimes.ts';
import { type MeterFigures, MeterReading, mixed, mixedMeter, type MixPart, type Regime } from './regime.ts';

export const Phase = { Full: 0, Measured: 1, Silent: 2 } as const;

/** What a component needs of the rest. */
export interface Surroundings {
  readonly engine: Engine;
  readonly meters: Meters;
  readonly work: ExpectedWork;
  readonly random: Random;
  readonly serviceMeter: (service: number) => number;
  readonly containerOf: (pod: PodRow) => number;
  /** Of a source, per second. */
  readonly rateAt: (source: number, timeUs: number) => number;
}

interface Measurement {
  readonly place: Place;
  readonly fromUs: number;
  readonly readings: readonly MeterReading[];
  /** CPU by service, requests begun, then. */
  readonly cpuUs: Float64Array;
  readonly begun: number;
  batches: Batch[];
  batchUs: number;
  /** Of the sources, when the present batch began. */
  latencies: readonly Histogram[];
  counts: readonly number[];
  batchCpuUs: number;
}

interface Silence {
  mix: readonly MixPart[];
  figures: readonly MeterFigures[];
  cpuUs: Float64Array;
  /** The rate (its logarithm) for which they were worked out. */
  rate: number;
  countedUs: number;
}

export class Component {
  readonly group: Group;
  readonly key: string;
  /** Of its sources, then of its services. */
  readonly meters: readonly number[];
  phase: number = Phase.Full;
  /** Nothing that is booked under an older one holds. */
  epoch = 0;
  /** Until then what has changed may still show. */
  settledUs = 0;
  bookedUs = Number.POSITIVE_INFINITY;
  place: Place | undefined;
  members: readonly ServiceMembers[] = [];
  /** Requests in measurements that came to nothing, for what the run tells. */
  unfinished = 0;
  readonly #with: Surroundings;
  readonly #counts: readonly ExpectedCounts[];
  #measurement: Measurement | undefined;
  #silence: Silence | undefined;

  constructor(group: Group, surroundings: Surroundings) {
    this.group = group;
    this.key = `${group.sources.join(',')}|${group.services.join(',')}`;
    this.#with = surroundings;
    this.meters = [...group.sources, ...group.services.map((service) => surroundings.serviceMeter(service))];
    this.#counts = this.meters.map((meter) => new ExpectedCounts(meter));
  }

  rates(timeUs: number): number[] {
    return this.group.sources.map((source) => this.#with.rateAt(source, timeUs));
  }

  get #requests(): number {
    return this.group.sources.reduce((sum, source) => sum + this.#with.meters.total(source, Tally.Begun), 0);
  }

  // Measured.

  /** `requests`: how many the first judgement takes. Gives the length of a batch, µs. */
  measure(place: Place, requests: number): number {
    const { engine, meters } = this.#with;
    const perSecond = this.rates(engine.now).reduce((sum, rate) => sum + rate, 0);
    this.phase = Phase.Measured;
    const batchUs = Math.max(1000, Math.round((requests / MOST_BATCHES / perSecond) * 1e6));
    this.#measurement = {
      place,
      fromUs: engine.now,
      readings: this.meters.map((meter) => new MeterReading(meters, meter, engine.now)),
      cpuUs: this.#cpuUs(),
      begun: this.#requests,
      batches: [],
      batchUs,
      latencies: [],
      counts: [],
      batchCpuUs: 0,
    };
    this.#beginBatch(this.#measurement);
    return batchUs;
  }

  /** A batch of the measurement ends; a judgement where there are enough of them. */
  endBatch(error: number): { readonly nextUs: number; readonly judgement: Judgement | undefined } {
    const one = this.#measurement!;
    one.batches.push(this.#batch(one));
    let judgement: Judgement | undefined;
    if (one.batches.length === MOST_BATCHES) {
      judgement = judge(one.batches, error);
      one.batches = inPairs(one.batches);
      one.batchUs *= 2;
    }
    this.#beginBatch(one);
    return { nextUs: one.batchUs, judgement };
  }

  /** Whether the rate is still the one that is measured. */
  keepsRate(tolerance: number): boolean {
    const { place } = this.#measurement!;
    const now = this.rates(this.#with.engine.now).reduce((sum, rate) => sum + rate, 0);
    return Math.abs(log(now) - place.rate) <= tolerance;
  }

  /** What was measured; the measurement has ended. */
  regime(judgement: Exclude<Judgement, { is: 'moving' }>): Regime {
    const { engine, meters } = this.#with;
    const { place, fromUs, readings, cpuUs, begun } = this.#measurement!;
    const requests = this.#requests - begun;
    const rates = this.rates((fromUs + engine.now) / 2);
    this.#measurement = undefined;
    return {
      name: this.group.services.map((service) => meters.names[this.#with.serviceMeter(service)]).join(' '),
      rate: log(rates.reduce((sum, rate) => sum + rate, 0)),
      endpoints: place.endpoints,
      sources: place.sources,
      meters: readings.map((reading) => reading.figures(meters, engine.now, requests)),
      cpuUs: this.#cpuUs().map((us, i) => (us - cpuUs[i]) / requests),
      findings: judgement.findings,
      withinError: judgement.is === 'known',
      measuredFromUs: fromUs,
      measuredUs: engine.now - fromUs,
      requests: 0,
      uses: 0,
    };
  }

  /** What was measured so far comes to nothing. */
  dropMeasurement(): void {
    if (this.#measurement !== undefined) this.unfinished += this.#requests - this.#measurement.begun;
    this.#measurement = undefined;
  }

  #beginBatch(one: Measurement): void {
    const { meters } = this.#with;
    one.latencies = this.group.sources.map((source) => meters.soFar(source));
    one.counts = this.#ends();
    one.batchCpuUs = sumOf(this.#cpuUs());
  }

  #batch(one: Measurement): Batch {
    const { meters } = this.#with;
    const latencies = new Histogram();
    for (const [i, source] of this.group.sources.entries())
      latencies.merge(meters.soFar(source).since(one.latencies[i]));
    const [begun, ended, failed] = this.#ends().map((count, i) => count - one.counts[i]);
    return { begun, ended, failed, cpuUs: sumOf(this.#cpuUs()) - one.batchCpuUs, latencies };
  }

  /** Requests from outside: begun, ended, and of these failed. */
  #ends(): number[] {
    const { meters } = this.#with;
    let [begun, ended, well] = [0, 0, 0];
    for (const source of this.group.sources) {
      begun += meters.total(source, Tally.Begun);
      ended += meters.ended(source);
      well += meters.total(source, 0);
    }
    return [begun, ended, ended - well];
  }

  /** CPU time of simulated work, by service. */
  #cpuUs(): Float64Array {
    const us = new Float64Array(this.members.length);
    this.#eachPod((service, { pod, epoch }) => {
      us[service] += this.#with.work.workUs(pod, epoch);
    });
    return us;
  }

  /** Each pod once, with the first of the services that lead to it. */
  #eachPod(each: (service: number, pod: ServingPod) => void): void {
    const seen = this.members.length > 1 ? new Set<PodRow>() : undefined;
    for (const [service, { serving }] of this.members.entries()) {
      for (const one of serving) {
        if (seen?.has(one.pod) === true) continue;
        seen?.add(one.pod);
        each(service, one);
      }
    }
  }

  // Silent.

  fallSilent(mix: readonly MixPart[], rate: number): void {
    this.phase = Phase.Silent;
    this.#silence = { ...this.#workedOut(mix), rate, countedUs: this.#with.engine.now };
    for (const { regime } of mix) regime.uses += 1;
    this.#hold();
  }

  /** Counts up to now. The figures may be others from now on: those of this mix, where the rate has changed enough. */
  count(mix?: readonly MixPart[], rate = 0): void {
    const one = this.#silence!;
    const { engine, meters } = this.#with;
    const { now } = engine;
    if (now > one.countedUs) {
      const seconds = (now - one.countedUs) / 2e6;
      const begun = this.group.sources.map(
        (source) => (this.#with.rateAt(source, one.countedUs) + this.#with.rateAt(source, now - 1)) * seconds,
      );
      const all = begun.reduce((sum, count) => sum + count, 0);
      for (const [i, counts] of this.#counts.entries()) {
        const figures = one.figures[i];
        const calls = i < begun.length ? begun[i] : all * figures.begun;
        counts.add(meters, figures, calls, i < begun.length ? 0 : all * figures.attempts);
      }
      for (const { regime, weight } of one.mix) regime.requests += weight * all;
      one.countedUs = now;
    }
    if (mix === undefined) return;
    if (Math.abs(rate - one.rate) > NOTICEABLE) Object.assign(one, this.#workedOut(mix), { rate });
    else one.mix = mix;
    this.#hold();
  }

  wake(): void {
    this.count();
    this.#silence = undefined;
    for (const meter of this.meters) this.#with.meters.stand(meter, 0);
    this.#eachPod((_, { pod, epoch, node }) =>
      this.#with.work.expect(pod, epoch, node, this.#with.containerOf(pod), 0),
    );
  }

  #workedOut(mix: readonly MixPart[]): Pick<Silence, 'mix' | 'figures' | 'cpuUs'> {
    return {
      mix,
      figures: this.meters.map((_, i) => mixedMeter(mix, i)),
      cpuUs: Float64Array.from(this.members, (_, i) =>
        Math.max(
          0,
          mixed(mix, ({ cpuUs }) => cpuUs[i]),
        ),
      ),
    };
  }

  /** CPU time until the next beat by that of the mean: of as many requests as come, each with CPU time of its own. */
  #use(mix: readonly MixPart[], perUs: number): number {
    const mean = mixed(mix, ({ findings }) => findings.cpuUs.value);
    const requests = perUs * BEAT_US;
    if (mean <= 0 || requests <= 0) return 1;
    const variance =
      1 +
      Math.max(
        0,
        mixed(mix, ({ findings }) => findings.cpuUs.variance),
      ) /
        (mean * mean);
    return Math.max(0, 1 + Math.sqrt((ACROSS * variance) / requests) * this.#with.random.normal());
  }

  /** Requests in flight and processors at work, as the present rates have them. */
  #hold(): void {
    const { engine, meters, work, containerOf } = this.#with;
    const one = this.#silence!;
    const rates = this.rates(engine.now);
    const perUs = rates.reduce((sum, rate) => sum + rate, 0) / 1e6;
    const use = this.#use(one.mix, perUs);
    for (const [i, meter] of this.meters.entries()) {
      const calls = i < rates.length ? rates[i] / 1e6 : perUs * one.figures[i].begun;
      meters.stand(meter, Math.round(calls * one.figures[i].sojournUs));
    }
    this.#eachPod((service, { pod, epoch, node }) => {
      const cpus = (use * perUs * one.cpuUs[service]) / this.members[service].serving.length;
      work.expect(pod, epoch, node, containerOf(pod), cpus);
    });
  }
}

/** Until the next beat CPU use is a draw, so that autoscalers see peaks; windows of metrics that lie across beats would see less of them. */
export const BEAT_US = 7.5e6;
const ACROSS = 1.2;

/** A rate that differs by less (as a logarithm) has the same figures. */
const NOTICEABLE = 0.0025;

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
