// Hot dialect: the clock, the event kinds and the loop that takes the next event and calls its handler.
import { assert } from '../lib/assert.ts';
import { Ladder } from './ladder.ts';
import { Lane } from './lane.ts';
import { type Random, Stream } from './random.ts';
import { type Script, Scripts } from './script.ts';

/** A field that starts as a fraction stays a double for good, whatever integers it holds later; else each store allocates. */
const FRACTION = 0.5;

/** So many events in one instant are a loop in which time stands still, unless somebody knows better. A world that is made in no time needs fewer. */
const MOST_IN_AN_INSTANT = 2 ** 24;
/** How many events there are between two looks. */
const LOOK = 2 ** 12;

const real = new Float64Array(1);
const words = new Int32Array(real.buffer);

/** What happens at an event of one kind. The two ints are the event's own; what they mean is the kind's affair. */
export type Handler = (a: number, b: number) => void;

/** Sees every event before its handler. */
export type Observer = (timeUs: number, kind: string, a: number, b: number) => void;

/** The event during which a run stopped with an error. */
export interface FailedEvent {
  readonly timeUs: number;
  readonly kind: string;
  readonly a: number;
  readonly b: number;
}

/**
 * One simulated world's time. Events happen in (time, sequence) order: those of one instant in the order in which they
 * were booked. Nothing that was booked is withdrawn (except from a lane): who books events for something that may
 * change keeps an epoch for it, puts the epoch into `b`, and ignores an event of an older epoch.
 */
export class Engine {
  readonly seed: string;
  /** The current time in integer microseconds. For users to read. */
  now = FRACTION;
  /** Events handled so far, wake-ups of lanes and scripts included. */
  events = FRACTION;
  /** Set when a handler threw: the event that the loop had taken. */
  failure: FailedEvent | undefined;
  readonly #queue = new Ladder();
  readonly #names: string[] = [];
  readonly #handlers: Handler[] = [];
  readonly #streams = new Map<string, Random>();
  readonly #scripts: Scripts;
  #digestA = 0x243f6a88;
  #digestB = 0x13198a2e;
  /** What the loop calls: the handlers themselves, or each behind the observer. */
  readonly #called: Handler[] = [];
  #observer: Observer | undefined;
  #untilUs = FRACTION;
  #running = false;
  #mostInAnInstant = MOST_IN_AN_INSTANT;
  /** Events until it is looked whether time has moved since the last look, when that was, and how many events have taken no time by then. */
  #untilLook = LOOK;
  #lookedUs = FRACTION;
  #still = 0;
  #onLook: () => void = () => undefined;
  #onStandstill: () => number = () => this.#standstill();

