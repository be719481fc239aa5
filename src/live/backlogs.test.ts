// Clients that take too little: who is cut off, and when.
import { expect, it } from 'vitest';
import { Backlogs } from './backlogs.ts';

function outlet(writableLength: number) {
  return {
    writableLength,
    cut: false,
    destroy() {
      this.cut = true;
    },
  };
}

function rig(mostBytes: number) {
  let ms = 0;
  let look: (() => void) | undefined;
  const clock = { now: () => ms, after: (_ms: number, act: () => void) => ((look = act), () => (look = undefined)) };
  const backlogs = new Backlogs(clock, mostBytes);
  return {
    backlogs,
    /** Looks every second up to that time. */
    to(until: number) {
      for (; ms < until; ms += 1000) {
        const act = look;
        look = undefined;
        act?.();
      }
    },
    get looks() {
      return look !== undefined;
    },
  };
}

it('cuts off the slowest when all together have too much waiting, and nobody else', () => {
  const { backlogs } = rig(1000);
  const [slow, other] = [outlet(0), outlet(0)];
  expect([backlogs.written(slow, 700), backlogs.written(other, 300)]).toEqual([true, true]);
  [slow.writableLength, other.writableLength] = [700, 300];
  expect(backlogs.written(other, 0)).toBe(true);
  other.writableLength = 500;
  expect([backlogs.written(other, 200), slow.cut, other.cut, backlogs.cutOff]).toEqual([true, true, false, 1]);
});

it('cuts off a single client that has more waiting than there may be', () => {
  const { backlogs } = rig(1000);
  const one = outlet(1001);
  expect([backlogs.written(one, 1001), one.cut]).toEqual([false, true]);
});

it('cuts off who takes nothing for a quarter of a minute, and not who takes a little', () => {
  const time = rig(1e6);
  const { backlogs } = time;
  const [stuck, slow] = [outlet(500), outlet(500)];
  backlogs.written(stuck, 500);
  backlogs.written(slow, 500);
  time.to(10_000);
  slow.writableLength = 490;
  time.to(20_000);
  expect([stuck.cut, slow.cut]).toEqual([true, false]);
  time.to(40_000);
  expect(slow.cut).toBe(true);
});

it('has patience with a watch on which nothing happens', () => {
  const time = rig(1e6);
  const { backlogs } = time;
  const quiet = outlet(0);
  backlogs.written(quiet, 100);
  time.to(100_000);
  expect(quiet.cut).toBe(false);
});

it('does not look when nobody is there', () => {
  const it = rig(1e6);
  const one = outlet(0);
  it.backlogs.written(one, 1);
  it.backlogs.closed(one);
  it.to(3000);
  expect(it.looks).toBe(false);
});
