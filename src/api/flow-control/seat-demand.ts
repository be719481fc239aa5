// How many seats a priority level wanted since the last adjustment: mean, deviation and peak over time, smoothed as borrowing reads them.

/** Of the earlier value in the smoothed one, for each adjustment. */
const SMOOTHING = 0.977;

export class SeatDemand {
  /** After the last adjustment. */
  highWatermark = 0;
  smoothed = 0;
  readonly #clock: { readonly now: number };
  #seats = 0;
  #max = 0;
  #beganAt: number;
  #changedAt: number;
  #integral = 0;
  #integralOfSquares = 0;

  constructor(clock: { readonly now: number }) {
    this.#clock = clock;
    this.#beganAt = clock.now;
    this.#changedAt = clock.now;
  }

  /** Seats in use and waited for, from now on. */
  set(seats: number): void {
    this.#integrate();
    this.#seats = seats;
    if (seats > this.#max) this.#max = seats;
  }

  /** An adjustment: what was wanted since the last one is reported, and forgotten. */
  adjust(): void {
    this.#integrate();
    const seconds = (this.#changedAt - this.#beganAt) / 1e6;
    this.highWatermark = this.#max;
    if (seconds > 0) {
      const mean = this.#integral / seconds;
      const variance = this.#integralOfSquares / seconds - mean * mean;
      const envelope = mean + (variance >= 0 ? Math.sqrt(variance) : 0);
      // Rises at once, falls slowly.
      this.smoothed = Math.max(envelope, SMOOTHING * this.smoothed + (1 - SMOOTHING) * envelope);
    }
    this.#beganAt = this.#changedAt;
    this.#integral = 0;
    this.#integralOfSquares = 0;
    this.#max = this.#seats;
  }

  #integrate(): void {
    const seconds = (this.#clock.now - this.#changedAt) / 1e6;
    this.#changedAt = this.#clock.now;
    this.#integral += this.#seats * seconds;
    this.#integralOfSquares += this.#seats * this.#seats * seconds;
  }
}
