// The circuit breaker of resilience4j as a state machine: rates over a window of outcomes, and how many calls a half-open one lets through.
import { BreakerState } from './breaker-state.ts';
import { CountWindow, OutcomeBit, type OutcomeWindow, TimeWindow } from './outcome-window.ts';

export interface CircuitBreakerSettings {
  /** Percent. */
  readonly failureRateThreshold: number;
  readonly slowCallRateThreshold: number;
  readonly slowCallDurationThresholdUs: number;
  readonly slidingWindowType: 'COUNT_BASED' | 'TIME_BASED';
  /** Calls, or whole seconds. */
  readonly slidingWindowSize: number;
  readonly minimumNumberOfCalls: number;
  readonly permittedNumberOfCallsInHalfOpenState: number;
  /** After which a half-open one opens again without any rate; 0: never. */
  readonly maxWaitDurationInHalfOpenStateUs: number;
  /** Whether it is half-open when its time has come, and not when a call does. */
  readonly automaticTransitionFromOpenToHalfOpenEnabled: boolean;
  /** For the n-th opening in a row, n from 1 on. */
  readonly waitDurationInOpenStateUs: (opening: number) => number;
}

/** Rates are floats of 32 bits, as they are in Java. */
const float = (value: number): number => Math.fround(value);
const BELOW_MINIMUM = -1;

export class CircuitBreakerMachine {
  state: number = BreakerState.Closed;
  readonly #settings: CircuitBreakerSettings;
  #window: OutcomeWindow;
  /** What the window must hold before rates count. */
  #minimum: number;
  #openings = 0;
  #openUntilUs = 0;
  #halfOpenUntilUs = Infinity;
  /** Left in the half-open state. */
  #permits = 0;

  constructor(settings: CircuitBreakerSettings, nowUs: number) {
    this.#settings = settings;
    this.#window = this.#newWindow(nowUs);
    this.#minimum = this.#usualMinimum;
  }

  /** Whether a call may go; where it may, it counts as one of those of a half-open breaker. */
  tryAcquirePermission(nowUs: number): boolean {
    this.advance(nowUs);
    if (this.state === BreakerState.Closed) return true;
    if (this.state === BreakerState.Open) {
      if (nowUs <= this.#openUntilUs) return false;
      this.#halfOpen(nowUs);
    }
    if (this.#permits <= 0) return false;
    this.#permits -= 1;
    return true;
  }

  /** What it does by itself when its time has come. */
  advance(nowUs: number): void {
    for (;;) {
      const isDue = this.state === BreakerState.HalfOpen && nowUs >= this.#halfOpenUntilUs;
      if (isDue) this.#open(this.#halfOpenUntilUs);
      const automatic = this.#settings.automaticTransitionFromOpenToHalfOpenEnabled;
      if (!automatic || this.state !== BreakerState.Open || nowUs < this.#openUntilUs) return;
      this.#halfOpen(this.#openUntilUs);
    }
  }

  /** A call that was let through is not made, or its outcome does not count. */
  releasePermission(): void {
    if (this.state === BreakerState.HalfOpen) this.#permits += 1;
  }

  record(failed: boolean, durationUs: number, nowUs: number): void {
    this.advance(nowUs);
    const slow = durationUs > this.#settings.slowCallDurationThresholdUs;
    const outcome = (failed ? OutcomeBit.Failed : 0) | (slow ? OutcomeBit.Slow : 0);
    this.#window.record(outcome, nowUs);
    if (this.state === BreakerState.Open || this.#window.calls < this.#minimum) return;
    const { failureRateThreshold, slowCallRateThreshold } = this.#settings;
    const exceeded =
      this.failureRate >= float(failureRateThreshold) || this.slowCallRate >= float(slowCallRateThreshold);
    if (exceeded) this.#open(nowUs);
    else if (this.state === BreakerState.HalfOpen) this.#close(nowUs);
  }

  /** Percent of the window; -1 below the minimum. */
  get failureRate(): number {
    return this.#rate(this.#window.failed);
  }

  get slowCallRate(): number {
    return this.#rate(this.#window.slow);
  }

  /** What the window of the current state holds. */
  window(nowUs: number): OutcomeWindow {
    this.#window.age(nowUs);
    return this.#window;
  }

  #rate(count: number): number {
    const { calls } = this.#window;
    if (calls === 0 || calls < this.#minimum) return BELOW_MINIMUM;
    return float(float(count * 100) / calls);
  }

  #open(nowUs: number): void {
    this.state = BreakerState.Open;
    this.#openings += 1;
    this.#openUntilUs = nowUs + this.#settings.waitDurationInOpenStateUs(this.#openings);
  }

  #halfOpen(nowUs: number): void {
    const { permittedNumberOfCallsInHalfOpenState: permitted, maxWaitDurationInHalfOpenStateUs } = this.#settings;
    this.#halfOpenUntilUs =
      maxWaitDurationInHalfOpenStateUs === 0 ? Infinity : nowUs + maxWaitDurationInHalfOpenStateUs;
    this.state = BreakerState.HalfOpen;
    this.#permits = permitted;
    this.#window = new CountWindow(permitted);
    this.#minimum = Math.min(this.#usualMinimum, permitted);
  }

  #close(nowUs: number): void {
    this.state = BreakerState.Closed;
    this.#openings = 0;
    this.#window = this.#newWindow(nowUs);
    this.#minimum = this.#usualMinimum;
  }

  get #usualMinimum(): number {
    const { slidingWindowType, slidingWindowSize, minimumNumberOfCalls } = this.#settings;
    return slidingWindowType === 'COUNT_BASED'
      ? Math.min(minimumNumberOfCalls, slidingWindowSize)
      : minimumNumberOfCalls;
  }

  #newWindow(nowUs: number): OutcomeWindow {
    const { slidingWindowType, slidingWindowSize } = this.#settings;
    return slidingWindowType === 'COUNT_BASED'
      ? new CountWindow(slidingWindowSize)
      : new TimeWindow(slidingWindowSize, nowUs);
  }
}
