// Hot dialect: how requests went by the pods that they were sent to, over a moving window, for those who watch.
import type { Engine } from '../engine/engine.ts';
import { Histogram } from '../metrics/histogram.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { Selection } from '../model/endpoints.ts';
import type { OutcomeTotals, RequestMeters, RequestSeries } from '../model/ports/request-readings.ts';
import type { RequestFigure, RequestOutcome } from '../model/request-figures.ts';
import { Outcome, outcomeNames } from './calls.ts';
import type { RevisionMeters } from './revision-meters.ts';
import { type ClassRow, type PodRow, rowColumn } from '../model/rows.ts';

const NONE = -1;
const SLOTS = 60;
const QUANTILE = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 };

/** Attempts of the calls that are in flight, beside their rows; nothing is kept while nobody watches. */
export class Readings implements RequestMeters {
  watching = false;
  readonly #engine: Engine;
  readonly #watches: Watch[] = [];
  /** By row: the class of the pod that the attempt was sent to (-1 for none), and when. */
  #podClass = rowColumn<ClassRow>();
  #sentUs = new Float64Array(0);
  /** By pod: attempts sent to it, while somebody counts. */
  #toPod = new Float64Array(0);
  #countsPods = false;
  #revisions: RevisionMeters | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  watch(selection: Selection, windowUs: number): RequestSeries {
    const watch = new Watch(this.#engine, selection, windowUs);
    this.#watches.push(watch);
    this.watching = true;
    return watch;
  }

  /** From now on, what is sent to pods is also counted by revision. */
  countByRevision(meters: RevisionMeters): void {
    this.watching = true;
    this.#revisions = meters;
  }

  countByPod(): void {
    this.watching = true;
    this.#countsPods = true;
  }

  /** Attempts sent to the pod of that row since counting began. */
  sentTo(pod: PodRow): number {
    return pod < this.#toPod.length ? this.#toPod[pod] : 0;
  }

