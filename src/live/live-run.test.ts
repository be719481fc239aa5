// How virtual time follows a clock that the test moves by hand.
import { beforeEach, expect, it } from 'vitest';
import { LiveRun, type LiveRunOptions } from './live-run.ts';

const SECOND = 1e6;

/** A clock that only moves when it is told to, or when a simulation takes its time. */
class TestClock {
  ms = 1000;
  readonly #booked: { atMs: number; act: () => void }[] = [];

  looked: () => void = () => undefined;
  booked: () => void = () => undefined;

  now(): number {
    this.looked();
    return this.ms;
  }

  after(ms: number, act: () => void): () => void {
    this.booked();
    const one = { atMs: this.ms + ms, act };
    this.#booked.push(one);
    return () => {
      const at = this.#booked.indexOf(one);
      if (at >= 0) this.#booked.splice(at, 1);
    };
  }

  /** Goes on to a time, and does what is due on the way; gives how much that was. */
  to(ms: number): number {
    let turns = 0;
    for (;;) {
      const next = this.#booked.reduce<{ atMs: number; act: () => void } | undefined>(
        (first, one) => (first === undefined || one.atMs < first.atMs ? one : first),
        undefined,
      );
      if (next === undefined || next.atMs > ms || turns > 1e5) break;
      this.#booked.splice(this.#booked.indexOf(next), 1);
      this.ms = Math.max(this.ms, next.atMs);
      next.act();
      turns += 1;
    }
    this.ms = Math.max(this.ms, ms);
    return turns;
  }

  get idle(): boolean {
    return this.#booked.length === 0;
  }
}

let clock: TestClock;
let nowUs: number;
let pending: number;
/** How long a simulated second takes, ms. */
let costMs: number;

beforeEach(() => {
  [clock, nowUs, pending, costMs] = [new TestClock(), 0, 0, 0];
});

function liveRun(options: Partial<LiveRunOptions> = {}): LiveRun {
  const engine = {
    get now() {
      return nowUs;
    },
  };
  const advanceTo = (us: number): void => {
    clock.ms += (costMs * (us - nowUs)) / SECOND;
    nowUs = us;
  };
  const run = { advanceTo, world: { engine } };
  return new LiveRun({ run, clock, speed: 60, endUs: Infinity, idleMs: Infinity, pending: () => pending, ...options });
}

it('is where the clock says, whatever the turns were: nothing adds up', () => {
  liveRun().start();
  for (const ms of [1003, 1017, 1999, 2000, 61_000]) clock.to(ms);
  // 60 s by the clock at 60x; the last look was at most 20 ms ago.
  expect(nowUs).toBeLessThanOrEqual(3600 * SECOND);
  expect(nowUs).toBeGreaterThanOrEqual(3600 * SECOND - 20 * 60e3);
});

it('does not turn more often than it must', () => {
  liveRun().start();
  expect(clock.to(11_000)).toBeLessThan(10_000 / 20 + 10);
});

it('looks more often while somebody waits for an answer', () => {
  const run = liveRun();
  run.start();
  pending = 1;
  run.asked();
  expect(clock.to(1100)).toBeGreaterThan(90);
});

it('comes up to the clock before a request', () => {
  const run = liveRun({ speed: 1 });
  run.start();
  clock.to(1005);
  clock.ms += 7;
  run.catchUp();
  expect(nowUs).toBe(12e3);
});

it('stands still when it is paused, and goes on from there', () => {
  const run = liveRun();
  run.start();
  clock.to(2000);
  run.setSpeed(0);
  const paused = nowUs;
  clock.to(9000);
  expect([run.state, nowUs, clock.idle]).toEqual(['paused', paused, true]);
  run.setSpeed(1);
  clock.to(10_000);
  expect(nowUs - paused).toBeLessThanOrEqual(SECOND);
  expect(nowUs - paused).toBeGreaterThan(0.97 * SECOND);
});

