// One component: measured batch by batch, and counted in expectation while it is silent.
import type { Engine } from '../../engine/engine.ts';
import type { Random } from '../../engine/random.ts';
import { log } from '../../engine/elementary.ts';
import { Histogram } from '../../metrics/histogram.ts';
import type { ExpectedWork } from '../../model/ports/processors.ts';
import type { PodRow } from '../../model/rows.ts';
import { type Meters, Tally } from '../meters.ts';
import { type Batch, type Estimate, type Findings, inPairs, type Judgement, judge, MOST_BATCHES } from './batches.ts';
import type { Group, ServiceMembers, ServingPod } from './components.ts';
import { ExpectedCounts } from './expected-counts.ts';
import type { Place } from './known-regimes.ts';
import type { Mixed } from './mixes.ts';
import { MeterReading, mixed, type MixPart, type Regime } from './regime.ts';

export const Phase = { Full: 0, Measured: 1, Silent: 2 } as const;

/** Until anything is known of a component: how long it takes to fill with requests. */
export const FILL_US = 5e6;
/** It fills in so many times as long as its calls take; at least and at most. */
const SOJOURNS = 20;
const LEAST_FILL_US = 200_000;
const MOST_FILL_US = 120e6;

/** What a component needs of the rest. */
export interface Surroundings {
  readonly engine: Engine;
  readonly meters: Meters;
  readonly work: ExpectedWork;
  readonly random: Random;
  readonly serviceMeter: (service: number) => number;
  readonly containerOf: (pod: PodRow) => number;
  /** From one beat to the next, µs: as autoscalers see. */
  readonly beatUs: number;
  /** Of a source, per second. */
  readonly rateAt: (source: number, timeUs: number) => number;
}

/** What a measurement that came to nothing, or has not ended, has found of requests that it has simulated. */
export interface VainMeasurement {
  readonly findings: Findings;
  readonly requests: number;
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
  /** As of the last judgement. */
  findings: Findings | undefined;
  /** Of the sources, when the present batch began. */
  counts: readonly number[];
  batchCpuUs: number;
}

interface Silence {
  of: Mixed;
  /** By source: the rate for which they were worked out; and what was known then. */
  rates: readonly number[];
  version: number;
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
  /** Until then it may not fall silent: what will strike it is to meet requests in flight. */
  heldUntilUs = 0;
  bookedUs = Number.POSITIVE_INFINITY;
  place: Place | undefined;
  members: readonly ServiceMembers[] = [];
  /** Requests in measurements that came to nothing, for what the run tells. */
  unfinished = 0;
  /** Silent, all in all; and how long figures were other ones than those that were counted, if all that differs lasts for as long as it takes to fill. */
  silentUs = 0;
  owedUs = 0;
  /** Its endpoints are others than when it fell silent. */
  isRenewed = true;
  /** Of the mean, relative, as the last judgement or the mix has it; undefined before any. */
  error: number | undefined;
  readonly #with: Surroundings;
  readonly #counts: readonly ExpectedCounts[];
  /** By service: what its pods use while the component is silent. */
  readonly #lines: readonly number[];
  readonly #vain: VainMeasurement[] = [];
  #measurement: Measurement | undefined;
  #silence: Silence | undefined;

  constructor(group: Group, surroundings: Surroundings) {
    this.group = group;
    this.key = `${group.sources.join(',')}|${group.services.join(',')}`;
    this.#with = surroundings;
    this.meters = [...group.sources, ...group.services.map((service) => surroundings.serviceMeter(service))];
    this.#counts = this.meters.map((meter) => new ExpectedCounts(meter));
    this.#lines = group.services.map(() => surroundings.work.line());
  }

