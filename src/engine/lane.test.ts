// Lanes against a naive list of timeouts.
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';

test('what is due is handled in the order of pushing, what was removed is not', () => {
  const engine = new Engine({ seed: 1 });
  const seen: string[] = [];
  const kind = engine.kind('timeout', (a) => seen.push(`${engine.now}:${a}`));
  const lane = engine.lane('timeouts', 100, kind);
  const first = lane.push(1, 0);
  engine.run(10);
  lane.push(2, 0);
  const third = lane.push(3, 0);
  lane.push(4, 0);
  lane.remove(first);
  lane.remove(third);
  expect([lane.size, engine.pending]).toEqual([2, 1]);
  engine.run(1000);
  expect([seen, lane.size, engine.pending]).toEqual([['110:2', '110:4'], 0, 0]);
});

test('a handler may push into and remove from its own lane', () => {
  const engine = new Engine({ seed: 1 });
  const seen: string[] = [];
  const kind = engine.kind('timeout', (a) => {
    seen.push(`${engine.now}:${a}`);
    if (a === 1) lane.remove(second);
    if (a < 10) lane.push(a + 10, 0);
  });
  const lane = engine.lane('timeouts', 100, kind);
  lane.push(1, 0);
  const second = lane.push(2, 0);
  engine.run(40);
  lane.push(3, 0);
  engine.run(1000);
  expect(seen).toEqual(['100:1', '140:3', '200:11', '240:13']);
});

test('a handle that is not in the lane is refused', () => {
  const engine = new Engine({ seed: 1 });
  const lane = engine.lane(
    'timeouts',
    100,
    engine.kind('timeout', () => {}),
  );
  const handle = lane.push(0, 0);
  lane.remove(handle);
  for (const wrong of [handle, 7, -1]) expect(() => lane.remove(wrong)).toThrow(`handle ${wrong} is not in the lane`);
});

test('200 random programs agree with a list that is searched', () => {
  for (let program = 0; program < 200; program++) {
    const engine = new Engine({ seed: program });
    const random = engine.stream('program');
    const delayUs = 1 + random.int(200);
    const expected = new Map<number, { readonly dueUs: number; readonly handle: number }>();
    let pushed = 0;
    const push = (): void => {
      expected.set(pushed, { dueUs: engine.now + delayUs, handle: lane.push(pushed, 7) });
      pushed++;
    };
    const kind = engine.kind('timeout', (a, b) => {
      const [[oldest, entry]] = expected;
      expect([a, b, engine.now]).toEqual([oldest, 7, entry.dueUs]);
      expected.delete(a);
      if (random.int(3) === 0) push();
    });
    const lane = engine.lane('timeouts', delayUs, kind);
    const steps = engine.kind('step', (left) => {
      if (random.int(2) === 0) push();
      const live = [...expected.keys()];
      if (live.length > 0 && random.int(3) > 0) {
        const victim = live[random.int(live.length)];
        const entry = expected.get(victim);
        if (entry !== undefined) lane.remove(entry.handle);
        expected.delete(victim);
      }
      expect(lane.size).toBe(expected.size);
      if (left > 0) engine.after(random.int(40), steps, left - 1, 0);
    });
    engine.after(0, steps, 100, 0);
    engine.run(1e6);
    expect(engine.now).toBe(1e6);
  }
});

test('a lane keeps one event in the engine, however many timeouts come and go', () => {
  const engine = new Engine({ seed: 1 });
  const lane = engine.lane(
    'timeouts',
    30_000_000,
    engine.kind('timeout', () => {}),
  );
  const serve = engine.kind('serve', (handle) => lane.remove(handle));
  const arrive = engine.kind('arrive', (left) => {
    engine.after(20_000, serve, lane.push(left, 0), 0);
    if (left > 0) engine.after(1000, arrive, left - 1, 0);
  });
  engine.after(0, arrive, 100_000, 0);
  engine.run(50_000_000);
  expect(engine.pending).toBe(1 + 1 + lane.size);
  engine.run(200_000_000);
  expect([engine.pending, lane.size]).toEqual([0, 0]);
  // Each booking is two events; the lane woke a handful of times.
  expect(engine.events).toBeLessThan(2 * 100_001 + 10);
});
