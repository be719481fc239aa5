// The leaky bucket against the arithmetic of nginx' limit_req: requests in thousandths, leaking with the time since the last one taken.
import { expect, it } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { leakyBucket } from './leaky-bucket.ts';
import { type PolicyContext, REJECTED } from './policy.ts';

/** ngx_http_limit_req_lookup of one key, at whole milliseconds: how many ms the request waits, or that it is refused. */
class Nginx {
  #excess = 0;
  #lastMs: number | undefined;
  readonly #rate: number;
  readonly #burst: number;
  readonly #delay: number;

  constructor(perSecond: number, burst: number, delay: number) {
    this.#rate = 1000 * perSecond;
    this.#burst = 1000 * burst;
    this.#delay = 1000 * delay;
  }

  take(nowMs: number): number {
    let excess = 0;
    if (this.#lastMs !== undefined) {
      excess = Math.max(0, this.#excess - Math.floor((this.#rate * (nowMs - this.#lastMs)) / 1000) + 1000);
      if (excess > this.#burst) return REJECTED;
    }
    this.#excess = excess;
    this.#lastMs = nowMs;
    return excess <= this.#delay ? 0 : Math.floor((1000 * (excess - this.#delay)) / this.#rate);
  }
}

it.each([
  [10, 0, 0],
  [10, 5, 0],
  [100, 20, 0],
  [100, 20, 8],
  [250, 3, 2],
])('at %i a second with a burst of %i, %i of them at once', (perSecond, burst, delay) => {
  const nginx = new Nginx(perSecond, burst, delay);
  const args = { rate: perSecond, burst, delay, nodelay: false, scope: 'caller' } as never;
  const ours = leakyBucket.create(args, { nowUs: () => 0, shared: new Map() } as unknown as PolicyContext);
  const random = new Engine({ seed: 1 }).stream('leaky');
  let nowMs = 0;
  let refused = 0;
  const wrong: number[] = [];
  for (let i = 0; i < 5000; i += 1) {
    // 1.3 times as many as the rate, some of them at once.
    if (random.uniform() < 0.7) nowMs += Math.round((random.uniform() * 2200) / perSecond);
    const expected = nginx.take(nowMs);
    const waits = ours.admit!({ nowUs: 1000 * nowMs } as never);
    if (expected === REJECTED) refused += 1;
    const isNear = waits === expected || Math.abs(waits - 1000 * expected) <= 1000;
    if (!isNear || (waits === REJECTED) !== (expected === REJECTED)) wrong.push(i);
  }
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(100);
});