it('goes on while it is paused until what was asked is answered', () => {
  const run = liveRun({ speed: 0 });
  run.start();
  clock.to(1010);
  expect(nowUs).toBe(0);
  pending = 1;
  run.asked();
  // The answer comes after 5 ms of simulated time.
  costMs = 1000;
  const stop = setPendingAfter(5e3);
  clock.to(1100);
  stop();
  expect(nowUs).toBeGreaterThanOrEqual(5e3);
  expect(nowUs).toBeLessThan(10e3);
  expect(clock.idle).toBe(true);
});

/** What is pending is answered at that virtual time. */
function setPendingAfter(us: number): () => void {
  clock.looked = () => {
    if (nowUs >= us) pending = 0;
  };
  return () => (clock.looked = () => undefined);
}

it('goes on by a step as fast as possible, exactly, and is then as it was', async () => {
  const run = liveRun({ speed: 0 });
  run.start();
  const stepped = run.step(300 * SECOND);
  expect(run.state).toBe('running');
  clock.to(1500);
  expect([await stepped, nowUs, run.state]).toEqual([300 * SECOND, 300 * SECOND, 'paused']);
});

it('adds steps that come while one is under way', async () => {
  const run = liveRun({ speed: 0 });
  run.start();
  const both = [run.step(SECOND), run.step(2 * SECOND)];
  clock.to(1500);
  expect(await Promise.all(both)).toEqual([3 * SECOND, 3 * SECOND]);
});

it('lets the event loop turn after some milliseconds, however much there is to do', () => {
  costMs = 200;
  liveRun({ speed: Infinity }).start();
  const times: number[] = [];
  clock.booked = () => times.push(clock.ms);
  clock.to(3000);
  const turns = times.map((ms, index) => ms - (times[index - 1] ?? ms));
  expect(times.length).toBeGreaterThan(100);
  // A turn of 8 ms ends with a part of the simulation that was begun before.
  expect(Math.max(...turns)).toBeLessThan(12);
});

it('says that it cannot keep up, and does not catch up for ever', () => {
  // A second takes 50 ms: 20x is the most.
  costMs = 50;
  const run = liveRun({ speed: 60 });
  run.start();
  clock.to(5000);
  expect(run.behind).toBe(true);
  costMs = 0;
  const before = nowUs;
  clock.to(6000);
  expect(run.behind).toBe(false);
  // A second at 60x, and of the debt of minutes only what half a second of the clock is worth.
  expect(nowUs - before).toBeLessThan(95 * SECOND);
});

it('stands still when nobody has been connected for a while, and goes on when somebody comes', () => {
  const run = liveRun({ speed: 1, idleMs: 5000 });
  run.start();
  run.connected();
  clock.to(20_000);
  expect(nowUs).toBeGreaterThan(18 * SECOND);
  run.disconnected();
  clock.to(60_000);
  expect([run.state, clock.idle]).toEqual(['idle', true]);
  const idle = nowUs;
  expect(idle).toBeLessThan(25 * SECOND);
  run.connected();
  clock.to(61_000);
  expect(run.state).toBe('running');
  expect(nowUs - idle).toBeLessThanOrEqual(SECOND);
});

it('ends where the scenario does, and tells', () => {
  const run = liveRun({ speed: Infinity, endUs: 90 * SECOND });
  let ended = 0;
  run.onEnd = () => (ended += 1);
  run.start();
  clock.to(5000);
  expect([nowUs, run.state, ended, clock.idle]).toEqual([90 * SECOND, 'ended', 1, true]);
});

it('ends with what the simulation throws, and leaves nobody waiting', async () => {
  const broken = new Error('an invariant');
  const run = liveRun({
    run: {
      advanceTo: () => {
        throw broken;
      },
      world: { engine: { now: 0 } },
    },
  });
  const errors: unknown[] = [];
  run.onEnd = (error) => errors.push(error);
  run.start();
  const stepped = run.step(SECOND);
  clock.to(2000);
  expect([run.state, errors, await stepped]).toEqual(['failed', [broken], 0]);
});
