// The engine's promises: order, time, lanes, scripts, streams, digests and what it says when it is misused.
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { all, type Script, Signal, sleep } from './script.ts';

test('events of one instant are handled in the order of booking, those booked at the instant last', () => {
  const engine = new Engine({ seed: 1 });
  const seen: string[] = [];
  const kind = engine.kind('mark', (a) => {
    seen.push(`${engine.now}:${a}`);
    if (a === 1) engine.at(engine.now, kind, 9, 0);
  });
  engine.after(10, kind, 1, 0);
  engine.after(5, kind, 2, 0);
  engine.at(10, kind, 3, 0);
  engine.run(100);
  expect(seen).toEqual(['5:2', '10:1', '10:3', '10:9']);
  expect(engine.now).toBe(100);
  expect(engine.events).toBe(4);
});

test('a lane', () => {
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
  expect(lane.size).toBe(2);
  engine.run(1000);
  expect(seen).toEqual(['110:2', '110:4']);
});

test('scripts', () => {
  const engine = new Engine({ seed: 1 });
  const seen: string[] = [];
  const go = new Signal<string>(engine);
  function* waiter(): Script {
    seen.push('start');
    const [word] = yield* all([go]);
    seen.push(`${engine.now}:${word}`);
    yield* sleep(5);
    seen.push(`${engine.now}`);
    throw new Error('oops');
  }
  engine.spawn('waiter', waiter());
  const kind = engine.kind('fire', () => go.fire('hello'));
  engine.after(20, kind, 0, 0);
  expect(() => engine.run(100)).toThrow('script "waiter": oops');
  expect(seen).toEqual(['start', '20:hello', '25']);
});
