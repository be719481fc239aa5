// Requests are simulated until a regime is known; then their sources fall silent, and time runs on with its figures until something changes.
import type { Engine } from '../../engine/engine.ts';
import { log } from '../../engine/elementary.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import { Component, FILL_US, NOTICEABLE, Phase } from './component.ts';
import { type Herald, Heralds } from './heralds.ts';
import { KnownRegimes, type Place } from './known-regimes.ts';
import { type Mixed, Mixes } from './mixes.ts';
import type { SamplingParts, SamplingSettings } from './sampling-parts.ts';
import { SlightChanges } from './slight-changes.ts';
import { type Cause, Spans } from './spans.ts';

/** A jump of the rate, or its drift during a measurement, above this (as a logarithm) is a change. */
const JUMP = 0.01;
/** Sources speak again at most so long before something is known to happen, so that it meets requests in flight; or for this part of the time to fill. */
const LEAD_US = 5e6;
const LEAD = 0.5;
/** Endpoints that come or go among many are counted from so soon on. */
const SOON_US = 1e6;
/** Where somebody counts requests himself. */
const WATCHED_US = 5e6;

export class Sampling {
  readonly known: KnownRegimes;
  readonly spans: Spans;
  /** All that ever were; those that are no more have left `#current`. */
  readonly all: Component[] = [];
  #current = new Set<Component>();
  readonly #parts: SamplingParts;
  readonly #settings: SamplingSettings;
  readonly #engine: Engine;
  readonly #onLook: number;
  readonly #onBend: number;
  readonly #onHerald: number;
  readonly #onLead: number;
  readonly #heralds: Heralds;
  readonly #slight: SlightChanges;
  readonly #mixes = new Mixes();
  /** By pod: the components (by number, plus one) that have it; by Service: its component. */
  readonly #byPod = new Map<PodRow, Component>();
  #byService: (Component | undefined)[] = [];
  readonly #numbers = new Map<Component, number>();
  readonly #troubles = new Set<number>();
  #lastTrouble = 0;
  #groupedBy = '';
  #mustGroup = true;
  #heldUntilUs = 0;

