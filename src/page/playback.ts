// The hand of the time bar: where it stands, how fast it goes, and where it stops.

export interface Ends {
  /** Seconds of simulated time that are known, and that the bar spans. */
  readonly until: number;
  readonly duration: number;
}

export const SPEEDS = [1, 10, 60, 300, 1000, 3600] as const;

export class Playback {
  time = 0;
  playing = false;
  /** Simulated seconds in a second. */
  speed: number;
  /** Goes along with what arrives. */
  follows = false;
  readonly #ends: () => Ends;

  constructor(ends: () => Ends, speed = 60) {
    this.#ends = ends;
    this.speed = speed;
  }

  /** Moves on by `seconds` of the wall's clock. */
  tick(seconds: number): void {
    const { until } = this.#ends();
    if (this.follows) this.time = until;
    else if (this.playing) this.time = Math.min(this.time + seconds * this.speed, until);
    if (this.playing && !this.follows && this.time >= until) this.playing = false;
  }

  /** Plays from the start when it stands at the end. */
  toggle(): void {
    if (!this.playing && this.time >= this.#ends().until) this.time = 0;
    this.playing = !this.playing;
  }

  /** Away from what arrives, if it went along with that. */
  seek(time: number): void {
    this.follows = false;
    this.time = Math.min(Math.max(0, time), this.#ends().until);
  }
}

/** The speed with which a run of so many seconds takes about half a minute. */
export function fittingSpeed(duration: number): number {
  return SPEEDS.findLast((speed) => duration / speed >= 20) ?? 1;
}
