// What clients have not taken yet: bounded for all of them together, and in time for each. Who is too slow is cut off.
import type { Clock } from './clock.ts';

/** Where what was written waits until the client takes it. */
export interface Outlet {
  /** Bytes that wait. */
  readonly writableLength: number;
  destroy(): void;
}

/** What the client has taken by some moment. */
interface Taken {
  /** Bytes written to it so far. */
  written: number;
  /** Bytes that it had taken when that last changed, and when that was, ms. */
  taken: number;
  sinceMs: number;
}

const MOST_BYTES = 128 * 1024 * 1024;
/** So long a client may take nothing of what waits for it. */
const PATIENCE_MS = 15e3;
const LOOK_MS = 1e3;

export class Backlogs {
  readonly #clock: Clock;
  readonly #mostBytes: number;
  readonly #outlets = new Map<Outlet, Taken>();
  #withdraw: (() => void) | undefined;
  /** Clients that were cut off. */
  cutOff = 0;

  constructor(clock: Clock, mostBytes = MOST_BYTES) {
    this.#clock = clock;
    this.#mostBytes = mostBytes;
  }

  /** After `bytes` were written there. False when the client was cut off for it. */
  written(outlet: Outlet, bytes: number): boolean {
    const one = this.#outlets.get(outlet);
    if (one === undefined) this.#outlets.set(outlet, { written: bytes, taken: 0, sinceMs: this.#clock.now() });
    else one.written += bytes;
    if (this.#withdraw === undefined) this.#book();
    if (outlet.writableLength < this.#mostBytes / this.#outlets.size) return true;
    // It has more than its share; whether that is too much depends on the others.
    while (this.#waitingBytes() > this.#mostBytes) this.#cut(this.#slowest());
    return this.#outlets.has(outlet);
  }

  /** Its answer is over. */
  closed(outlet: Outlet): void {
    this.#outlets.delete(outlet);
  }

  stop(): void {
    this.#withdraw?.();
    this.#withdraw = undefined;
  }

  #waitingBytes(): number {
    let bytes = 0;
    for (const { writableLength } of this.#outlets.keys()) bytes += writableLength;
    return bytes;
  }

  #slowest(): Outlet {
    return [...this.#outlets.keys()].reduce((most, one) => (one.writableLength > most.writableLength ? one : most));
  }

  #cut(outlet: Outlet): void {
    this.#outlets.delete(outlet);
    this.cutOff += 1;
    outlet.destroy();
  }

  #book(): void {
    this.#withdraw = this.#clock.after(LOOK_MS, () => {
      this.#withdraw = undefined;
      this.#look();
      if (this.#outlets.size > 0) this.#book();
    });
  }

  #look(): void {
    const now = this.#clock.now();
    for (const [outlet, one] of this.#outlets) {
      const taken = one.written - outlet.writableLength;
      if (taken !== one.taken || outlet.writableLength === 0) {
        one.taken = taken;
        one.sinceMs = now;
      } else if (now - one.sinceMs >= PATIENCE_MS) this.#cut(outlet);
    }
  }
}