  constructor(parts: SamplingParts, settings: SamplingSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#engine = parts.engine;
    this.known = new KnownRegimes(settings.error);
    this.spans = new Spans(parts.engine);
    this.#onLook = parts.engine.kind('traffic.sampled', (component, epoch) => this.#look(this.all[component], epoch));
    this.#onBend = parts.engine.kind('traffic.sampled bend', (component) => this.#bend(this.all[component]));
    this.#onHerald = parts.engine.kind('traffic.sampled herald', (index) => this.#expect(index));
    this.#onLead = parts.engine.kind('traffic.sampled lead', (component, index) =>
      this.#lead(this.all[component], this.#heralds.get(index)),
    );
    this.#slight = new SlightChanges(settings);
    this.#heralds = new Heralds(parts.components);
    this.herald(parts.engine.now);
  }

  // What changes.

  /** The endpoints or the rules of a Service. */
  serviceChanged(object: ObjectRow): void {
    const { components } = this.#parts;
    const service = components.serviceOf(object);
    if (service < 0) return;
    const component = this.#byService[service];
    const before = components.known(service);
    components.forget(service);
    if (component !== undefined) {
      const isSlight =
        before !== undefined &&
        component.phase === Phase.Silent &&
        this.#slight.takes(component, before, components.members(service), component.fillUs);
      if (isSlight) {
        component.isRenewed = false;
        const soonUs = this.#engine.now + SOON_US;
        if (component.bookedUs > soonUs) this.#book(component, soonUs);
        return;
      }
      this.#wake(component, this.#settings.settleUs, 'endpoints');
    }
    this.#mustGroup = true;
  }

  /** A process of the pod begins, is about to end, or ends. */
  podChanged(pod: PodRow): void {
    const component = this.#byPod.get(pod) ?? this.#slight.touched(pod, this.#engine.now);
    if (component === undefined || !this.#current.has(component)) return;
    this.#wake(component, this.#settings.settleUs, 'process');
    for (const service of component.group.services) this.#parts.components.forget(service);
    this.#mustGroup = true;
  }

  nodeChanged(node: NodeRow): void {
    for (const service of this.#parts.components.forgetNode(node)) {
      const component = this.#byService[service];
      if (component !== undefined) this.#wake(component, this.#settings.settleUs, 'machine');
    }
  }

  /** Something is wrong that may touch anybody. What this gives ends it. */
  trouble(): () => void {
    this.#lastTrouble += 1;
    const number = this.#lastTrouble;
    this.#troubles.add(number);
    this.#wakeAll('fault');
    return () => {
      this.#troubles.delete(number);
      this.#wakeAll('fault');
    };
  }

  /** Something is known to happen then; `strikes` says to which nodes alone, if it happened now. */
  herald(timeUs: number, strikes?: () => readonly NodeRow[]): void {
    const index = this.#heralds.add(timeUs, strikes);
    this.#engine.at(Math.max(this.#engine.now, timeUs - LEAD_US), this.#onHerald, index, 0);
  }

  /** Whatever is read from now on has what was counted in expectation up to now. */
  bringUpToDate(): void {
    for (const component of this.#current) if (component.phase === Phase.Silent) component.count();
  }

  /** Latencies are counted again: what is measured begins again. */
  warmedUp(): void {
    for (const component of this.#current) if (component.phase === Phase.Measured) this.#wake(component, 0, 'warm-up');
    for (const regime of this.known.all) regime.requests = 0;
    for (const component of this.all) component.forgetVain();
  }

  #wakeAll(cause: Cause): void {
    this.#heldUntilUs = Math.max(this.#heldUntilUs, this.#engine.now + LEAD_US + 1);
    for (const component of this.#current) this.#wake(component, 0, cause);
  }

  /** Whom it will strike does not fall silent until then; those that are wake in time. */
  #expect(index: number): void {
    const herald = this.#heralds.get(index);
    if (herald.strikes === undefined) this.#heldUntilUs = Math.max(this.#heldUntilUs, herald.timeUs + 1);
    if (this.#current.size === 0) this.#group();
    for (const component of this.#current) {
      if (component.phase !== Phase.Silent) {
        this.#hold(component, herald);
        continue;
      }
      const wakeUs = Math.max(this.#engine.now, Math.ceil(herald.timeUs - LEAD * component.fillUs));
      this.#engine.at(wakeUs, this.#onLead, this.#numberOf(component), index);
    }
  }

  #lead(component: Component, herald: Herald): void {
    if (!this.#current.has(component) || !this.#hold(component, herald)) return;
    if (component.phase === Phase.Silent) this.#wake(component, 0, 'fault', 0);
  }

  /** False where it does not touch the component. */
  #hold(component: Component, herald: Herald): boolean {
    if (!this.#heralds.mayStrike(component.group, herald, this.#engine.now)) return false;
    component.heldUntilUs = Math.max(component.heldUntilUs, herald.timeUs + 1);
    return true;
  }

  #wake(component: Component, settleUs: number, cause: Cause, fillUs = component.fillUs): void {
    const { now } = this.#engine;
    if (component.phase === Phase.Silent) {
      component.wake();
      for (const source of component.group.sources) this.#parts.sources.resume(source);
    }
    this.#endMeasurement(component, true);
    this.known.end(component);
    if (component.phase !== Phase.Full) component.bookedUs = Number.POSITIVE_INFINITY;
    this.spans.turn(component, Phase.Full, cause);
    component.phase = Phase.Full;
    component.settledUs = Math.max(component.settledUs, now + Math.max(settleUs, fillUs));
    if (component.bookedUs > component.settledUs) this.#book(component, component.settledUs);
  }

  #book(component: Component, timeUs: number): void {
    component.epoch += 1;
    component.bookedUs = timeUs;
    this.#engine.at(Math.ceil(timeUs), this.#onLook, this.#numberOf(component), component.epoch);
  }

  #numberOf(component: Component): number {
    let number = this.#numbers.get(component);
    if (number === undefined) {
      number = this.all.push(component) - 1;
      this.#numbers.set(component, number);
    }
    return number;
  }

  // What is done about it.

  #look(component: Component, epoch: number): void {
    if (component.epoch !== epoch || !this.#current.has(component)) return;
    component.bookedUs = Number.POSITIVE_INFINITY;
    if (component.phase === Phase.Silent) this.#beat(component);
    else if (component.phase === Phase.Measured) this.#endBatch(component);
    else this.#settle(component);
  }

  #settle(component: Component): void {
    const { now } = this.#engine;
    const earliestUs = Math.max(component.settledUs, component.heldUntilUs, this.#heldUntilUs);
    if (now < earliestUs) {
      this.spans.turn(component, Phase.Full);
      this.#book(component, earliestUs);
      return;
    }
    if (this.#mustGroup) {
      this.#group();
      if (!this.#current.has(component)) return;
    }
    if (this.#parts.watched()) {
      this.#book(component, now + WATCHED_US);
      return;
    }
    const rates = component.rates(now);
    // Without requests there is nothing to simulate: a change of the rate is an event of its own.
    if (rates.every((rate) => rate === 0)) return;
    // A source without a rate is simulated one by one.
    if (rates.some((rate) => Number.isNaN(rate))) return;
    this.#goOn(component);
  }

  /** The component has settled: its regime is known, or it is measured. */
  #goOn(component: Component): void {
    const { components, shapes } = this.#parts;
    for (const pod of podsOf(component)) this.#byPod.delete(pod);
    component.members = component.group.services.map((service) => components.members(service));
    for (const pod of podsOf(component)) this.#byPod.set(pod, component);
    const place = shapes.place(component.group, component.rates(this.#engine.now), this.#troubled);
    component.place = place;
    const mix = this.#standIn(component, place);
    if (mix === undefined) {
      this.spans.turn(component, Phase.Measured);
      this.known.begin(place.shape, component);
      const batchUs = component.measure(place, this.#firstRequests);
      this.#book(component, this.#engine.now + batchUs);
      return;
    }
    this.known.end(component);
    this.spans.turn(component, Phase.Silent);
    component.fallSilent(mix, this.known.versionOf(place.shape));
    for (const source of component.group.sources) this.#parts.sources.pause(source);
    this.#book(component, this.#engine.now + this.#parts.beatUs);
  }

  /** By so many requests an exponential latency is known to the error. */
  get #firstRequests(): number {
    return 1.2 * (1.96 / this.#settings.error) ** 2;
  }

  #endBatch(component: Component): void {
    const { now } = this.#engine;
    // Another one of its shape may have been measured meanwhile.
    if (!component.keepsRate(JUMP) || this.#standIn(component, component.place!) !== undefined) {
      this.#endMeasurement(component, true);
      this.#settle(component);
      return;
    }
    const { nextUs, judgement } = component.endBatch(this.#settings.error);
    const { shape } = component.place!;
    if (judgement?.is === 'nearly') this.known.propose(shape, component, component.regime(judgement));
    if (judgement === undefined || judgement.is === 'open' || judgement.is === 'nearly') {
      this.#book(component, now + nextUs);
      return;
    }
    if (judgement.is === 'known') this.known.add(shape, component.regime(judgement), component);
    this.#endMeasurement(component, judgement.is === 'moving');
    this.#settle(component);
  }

  /** What stands for a place. Loads count as multiples of what is noticeable, so that components that are alike go by the same. */
  #standIn(component: Component, place: Place): Mixed | undefined {
    const { endpoints } = place;
    const among = endpoints.reduce((sum, one) => sum + one, 0) / Math.max(1, endpoints.length);
    const rate = among + NOTICEABLE * Math.round((place.rate - among) / NOTICEABLE);
    const near = { ...place, rate };
    const mix = this.known.find(near) ?? this.known.meanwhile(near, component);
    return mix && this.#mixes.of(mix);
  }

  #endMeasurement(component: Component, inVain: boolean): void {
    if (component.phase !== Phase.Measured) return;
    component.endMeasurement(inVain);
    component.phase = Phase.Full;
  }

  /** A silent component follows its rates, as far as they are known. */
  #beat(component: Component): void {
    const { now } = this.#engine;
    const rates = component.rates(now);
    const total = rates.reduce((sum, rate) => sum + rate, 0);
    if (total === 0) {
      component.count();
      this.#wake(component, 0, 'rate');
      return;
    }
    const hasOthers = !component.isRenewed;
    if (hasOthers) this.#renew(component, rates);
    const { shape } = component.place!;
    const version = this.known.versionOf(shape);
    const watched = this.#parts.watched();
    if (watched || hasOthers || !component.stands(rates, version)) {
      const place = { ...component.place!, rate: log(total), sources: Float64Array.from(rates, (one) => one / total) };
      const mix = this.#standIn(component, place);
      if (mix === undefined || watched) {
        this.#wake(component, 0, mix === undefined ? 'load' : 'observer');
        if (mix === undefined) this.known.begin(shape, component);
        return;
      }
      component.follow(mix, rates, version);
    }
    component.use();
    this.#book(component, now + this.#parts.beatUs);
  }

  /** Its endpoints are others, by slight changes. */
  #renew(component: Component, rates: readonly number[]): void {
    const { components, shapes } = this.#parts;
    const { come, left } = component.renew(component.group.services.map((service) => components.members(service)));
    for (const pod of left) this.#byPod.delete(pod);
    for (const pod of come) this.#byPod.set(pod, component);
    this.#slight.leave(component, left, this.#engine.now);
    component.place = shapes.place(component.group, rates, this.#troubled);
  }

  get #troubled(): string {
    return [...this.#troubles].join(' ');
  }

  /** The rate of one of its sources jumps or bends. */
  #bend(component: Component): void {
    if (!this.#current.has(component)) return;
    const { now } = this.#engine;
    const sum = (rates: readonly number[]): number => rates.reduce((total, rate) => total + rate, 0);
    const before = sum(component.rates(now - 1));
    const after = sum(component.rates(now));
    this.#bookBend(component);
    if (before === after || (before > 0 && after > 0 && Math.abs(log(after) - log(before)) <= JUMP)) {
      if (component.phase === Phase.Silent) component.count();
    } else {
      this.#wake(component, Math.max(FILL_US, component.fillUs), 'rate');
    }
  }

  #bookBend(component: Component): void {
    const { now } = this.#engine;
    let nextUs = Number.POSITIVE_INFINITY;
    for (const source of component.group.sources) nextUs = Math.min(nextUs, this.#parts.changesAfter(source, now));
    if (nextUs < Number.MAX_SAFE_INTEGER) {
      this.#engine.at(Math.max(now + 1, Math.ceil(nextUs)), this.#onBend, this.#numberOf(component), 0);
    }
  }

  /** Who has to do with whom may be another now: groups that are as they were go on as they are. */
  #group(): void {
    this.#mustGroup = false;
    const { components, sites } = this.#parts;
    const by = `${sites()} ${components.callers()}`;
    if (by === this.#groupedBy) return;
    this.#groupedBy = by;
    const before = new Map([...this.#current].map((component) => [component.key, component]));
    this.#current = new Set();
    this.#byService = [];
    for (const group of components.groups()) {
      const made = new Component(group, this.#parts);
      const component = before.get(made.key) ?? made;
      before.delete(made.key);
      this.#current.add(component);
      for (const service of group.services) this.#byService[service] = component;
      if (component === made && group.sources.length > 0) {
        this.#wake(component, this.#settings.settleUs, 'callers');
        this.#bookBend(component);
      }
    }
    for (const gone of before.values()) {
      gone.epoch += 1;
      if (gone.phase === Phase.Silent) gone.wake();
      this.spans.leave(gone);
      if (gone.phase !== Phase.Silent) continue;
      gone.phase = Phase.Full;
      for (const source of gone.group.sources) this.#parts.sources.resume(source);
    }
  }
}

function podsOf({ members }: Component): PodRow[] {
  return members.flatMap(({ serving }) => serving.map(({ pod }) => pod));
}
