// Go's x/time/rate.Limiter as a state machine: a bucket of tokens that fills at a steady rate, and reservations of tokens to come.

const SECOND_NS = 1e9;
/** The longest time.Duration: a token that never comes. */
const INFINITE_NS = 2 ** 63;

export interface Reservation {
  readonly ok: boolean;
  readonly tokens: number;
  readonly waitNs: number;
  readonly timeToActNs: number;
  /** Tokens a second when it was made. */
  readonly limit: number;
}

export class TokenBucketMachine {
  #limit: number;
  #burst: number;
  #tokens: number;
  #lastNs = -Infinity;
  #lastEventNs = -Infinity;

  /** Full at first. */
  constructor(limitPerSecond: number, burst: number) {
    this.#limit = limitPerSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** May be negative: what is reserved is gone. */
  tokens(nowNs: number): number {
    const sinceNs = nowNs - Math.min(this.#lastNs, nowNs);
    return Math.min(this.#burst, this.#tokens + tokensOf(sinceNs, this.#limit));
  }

  /** Takes tokens that come within `mostNs`: how long to wait for them; -1 where they do not, and nothing is taken. */
  takeNs(count: number, mostNs: number, nowNs: number): number {
    const tokens = this.tokens(nowNs) - count;
    const waitNs = tokens < 0 ? durationNs(-tokens, this.#limit) : 0;
    if (count > this.#burst || waitNs > mostNs) return -1;
    this.#lastNs = nowNs;
    this.#tokens = tokens;
    this.#lastEventNs = nowNs + waitNs;
    return waitNs;
  }

  reserve(count: number, nowNs: number): Reservation {
    const waitNs = this.takeNs(count, INFINITE_NS, nowNs);
    return { ok: waitNs >= 0, tokens: waitNs < 0 ? 0 : count, waitNs, timeToActNs: nowNs + waitNs, limit: this.#limit };
  }

  /** Gives back what nobody has reserved tokens after. */
  cancel({ ok, tokens, timeToActNs, limit }: Reservation, nowNs: number): void {
    if (!ok || tokens === 0 || timeToActNs < nowNs) return;
    const given = tokens - tokensOf(this.#lastEventNs - timeToActNs, limit);
    if (given <= 0) return;
    this.#tokens = Math.min(this.#burst, this.tokens(nowNs) + given);
    this.#lastNs = nowNs;
    if (timeToActNs !== this.#lastEventNs) return;
    const beforeNs = timeToActNs + durationNs(-tokens, limit);
    if (beforeNs >= nowNs) this.#lastEventNs = beforeNs;
  }

  setLimit(limitPerSecond: number, nowNs: number): void {
    this.#advance(nowNs);
    this.#limit = limitPerSecond;
  }

  setBurst(burst: number, nowNs: number): void {
    this.#advance(nowNs);
    this.#burst = burst;
  }

  #advance(nowNs: number): void {
    this.#tokens = this.tokens(nowNs);
    this.#lastNs = nowNs;
  }
}

/** Seconds as Go adds them up: whole ones, and the fraction. */
function tokensOf(sinceNs: number, limit: number): number {
  if (limit <= 0) return 0;
  if (sinceNs === Infinity) return Infinity;
  const fractionNs = sinceNs % SECOND_NS;
  return ((sinceNs - fractionNs) / SECOND_NS + fractionNs / SECOND_NS) * limit;
}

function durationNs(tokens: number, limit: number): number {
  if (limit <= 0) return INFINITE_NS;
  return Math.min(INFINITE_NS, Math.trunc((tokens / limit) * SECOND_NS));
}