  constructor(options: { readonly seed: number | string }) {
    this.seed = String(options.seed);
    this.now = 0;
    this.events = 0;
    this.#lookedUs = -1;
    const scriptKind = this.kind('script', (id) => this.#scripts.resume(id));
    this.#scripts = new Scripts((delayUs, id) => this.after(delayUs, scriptKind, id, 0));
  }

  /** Events booked and not handled yet, the wake-ups of lanes and scripts included. */
  get pending(): number {
    return this.#queue.size;
  }

  /** Registers an event kind while the world is built. A name is registered once. */
  kind(name: string, handler: Handler): number {
    assert(!this.#names.includes(name), () => `event kind "${name}" is registered twice`);
    this.#names.push(name);
    const kind = this.#handlers.push(handler) - 1;
    this.#called.push(this.#observed(kind, handler));
    return kind;
  }

  /** Books an event after a delay >= 0 in microseconds, rounded to an integer. `a` and `b` must fit an int32. */
  after(delayUs: number, kind: number, a: number, b: number): void {
    if (!(delayUs >= 0 && this.now + delayUs < Number.MAX_SAFE_INTEGER)) this.#refuse('delay', delayUs, kind);
    if ((a | 0) !== a || (b | 0) !== b) this.#refuseInts(kind, a, b);
    this.#queue.push(this.now + Math.round(delayUs), kind, a, b);
  }

  /** Books an event at a time >= now, rounded to an integer. At `now` it follows what is already booked for this instant. */
  at(timeUs: number, kind: number, a: number, b: number): void {
    if (!(timeUs >= this.now && timeUs < Number.MAX_SAFE_INTEGER)) this.#refuse('time', timeUs, kind);
    if ((a | 0) !== a || (b | 0) !== b) this.#refuseInts(kind, a, b);
    this.#queue.push(Math.round(timeUs), kind, a, b);
  }

  /** A FIFO of events of one kind, each due `delayUs` (a positive integer) after it is pushed, withdrawn at no cost. */
  lane(name: string, delayUs: number, kind: number): Lane {
    assert(kind >= 0 && kind < this.#names.length, () => `lane "${name}": unknown event kind ${kind}`);
    const wakeKind = this.kind(`lane ${name}`, () => lane.wake());
    const lane = new Lane(this, name, delayUs, kind, wakeKind);
    return lane;
  }

  /** The random stream of that name: the same object for the same name, independent of every other name. */
  stream(name: string): Random {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = new Stream(this.seed, name);
      this.#streams.set(name, stream);
    }
    return stream;
  }

  /** Starts a script: runs it at once up to its first wait. What it throws stops the run, with its name. */
  spawn(name: string, script: Script): void {
    this.#scripts.spawn(name, script);
  }

  /**
   * Handles every event with a time of at most `untilUs`, a safe integer, then sets `now` to it. What a handler throws
   * passes through and ends the simulation; `failure` then names the event.
   */
  run(untilUs: number): void {
    assert(Number.isSafeInteger(untilUs) && untilUs >= this.now, () => `run until ${untilUs} µs at ${this.now} µs`);
    assert(!this.#running && this.failure === undefined, 'run was called by a handler or after a failure');
    this.#running = true;
    this.#untilUs = untilUs;
    const queue = this.#queue;
    let kind = 0;
    let a = 0;
    let b = 0;
    let untilLook = this.#untilLook;
    try {
      for (let slot = queue.take(untilUs); slot >= 0; slot = queue.take(this.#untilUs)) {
        this.now = queue.reals[slot << 2];
        const ints = queue.ints;
        const at = slot << 3;
        kind = ints[at | 3];
        a = ints[at | 4];
        b = ints[at | 5];
        if (--untilLook === 0) untilLook = this.#look();
        this.#handle(ints[at], ints[at | 1], kind, a, b);
      }
    } catch (error) {
      this.failure = { timeUs: this.now, kind: this.#names[kind], a, b };
      throw error;
    }
    this.#running = false;
    this.#untilLook = untilLook;
    if (this.#untilUs === untilUs) this.now = untilUs;
  }

  /** Ends the current `run` after the current event; `now` stays where it is. */
  stop(): void {
    this.#untilUs = Number.NEGATIVE_INFINITY;
  }

  /**
   * Calls `handler` when more than `most` events happen in one instant. It gives the number of events after which it is called again if
   * time has not moved until then, or throws; what it throws ends the run. Without a handler the run ends then.
   */
  whenStandingStill(handler: () => number, most: number = MOST_IN_AN_INSTANT): void {
    this.#onStandstill = handler;
    this.#mostInAnInstant = most;
    this.#untilLook = Math.min(most, LOOK);
    this.#lookedUs = -1;
  }

  /** Calls `handler` now and then, after some thousand events. What it throws ends the run. */
  whenLooking(handler: () => void): void {
    this.#onLook = handler;
  }

  /** Handles an event at once as part of the current one: counted, digested and observed like any other. */
  dispatch(kind: number, a: number, b: number): void {
    real[0] = this.now;
    this.#handle(words[0], words[1], kind, a, b);
  }

  /** Counts, digests and handles an event; the time comes as the two words of its double, which is the cheapest to hash. */
  #handle(low: number, high: number, kind: number, a: number, b: number): void {
    this.events++;
    const first = Math.imul(this.#digestA ^ (low + Math.imul(a, 0x9e3779b1)), 0x85ebca6b);
    const second = Math.imul(this.#digestB ^ (high + kind + Math.imul(b, 0xc2b2ae35)), 0x27d4eb2f);
    this.#digestA = first ^ (second >>> 15);
    this.#digestB = second ^ (first >>> 13);
    const handler = this.#called[kind];
    handler(a, b);
  }

  /** 16 hex digits over every (time, kind, a, b) handled so far: equal for equal runs. */
  digest(): string {
    return [this.#digestA, this.#digestB].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** Shows every event to an observer before it is handled, from now on; undefined ends that. Free when not in use. */
  observe(observer: Observer | undefined): void {
    this.#observer = observer;
    for (const [kind, handler] of this.#handlers.entries()) this.#called[kind] = this.#observed(kind, handler);
  }

  /** Gives the number of events until the next look. */
  #look(): number {
    const period = Math.min(this.#mostInAnInstant, LOOK);
    this.#onLook();
    this.#still = this.now === this.#lookedUs ? this.#still + period : 0;
    this.#lookedUs = this.now;
    return this.#still >= this.#mostInAnInstant ? this.#onStandstill() : period;
  }

  #standstill(): never {
    assert(false, `time stands still at ${this.now} µs: ${this.#mostInAnInstant} events in one instant`);
  }

  #observed(kind: number, handler: Handler): Handler {
    const observer = this.#observer;
    if (observer === undefined) return handler;
    const name = this.#names[kind];
    return (a, b) => {
      observer(this.now, name, a, b);
      handler(a, b);
    };
  }

  #refuse(what: string, value: number, kind: number): never {
    assert(false, `event kind "${this.#names[kind]}": ${what} ${value} µs at ${this.now} µs`);
  }

  #refuseInts(kind: number, a: number, b: number): never {
    assert(false, `event kind "${this.#names[kind]}": (${a}, ${b}) are not two 32-bit integers`);
  }
}
