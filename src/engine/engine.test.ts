// The engine's promises: order, time, streams, digests, and what it says when it is misused.
import { describe, expect, test } from 'vitest';
import { Engine } from './engine.ts';

/** An engine with one kind that writes `time:a` down and then does `then(a)`. */
function recorder(then: (a: number, engine: Engine, kind: number) => void = () => {}) {
  const engine = new Engine({ seed: 1 });
  const seen: string[] = [];
  const kind = engine.kind('mark', (a) => {
    seen.push(`${engine.now}:${a}`);
    then(a, engine, kind);
  });
  return { engine, kind, seen };
}

describe('order', () => {
  test('events of one instant come in the order of booking, those booked at the instant last', () => {
    const { engine, kind, seen } = recorder((a) => {
      if (a === 1) engine.at(engine.now, kind, 9, 0);
    });
    engine.after(10, kind, 1, 0);
    engine.after(5, kind, 2, 0);
    engine.at(10, kind, 3, 0);
    engine.run(100);
    expect(seen).toEqual(['5:2', '10:1', '10:3', '10:9']);
  });

  test('a delay is rounded to the nearest microsecond', () => {
    const { engine, kind, seen } = recorder();
    engine.after(2.5, kind, 1, 0);
    engine.after(2.4, kind, 2, 0);
    engine.after(0.2, kind, 3, 0);
    engine.run(10);
    expect(seen).toEqual(['0:3', '2:2', '3:1']);
  });

  test('a run handles what is due at its end and leaves the clock there', () => {
    const { engine, kind, seen } = recorder();
    for (const time of [99, 100, 101]) engine.at(time, kind, time, 0);
    engine.run(100);
    expect([seen, engine.now, engine.events, engine.pending]).toEqual([['99:99', '100:100'], 100, 2, 1]);
    engine.after(0, kind, 7, 0);
    engine.run(101);
    expect(seen.slice(2)).toEqual(['100:7', '101:101']);
  });

  test('stop ends a run after the event; the next one goes on', () => {
    const { engine, kind, seen } = recorder((a) => {
      if (a === 1) engine.stop();
    });
    engine.at(5, kind, 1, 0);
    engine.at(5, kind, 2, 0);
    engine.run(10);
    expect([engine.now, engine.pending]).toEqual([5, 1]);
    engine.run(10);
    expect([seen, engine.now]).toEqual([['5:1', '5:2'], 10]);
  });
});

describe('digest', () => {
  /** A random walk of events over two kinds, with ties. */
  function walk(seed: number, change?: (engine: Engine, kind: number) => void): Engine {
    const engine = new Engine({ seed });
    const random = engine.stream('walk');
    const step = (a: number, b: number): void => engine.after(random.int(20), random.int(2) + first, a + 1, b ^ a);
    const first = engine.kind('left', step);
    engine.kind('right', step);
    for (let i = 0; i < 10; i++) engine.after(i, first, i, 0);
    change?.(engine, first);
    engine.run(100_000);
    return engine;
  }

  test('is the same for the same run, on every version of Node', () => {
    expect([walk(1).digest(), walk(1).events]).toEqual(['e938a4b0da7a713d', 105_506]);
  });

  test.each<[string, (engine: Engine, kind: number) => void]>([
    ['one more event', (engine, kind) => engine.after(3, kind, 0, 0)],
    ['an event that only differs in b', (engine, kind) => engine.after(3, kind, 0, 1)],
    [
      'another kind',
      (engine) =>
        engine.after(
          3,
          engine.kind('other', () => {}),
          0,
          0,
        ),
    ],
    [
      'another time',
      (engine) =>
        engine.after(
          4,
          engine.kind('other', () => {}),
          0,
          0,
        ),
    ],
  ])('differs with %s', (_, change) => {
    const others = [walk(1), walk(2), walk(1, (engine, kind) => engine.after(3, kind, 1, 0))];
    expect(others.map((one) => one.digest())).not.toContain(walk(1, change).digest());
  });

  test('covers time, kind, a and b each to the last bit', () => {
    const digests = new Set<string>();
    const variants = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];
    for (const a of variants) {
      for (const b of variants) {
        for (const time of [0, 1, 2 ** 40, 2 ** 40 + 1]) {
          for (const skip of [0, 1]) {
            const engine = new Engine({ seed: 1 });
            if (skip === 1) engine.kind('first', () => {});
            engine.at(
              time,
              engine.kind('only', () => {}),
              a,
              b,
            );
            engine.run(2 ** 41);
            digests.add(engine.digest());
          }
        }
      }
    }
    expect(digests.size).toBe(5 * 5 * 4 * 2);
  });
});