  rates(timeUs: number): number[] {
    return this.group.sources.map((source) => this.#with.rateAt(source, timeUs));
  }

  /** How long it takes to fill with requests. */
  get fillUs(): number {
    const { engine, meters } = this.#with;
    let longestUs = 0;
    for (const source of this.group.sources) {
      const ended = meters.ended(source);
      if (ended > 100)
        longestUs = Math.max(longestUs, meters.areaUs(source, engine.now) / meters.total(source, Tally.Begun));
    }
    return longestUs === 0 ? FILL_US : Math.min(MOST_FILL_US, Math.max(LEAST_FILL_US, SOJOURNS * longestUs));
  }

  /** Begun so far, simulated and counted. */
  get requests(): number {
    return this.group.sources.reduce((sum, source) => sum + this.#with.meters.total(source, Tally.Begun), 0);
  }

  // Measured.

  /** `requests`: how many the first judgement takes. Gives the length of a batch, µs. */
  measure(place: Place, requests: number): number {
    const { engine, meters } = this.#with;
    const perSecond = this.rates(engine.now).reduce((sum, rate) => sum + rate, 0);
    this.phase = Phase.Measured;
    this.error = undefined;
    const batchUs = Math.max(1000, Math.round((requests / MOST_BATCHES / perSecond) * 1e6));
    this.#measurement = {
      place,
      fromUs: engine.now,
      readings: this.meters.map((meter) => new MeterReading(meters, meter, engine.now)),
      cpuUs: this.#cpuUs(),
      begun: this.requests,
      batches: [],
      batchUs,
      findings: undefined,
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
      if (judgement.is !== 'moving') {
        this.error = relative(judgement.findings.mean);
        one.findings = judgement.findings;
      }
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

  /** What has been measured so far. */
  regime(judgement: Exclude<Judgement, { is: 'moving' }>): Regime {
    const { engine, meters } = this.#with;
    const { place, fromUs, readings, cpuUs, begun } = this.#measurement!;
    const requests = this.requests - begun;
    const rates = this.rates((fromUs + engine.now) / 2);
    return {
      name: this.group.services.map((service) => meters.names[this.#with.serviceMeter(service)]).join(' '),
      rate: log(rates.reduce((sum, rate) => sum + rate, 0)),
      endpoints: place.endpoints,
      lost: place.lost,
      sources: place.sources,
      meters: readings.map((reading) => reading.figures(meters, engine.now, requests)),
      cpuUs: this.#cpuUs().map((us, i) => (us - cpuUs[i]) / requests),
      findings: judgement.findings,
      withinError: judgement.is === 'known',
      measuredFromUs: fromUs,
      measuredUs: engine.now - fromUs,
      requests: 0,
    };
  }

  /** Of measurements in vain, and of the one that goes on. */
  get vain(): readonly VainMeasurement[] {
    return [...this.#vain, ...this.#underWay];
  }

  get #underWay(): readonly VainMeasurement[] {
    const one = this.#measurement;
    return one?.findings === undefined ? [] : [{ findings: one.findings, requests: this.requests - one.begun }];
  }

  /** Latencies are counted again: what was found before does not count. */
  forgetVain(): void {
    this.#vain.length = 0;
  }

  /** The measurement has ended; `inVain`: what was measured comes to nothing. */
  endMeasurement(inVain: boolean): void {
    const one = this.#measurement;
    if (one === undefined) return;
    if (inVain) {
      this.unfinished += this.requests - one.begun;
      this.#vain.push(...this.#underWay);
    }
    for (const reading of one.readings) reading.end(this.#with.meters);
    this.#measurement = undefined;
  }

  #beginBatch(one: Measurement): void {
    one.counts = this.#ends();
    one.batchCpuUs = sumOf(this.#cpuUs());
  }

  #batch(one: Measurement): Batch {
    const { meters } = this.#with;
    const latencies = new Histogram();
    for (const i of this.group.sources.keys()) latencies.merge(one.readings[i].batch(meters));
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

  fallSilent(of: Mixed, version: number): void {
    const { engine, work, containerOf } = this.#with;
    this.phase = Phase.Silent;
    this.error = mixed(of.mix, ({ findings }) => relative(findings.mean));
    this.#silence = { of, rates: this.rates(engine.now), version, countedUs: engine.now };
    this.isRenewed = true;
    this.#eachPod((service, { pod, epoch, node }) =>
      work.follow(pod, epoch, node, containerOf(pod), this.#lines[service]),
    );
    this.use();
  }

  /** Endpoints came or went while the component is silent: those that came use what the others do, and those that went nothing. Gives both. */
  renew(members: readonly ServiceMembers[]): { readonly come: readonly PodRow[]; readonly left: readonly PodRow[] } {
    const { work, containerOf } = this.#with;
    const come: PodRow[] = [];
    const before = new Map<PodRow, ServingPod>();
    this.#eachPod((_, one) => before.set(one.pod, one));
    this.members = members;
    this.isRenewed = true;
    this.#eachPod((service, { pod, epoch, node }) => {
      if (before.get(pod)?.epoch === epoch) {
        before.delete(pod);
        return;
      }
      come.push(pod);
      work.follow(pod, epoch, node, containerOf(pod), this.#lines[service]);
    });
    const again = new Set(come);
    for (const { pod, epoch, node } of before.values())
      if (!again.has(pod)) work.follow(pod, epoch, node, containerOf(pod), -1);
    return { come, left: [...before.keys()] };
  }

  /** Whether what stands for the component still does at these rates, as long as nothing else is known (`version`). */
  stands(rates: readonly number[], version: number): boolean {
    const one = this.#silence!;
    return version === one.version && rates.every((rate, i) => Math.abs(rate - one.rates[i]) <= NOTICEABLE * rate);
  }

  /** Other figures from now on, or the same ones at these rates. */
  follow(of: Mixed, rates: readonly number[], version: number): void {
    if (of !== this.#silence!.of) {
      this.count();
      this.error = mixed(of.mix, ({ findings }) => relative(findings.mean));
    }
    Object.assign(this.#silence!, { of, rates, version });
  }

  /** Counts up to now. Between two bends the rates are lines, so that it does not matter how often. */
  count(): void {
    const one = this.#silence!;
    const { engine, meters } = this.#with;
    const { now } = engine;
    const rates = this.rates(now);
    const perUs = rates.reduce((sum, rate) => sum + rate, 0) / 1e6;
    for (const [i, meter] of this.meters.entries()) {
      const calls = i < rates.length ? rates[i] / 1e6 : perUs * one.of.figures[i].begun;
      meters.stand(meter, Math.round(calls * one.of.figures[i].sojournUs));
    }
    if (now === one.countedUs) return;
    this.silentUs += now - one.countedUs;
    const seconds = (now - one.countedUs) / 2e6;
    const begun = this.group.sources.map(
      (source) => (this.#with.rateAt(source, one.countedUs) + this.#with.rateAt(source, now - 1)) * seconds,
    );
    const all = begun.reduce((sum, count) => sum + count, 0);
    for (const [i, counts] of this.#counts.entries()) {
      const figures = one.of.figures[i];
      const calls = i < begun.length ? begun[i] : all * figures.begun;
      counts.add(meters, figures, calls, i < begun.length ? 0 : all * figures.attempts);
    }
    for (const { regime, weight } of one.of.mix) regime.requests += weight * all;
    one.countedUs = now;
  }

  wake(): void {
    this.count();
    this.#silence = undefined;
    for (const meter of this.meters) this.#with.meters.stand(meter, 0);
    this.#eachPod((_, { pod, epoch, node }) =>
      this.#with.work.follow(pod, epoch, node, this.#with.containerOf(pod), -1),
    );
  }

  /** Processors are at work until the next beat as so many requests have them, each with CPU time of its own. */
  use(): void {
    const one = this.#silence!;
    const { engine, work, beatUs } = this.#with;
    const perUs = this.rates(engine.now + beatUs / 2).reduce((sum, rate) => sum + rate, 0) / 1e6;
    const use = this.#draw(one.of.mix, perUs);
    for (const [service, line] of this.#lines.entries())
      work.bend(line, (use * perUs * one.of.cpuUs[service]) / Math.max(1, this.members[service].serving.length));
  }

  /** CPU time until the next beat by that of the mean. */
  #draw(mix: readonly MixPart[], perUs: number): number {
    const mean = mixed(mix, ({ findings }) => findings.cpuUs.value);
    const requests = perUs * this.#with.beatUs;
    if (mean <= 0 || requests <= 0) return 1;
    const variance = mixed(mix, ({ findings }) => findings.cpuUs.variance);
    const relative = 1 + Math.max(0, variance) / (mean * mean);
    return Math.max(0, 1 + Math.sqrt((ACROSS * relative) / requests) * this.#with.random.normal());
  }
}

/** Until the next beat CPU use is a draw, so that autoscalers see peaks; windows of metrics that lie across beats would see less of them. */
const ACROSS = 1.2;

/** Rates that differ by less, relatively, have the same figures. */
export const NOTICEABLE = 0.005;

function relative({ half, value }: Estimate): number {
  return value === 0 ? 0 : half / value;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
