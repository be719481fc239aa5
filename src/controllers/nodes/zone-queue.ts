// The nodes of one zone that wait for their NoExecute taint, let through at the zone's rate (scheduler.RateLimitedTimedQueue).
import type { NodeRow } from '../../model/rows.ts';

const BURST = 1;

/** A bucket of one token; rate 0 never gives any. */
class Limiter {
  readonly rate: number;
  #tokens = BURST;
  #lastUs: number;

  constructor(rate: number, nowUs: number) {
    this.rate = rate;
    this.#lastUs = nowUs;
  }

  accepts(nowUs: number): boolean {
    if (this.rate <= 0) return false;
    this.#tokens = Math.min(BURST, this.#tokens + ((nowUs - this.#lastUs) / 1e6) * this.rate);
    this.#lastUs = nowUs;
    // A billionth of slack: a tenth of a second is no binary number.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}

export class ZoneQueue {
  /** Nodes that wait, first come first served. */
  readonly #waiting = new Set<NodeRow>();
  /** Nodes that wait or were let through: they do not come in again before `remove`. */
  readonly #known = new Set<NodeRow>();
  #limiter: Limiter;

  constructor(rate: number, nowUs: number) {
    this.#limiter = new Limiter(rate, nowUs);
  }

  /** Whether a pass could let somebody through sooner or later. */
  get moves(): boolean {
    return this.#waiting.size > 0 && this.#limiter.rate > 0;
  }

  add(node: NodeRow): void {
    if (this.#known.has(node)) return;
    this.#known.add(node);
    this.#waiting.add(node);
  }

  remove(node: NodeRow): void {
    this.#known.delete(node);
    this.#waiting.delete(node);
  }

  /** The node whose turn it is, if there is one and the rate allows it: a token is taken. */
  head(nowUs: number): NodeRow | undefined {
    const first = this.#waiting.values().next();
    return first.done === true || !this.#limiter.accepts(nowUs) ? undefined : first.value;
  }

  /** The node was dealt with. */
  done(node: NodeRow): void {
    this.#waiting.delete(node);
  }

  /** It failed: the node goes behind the others. */
  again(node: NodeRow): void {
    if (this.#waiting.delete(node)) this.#waiting.add(node);
  }

  /** Another rate gets a fresh bucket, full only if the old one had a token. */
  setRate(rate: number, nowUs: number): void {
    if (rate === this.#limiter.rate) return;
    const old = this.#limiter;
    this.#limiter = new Limiter(rate, nowUs);
    if (!old.accepts(nowUs)) this.#limiter.accepts(nowUs);
  }
}
