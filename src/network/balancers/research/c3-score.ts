// C3's ranking and rate control (Suresh et al., NSDI 2015), as the authors' simulator has them. Times in milliseconds.

/** The lowest score wins: the network, and the queue to the third power times the service time. */
export function c3Score(
  networkMs: number,
  serviceMs: number,
  outstanding: number,
  clients: number,
  queue: number,
): number {
  const size = 1 + outstanding * clients + queue;
  return networkMs + size ** 3 * serviceMs;
}

const SCALE = 4e-6;
const BETA = 0.2;
const MOST_STEP = 10;
const WINDOW_MS = 20;
/** No rise so soon after a change of direction. */
const HYSTERESIS_MS = 2 * WINDOW_MS;

/** Requests per window that a client sends to one server: up along a cubic curve, down by a factor. */
export class CubicRate {
  /** Per window. */
  rate: number;
  #mostRate = 0;
  #sent = 0;
  #received = 0;
  #windowMs = -Infinity;
  #raisedMs = -Infinity;
  #loweredMs = -Infinity;

  constructor(rate: number) {
    this.rate = rate;
  }

  /** Whether one more may be sent now. */
  allows(nowMs: number): boolean {
    this.#roll(nowMs);
    return this.#sent < this.rate;
  }

  sent(nowMs: number): void {
    this.#roll(nowMs);
    this.#sent += 1;
  }

  /** An answer has come: more was sent than received: down, else up. */
  received(nowMs: number): void {
    this.#roll(nowMs);
    this.#received += 1;
    if (this.#sent > this.#received && this.#sent >= this.rate) {
      if (nowMs - this.#raisedMs <= HYSTERESIS_MS) return;
      this.#mostRate = this.rate;
      this.rate = Math.max(1, this.rate * BETA);
      this.#loweredMs = nowMs;
    } else {
      this.rate = cubicStep(this.rate, this.#mostRate, nowMs - this.#loweredMs);
      this.#raisedMs = nowMs;
    }
  }

  #roll(nowMs: number): void {
    if (nowMs - this.#windowMs < WINDOW_MS) return;
    this.#windowMs = nowMs - ((nowMs - this.#windowMs) % WINDOW_MS || 0);
    this.#sent = 0;
    this.#received = 0;
  }
}

/** The rate so long after the last decrease, at most ten more than now. */
export function cubicStep(rate: number, mostRate: number, sinceMs: number): number {
  if (!Number.isFinite(sinceMs)) return rate + MOST_STEP;
  const target = SCALE * (sinceMs - cubeRoot((mostRate * BETA) / SCALE)) ** 3 + mostRate;
  return Math.max(rate, Math.min(rate + MOST_STEP, target));
}

/** By Newton's method, the same on every machine. */
function cubeRoot(x: number): number {
  if (x <= 0) return 0;
  let root = x > 1 ? x / 3 + 1 : 1;
  for (let i = 0; i < 200; i += 1) {
    const next = root - (root - x / (root * root)) / 3;
    if (Math.abs(next - root) <= 1e-15 * next) break;
    root = next;
  }
  return root;
}
