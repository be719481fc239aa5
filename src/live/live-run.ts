// A run in the time of whoever watches it: virtual time follows the wall clock, stands still, or goes on by a step.
import { assert } from '../lib/assert.ts';
import type { OpenRun } from '../world/run.ts';
import type { Clock } from './clock.ts';
import type { Speed } from './speed.ts';

/** So long the event loop waits for a part of the simulation at most, unless one instant takes longer. */
const TURN_MS = 8;
/** Between two looks at the wall clock: while nobody waits for an answer, and while somebody does. */
const CALM_MS = 20;
const EAGER_MS = 1;
/** A part of the simulation, µs: so long that it takes between these milliseconds. */
const SHORT_MS = 1;
const LONG_MS = 3;
const MOST_PART_US = 1e6;
const LEAST_PART_US = 100;
/** While time stands still it goes on in parts of that length until what was asked is answered, µs. */
const ANSWER_US = 1e3;
/** Whoever is so much behind the wall clock does not catch up any more, ms. */
const MOST_LAG_MS = 500;

export interface LiveRunOptions {
  readonly run: Pick<OpenRun, 'advanceTo'> & { readonly world: { readonly engine: { readonly now: number } } };
  readonly clock: Clock;
  readonly speed: Speed;
  /** Where the run ends by itself, µs; Infinity for nowhere. */
  readonly endUs: number;
  /** Stands still when no connection has been open for so long, ms; Infinity for never. */
  readonly idleMs: number;
  /** Requests that nobody has answered yet. */
  readonly pending: () => number;
}

/** How a run is going. */
export type LiveState = 'running' | 'paused' | 'idle' | 'ended' | 'failed';

export class LiveRun {
  readonly #run: LiveRunOptions['run'];
  readonly #clock: Clock;
  readonly #endUs: number;
  readonly #idleMs: number;
  readonly #pending: () => number;
  #speed: Speed;
  /** A moment of the wall clock and the virtual time that belongs to it: later ones are reckoned from there, so that nothing adds up. */
  #anchorMs: number;
  #anchorUs: number;
  #partUs = LEAST_PART_US;
  /** Steps under way end there. */
  #stepUs = -1;
  #waiting: { readonly untilUs: number; readonly done: (nowUs: number) => void }[] = [];
  #withdraw: (() => void) | undefined;
  #connections = 0;
  #leftMs: number;
  #state: 'going' | 'idle' | 'ended' | 'failed' = 'going';
  #behind = false;
  /** Called once: when the run has come to its end, with what was thrown where it failed. */
  onEnd: (error?: unknown) => void = () => undefined;
  /** Called after each turn in which time has passed. */
  readonly afterTurns: (() => void)[] = [];

  constructor({ run, clock, speed, endUs, idleMs, pending }: LiveRunOptions) {
    this.#run = run;
    this.#clock = clock;
    this.#speed = speed;
    this.#endUs = endUs;
    this.#idleMs = idleMs;
    this.#pending = pending;
    this.#anchorMs = clock.now();
    this.#leftMs = this.#anchorMs;
    this.#anchorUs = this.nowUs;
  }

  get nowUs(): number {
    return this.#run.world.engine.now;
  }

  get speed(): Speed {
    return this.#speed;
  }

  get state(): LiveState {
    if (this.#state !== 'going') return this.#state;
    return this.#speed === 0 && !this.#steps ? 'paused' : 'running';
  }

  /** The simulation takes longer than the speed allows. */
  get behind(): boolean {
    return this.#behind;
  }

  get connections(): number {
    return this.#connections;
  }

  get #steps(): boolean {
    return this.#stepUs > this.nowUs;
  }

  start(): void {
    this.#anchor();
    this.#book(0);
  }

  /** From now on. With 0 virtual time stands still; answers that are under way still come. */
  setSpeed(speed: Speed): void {
    this.#speed = speed;
    this.#anchor();
    this.#wake();
  }

