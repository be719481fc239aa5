// Hot dialect: the rate limits of API clients, one token bucket a row (client-go's flowcontrol, golang.org/x/time/rate).
import { grown, nextCapacity } from '../model/columns.ts';

export class TokenBuckets {
  length = 0;
  #capacity = 0;
  #qps = new Float64Array(0);
  #burst = new Float64Array(0);
  #tokens = new Float64Array(0);
  #lastUs = new Float64Array(0);

  /** A full bucket of `burst` tokens that gains `qps` tokens a second; qps Infinity or 0 means no limit. */
  add(qps: number, burst: number): number {
    if (this.length === this.#capacity) this.#grow();
    const row = this.length;
    this.length += 1;
    this.#qps[row] = qps;
    this.#burst[row] = burst;
    this.#tokens[row] = burst;
    return row;
  }

  /** Makes it full, as that of a client that has just been made. */
  refill(row: number, nowUs: number): void {
    this.#tokens[row] = this.#burst[row];
    this.#lastUs[row] = nowUs;
  }

  /** Takes a token, now or ahead of time, and returns the delay in µs until it may be used: callers are served in order. */
  reserve(row: number, nowUs: number): number {
    const qps = this.#qps[row];
    if (qps === 0 || qps === Infinity) return 0;
    const gained = ((nowUs - this.#lastUs[row]) / 1e6) * qps;
    const tokens = Math.min(this.#burst[row], this.#tokens[row] + gained) - 1;
    this.#tokens[row] = tokens;
    this.#lastUs[row] = nowUs;
    return tokens >= 0 ? 0 : Math.ceil((-tokens / qps) * 1e6);
  }

  #grow(): void {
    const capacity = nextCapacity(this.#capacity);
    this.#qps = grown(this.#qps, capacity);
    this.#burst = grown(this.#burst, capacity);
    this.#tokens = grown(this.#tokens, capacity);
    this.#lastUs = grown(this.#lastUs, capacity);
    this.#capacity = capacity;
  }
}