  sent(row: number, podClass: ClassRow, pod: PodRow): void {
    if (this.#countsPods && pod >= 0) {
      if (pod >= this.#toPod.length) this.#growPods(pod);
      this.#toPod[pod] += 1;
    }
    if (row >= this.#podClass.length) this.#grow(row);
    if (this.#revisions !== undefined) this.#revisions.sent(podClass, pod);
    this.#podClass[row] = podClass;
    this.#sentUs[row] = this.#engine.now;
  }

  settled(row: number, outcome: number): void {
    // One that was sent before anybody watched.
    if (row >= this.#podClass.length) return;
    const podClass = this.#podClass[row];
    this.#podClass[row] = NONE;
    if (podClass === NONE) return;
    const sentUs = this.#sentUs[row];
    const tookUs = this.#engine.now - sentUs;
    if (this.#revisions !== undefined) this.#revisions.settled(row, podClass, outcome, sentUs, tookUs);
    for (let i = 0; i < this.#watches.length; i += 1) this.#watches[i].record(podClass, outcome, tookUs);
  }

  #growPods(pod: PodRow): void {
    let capacity = this.#toPod.length;
    while (pod >= capacity) capacity = nextCapacity(capacity);
    this.#toPod = grown(this.#toPod, capacity);
  }

  #grow(row: number): void {
    const old = this.#podClass.length;
    let capacity = Math.max(64, old);
    while (row >= capacity) capacity *= 2;
    this.#podClass = grown(this.#podClass, capacity).fill(NONE, old);
    this.#sentUs = grown(this.#sentUs, capacity);
  }
}

/** A sixtieth of the window. */
class TimeSlot {
  /** Its number since the beginning of time. */
  number = NONE;
  /** By outcome. */
  readonly ended = new Float64Array(outcomeNames.length);
  readonly tookUs = new Float64Array(outcomeNames.length);
  /** Of those that ended well. */
  readonly durations = new Histogram();

  begin(number: number): void {
    this.number = number;
    this.ended.fill(0);
    this.tookUs.fill(0);
    this.durations.reset();
  }
}

class Watch implements RequestSeries {
  readonly #engine: Engine;
  readonly #selection: Selection;
  readonly #slotUs: number;
  /** By pod class: its slots in a ring; empty for a class that is not watched. */
  readonly #rings: (TimeSlot[] | undefined)[] = [];
  /** By pod class and outcome: ended since the watch began. */
  readonly #ever: Float64Array[] = [];

  constructor(engine: Engine, selection: Selection, windowUs: number) {
    this.#engine = engine;
    this.#selection = selection;
    this.#slotUs = windowUs / SLOTS;
  }

  record(podClass: ClassRow, outcome: number, tookUs: number): void {
    const ring = this.#rings[podClass] ?? this.#open(podClass);
    if (ring.length === 0) return;
    const number = Math.floor(this.#engine.now / this.#slotUs);
    const slot = ring[number % SLOTS];
    if (slot.number !== number) slot.begin(number);
    slot.ended[outcome] += 1;
    slot.tookUs[outcome] += tookUs;
    this.#ever[podClass][outcome] += 1;
    if (outcome === Outcome.Ok) slot.durations.record(tookUs);
  }

  read(figure: RequestFigure, selection: Selection): number | undefined {
    let ended = 0;
    let failed = 0;
    for (const slot of this.#slots(selection)) {
      for (let outcome = 0; outcome < slot.ended.length; outcome += 1) {
        ended += slot.ended[outcome];
        if (outcome !== Outcome.Ok) failed += slot.ended[outcome];
      }
    }
    if (ended === 0) return undefined;
    if (figure === 'count') return ended;
    if (figure === 'rate') return ended / ((SLOTS * this.#slotUs) / 1e6);
    if (figure === 'error_ratio') return failed / ended;
    if (figure !== 'mean') return this.quantile(QUANTILE[figure], selection);
    const durations = this.#durations(selection);
    return durations.count === 0 ? undefined : durations.mean;
  }

  totals(selection: Selection): Readonly<Record<RequestOutcome, OutcomeTotals>> {
    const ended = new Float64Array(outcomeNames.length);
    const tookUs = new Float64Array(outcomeNames.length);
    const ever = new Float64Array(outcomeNames.length);
    for (const slot of this.#slots(selection)) {
      for (let outcome = 0; outcome < ended.length; outcome += 1) {
        ended[outcome] += slot.ended[outcome];
        tookUs[outcome] += slot.tookUs[outcome];
      }
    }
    for (const [podClass, counts] of this.#ever.entries()) {
      if (!selection.admits(podClass as ClassRow, NONE)) continue;
      for (let outcome = 0; outcome < ever.length; outcome += 1) ever[outcome] += counts[outcome];
    }
    const of = (outcome: number): OutcomeTotals => ({
      ended: ended[outcome],
      endedEver: ever[outcome],
      tookUs: tookUs[outcome],
    });
    return {
      ok: of(Outcome.Ok),
      error: of(Outcome.Error),
      timeout: of(Outcome.Timeout),
      refused: of(Outcome.Refused),
      reset: of(Outcome.Reset),
      overload: of(Outcome.Overload),
    };
  }

  quantile(share: number, selection: Selection): number | undefined {
    const durations = this.#durations(selection);
    return durations.count === 0 ? undefined : durations.quantile(share);
  }

  within(us: number, selection: Selection): number {
    let count = 0;
    for (const bucket of this.#durations(selection).buckets()) if (bucket.upperUs <= us) count += bucket.count;
    return count;
  }

  #durations(selection: Selection): Histogram {
    const durations = new Histogram();
    for (const slot of this.#slots(selection)) durations.merge(slot.durations);
    return durations;
  }

  /** Those that are within the window, of the classes that are selected. */
  *#slots(selection: Selection): Generator<TimeSlot, void, undefined> {
    const oldest = Math.floor(this.#engine.now / this.#slotUs) - SLOTS;
    for (const [podClass, ring = []] of this.#rings.entries()) {
      if (!selection.admits(podClass as ClassRow, NONE)) continue;
      for (const slot of ring) if (slot.number > oldest) yield slot;
    }
  }

  #open(podClass: ClassRow): TimeSlot[] {
    const watched = this.#selection.admits(podClass, NONE);
    const ring = watched ? Array.from({ length: SLOTS }, () => new TimeSlot()) : [];
    while (this.#rings.length < podClass) this.#rings.push(undefined);
    while (this.#ever.length <= podClass) this.#ever.push(new Float64Array(outcomeNames.length));
    this.#rings[podClass] = ring;
    return ring;
  }
}