test('an observer sees every event with its name, before the handler, and can leave', () => {
  const { engine, kind, seen } = recorder();
  engine.observe((timeUs, name, a, b) => seen.push(`observed ${name} ${timeUs} ${a} ${b}`));
  engine.after(1, kind, 5, 6);
  engine.after(
    2,
    engine.kind('later', () => {}),
    7,
    8,
  );
  engine.run(2);
  engine.observe(undefined);
  engine.after(1, kind, 9, 9);
  engine.run(3);
  expect(seen).toEqual(['observed mark 1 5 6', '1:5', 'observed later 2 7 8', '3:9']);
});

describe('misuse stops the run and names the kind', () => {
  const { engine, kind } = recorder();
  engine.run(50);
  test.each<[string, () => void, string]>([
    ['a negative delay', () => engine.after(-1, kind, 0, 0), 'event kind "mark": delay -1 µs at 50 µs'],
    ['NaN', () => engine.after(Number.NaN, kind, 0, 0), 'event kind "mark": delay NaN µs at 50 µs'],
    ['an infinite delay', () => engine.after(1 / 0, kind, 0, 0), 'event kind "mark": delay Infinity µs at 50 µs'],
    ['the past', () => engine.at(49, kind, 0, 0), 'event kind "mark": time 49 µs at 50 µs'],
    ['a fraction as argument', () => engine.after(1, kind, 0.5, 0), '(0.5, 0) are not two 32-bit integers'],
    ['a large argument', () => engine.at(60, kind, 0, 2 ** 31), '(0, 2147483648) are not two 32-bit integers'],
    ['a name used twice', () => engine.kind('mark', () => {}), 'event kind "mark" is registered twice'],
    ['a run into the past', () => engine.run(49), 'run until 49 µs at 50 µs'],
    ['a lane without delay', () => engine.lane('x', 0, kind), 'lane "x": delay 0 µs is no positive integer'],
  ])('%s', (_, act, message) => expect(act).toThrow(message));
});

test('when a handler throws, the failure names the event', () => {
  const { engine, kind } = recorder(() => {
    throw new Error('broken');
  });
  engine.after(7, kind, 3, 4);
  expect(() => engine.run(10)).toThrow('broken');
  expect(engine.failure).toEqual({ timeUs: 7, kind: 'mark', a: 3, b: 4 });
  expect(() => engine.run(10)).toThrow('after a failure');
});

test('a run does not allocate per event', () => {
  const { engine, kind } = recorder();
  const hold = engine.kind('hold', (a, b) => engine.after(random.int(1000) + 2 ** 20, hold, a, b));
  const random = engine.stream('hold');
  for (let i = 0; i < 1000; i++) engine.after(i, hold, i, 0);
  engine.after(1, kind, 0, 0);
  engine.run(9e8);
  // Half a million events each time; one boxed number each would be 8 MB, though a collection in between may hide some. The least of three: whatever
  // else runs in this process allocates too.
  const grown = [15e8, 21e8, 27e8].map((until) => {
    const before = process.memoryUsage().heapUsed;
    const events = engine.events;
    engine.run(until);
    expect(engine.events - events).toBeGreaterThan(500_000);
    return process.memoryUsage().heapUsed - before;
  });
  expect(Math.min(...grown)).toBeLessThan(4e6);
});

describe('standing still', () => {
  test('is noticed after so many events in one instant, and asked about again while it lasts', () => {
    const { engine, kind } = recorder((_, one, mark) => one.after(one.now < 10 ? 1 : 0, mark, 0, 0));
    const asked: number[] = [];
    engine.whenStandingStill(() => {
      asked.push(engine.events);
      if (asked.length === 3) throw new Error('a loop');
      return 10;
    }, 100);
    engine.after(0, kind, 0, 0);
    expect(() => engine.run(20)).toThrow('a loop');
    // Looked at after 100 events, when time has moved; then after 200, 210 and 220, when it has not.
    expect(asked).toEqual([199, 209, 219]);
    expect(engine.now).toBe(10);
  });

  test('is not found where time moves, however slowly', () => {
    const { engine, kind } = recorder((a, one, mark) => one.after(a % 99 === 0 ? 1 : 0, mark, a + 1, 0));
    engine.whenStandingStill(() => {
      throw new Error('a loop');
    }, 100);
    engine.after(0, kind, 1, 0);
    engine.run(1000);
    expect(engine.now).toBe(1000);
  });
});
