// What the meters count of an interval, and what of the time after the warm-up.
import { describe, expect, it } from 'vitest';
import { Meters, Tally } from './meters.ts';
import { Outcome } from './calls.ts';

/** One call of a meter, answered after `latencyUs`. */
function call(meters: Meters, endUs: number, latencyUs: number): void {
  meters.begin(0, endUs - latencyUs);
  meters.end(0, Outcome.Ok, endUs - latencyUs, endUs);
}

describe('a warm-up that ends within an interval', () => {
  const meters = new Meters();
  meters.add('web');
  call(meters, 1000, 10);
  call(meters, 2000, 20);
  meters.warmUp();
  call(meters, 3000, 30);

  it('leaves the interval whole', () => {
    expect(meters.interval(0).count).toBe(3);
    expect(meters.interval(0).mean).toBe(20);
  });

  it('counts into the total only what ended after it', () => {
    meters.roll(0);
    expect(meters.latencies(0).count).toBe(1);
    expect(meters.latencies(0).mean).toBe(30);
    expect(meters.warmed(0, Tally.Begun)).toBe(1);
    expect(meters.total(0, Tally.Begun)).toBe(3);
    call(meters, 4000, 50);
    expect(meters.interval(0).count).toBe(1);
  });
});