  /** Goes on by so many µs as fast as possible, then as before; gives the time then. */
  step(us: number): Promise<number> {
    assert(Number.isSafeInteger(us) && us > 0, () => `a step of ${us} µs`);
    if (this.#state === 'ended' || this.#state === 'failed') return Promise.resolve(this.nowUs);
    this.#stepUs = Math.min(Math.max(this.#stepUs, this.nowUs) + us, this.#endUs);
    const untilUs = this.#stepUs;
    return new Promise((done) => {
      this.#waiting.push({ untilUs, done });
      this.#wake();
    });
  }

  /** Somebody has connected, or left. */
  connected(): void {
    this.#connections += 1;
    if (this.#state === 'idle') this.#anchor();
    this.#wake();
  }

  disconnected(): void {
    this.#connections -= 1;
    this.#leftMs = this.#clock.now();
  }

  /** Before a request: virtual time comes up to the wall clock, as far as that takes no longer than a turn. */
  catchUp(): void {
    if (this.#state === 'going') this.#guarded(() => this.#advance(this.#targetUs()));
  }

  /** After a request: it is answered soon. */
  asked(): void {
    this.#wake();
  }

  /** Nothing happens any more. */
  stop(): void {
    this.#withdraw?.();
    this.#withdraw = undefined;
    if (this.#state !== 'failed') this.#state = 'ended';
    this.#release(Infinity);
  }

  #anchor(): void {
    this.#anchorMs = this.#clock.now();
    this.#anchorUs = this.nowUs;
  }

  #wake(): void {
    if (this.#state === 'idle') this.#state = 'going';
    if (this.#state === 'going') this.#book(0);
  }

  #book(ms: number): void {
    this.#withdraw?.();
    this.#withdraw = this.#clock.after(ms, () => {
      this.#withdraw = undefined;
      this.#turn();
    });
  }

  /** Up to when virtual time may go now, µs. */
  #targetUs(): number {
    if (this.#steps) return this.#stepUs;
    if (this.#speed === 0) return this.nowUs;
    const sinceMs = this.#clock.now() - this.#anchorMs;
    const us = this.#speed === Infinity ? Infinity : this.#anchorUs + Math.floor(sinceMs * 1e3 * this.#speed);
    return Math.min(us, this.#endUs);
  }

  #turn(): void {
    if (!this.#guarded(() => this.#simulate())) return;
    for (const hear of this.afterTurns) hear();
    if (this.nowUs >= this.#endUs) {
      this.stop();
      this.onEnd();
      return;
    }
    this.#bookNext();
  }

  #bookNext(): void {
    const hasPending = this.#pending() > 0;
    if (this.#connections === 0 && !this.#steps && !hasPending) {
      const leftMs = this.#leftMs + this.#idleMs - this.#clock.now();
      if (leftMs <= 0) {
        this.#state = 'idle';
        return;
      }
    }
    if (this.#behind || this.#steps || this.#speed === Infinity) this.#book(0);
    else if (this.#speed > 0) this.#book(hasPending ? EAGER_MS : CALM_MS);
    else if (hasPending) this.#book(0);
  }

  /** Gives whether it went well. What it throws ends the run. */
  #guarded(simulate: () => void): boolean {
    try {
      simulate();
      return true;
    } catch (error) {
      this.#state = 'failed';
      this.stop();
      this.onEnd(error);
      return false;
    }
  }

  #simulate(): void {
    const hadSteps = this.#steps;
    const targetUs = this.#targetUs();
    const end = this.#advance(targetUs);
    if (hadSteps && !this.#steps) this.#anchor();
    this.#release(this.nowUs);
    const isPaced = this.#speed > 0 && this.#speed < Infinity && !hadSteps;
    const lagMs = isPaced ? (this.#targetUs() - this.nowUs) / 1e3 / this.#speed : 0;
    this.#behind = isPaced && this.nowUs < targetUs;
    if (lagMs > MOST_LAG_MS) this.#anchor();
    if (this.#speed !== 0 || hadSteps) return;
    // Time stands still, but for those who wait for an answer.
    while (this.#pending() > 0 && this.nowUs < this.#endUs && this.#clock.now() < end) {
      this.#run.advanceTo(Math.min(this.nowUs + ANSWER_US, this.#endUs));
    }
  }

  /** Part by part, for a turn at most; gives when that is over, ms. */
  #advance(targetUs: number): number {
    const end = this.#clock.now() + TURN_MS;
    let before = this.#clock.now();
    while (this.nowUs < targetUs && before < end) {
      this.#run.advanceTo(Math.min(targetUs, this.nowUs + this.#partUs));
      const after = this.#clock.now();
      if (after - before < SHORT_MS) this.#partUs = Math.min(MOST_PART_US, 2 * this.#partUs);
      else if (after - before > LONG_MS) this.#partUs = Math.max(LEAST_PART_US, Math.floor(this.#partUs / 2));
      before = after;
    }
    return end;
  }

  /** Who waits for a time up to this one is told. */
  #release(untilUs: number): void {
    const over = this.#waiting.filter((one) => one.untilUs <= untilUs);
    this.#waiting = this.#waiting.filter((one) => one.untilUs > untilUs);
    for (const { done } of over) done(this.nowUs);
  }
}
