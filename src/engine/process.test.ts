// A process that may die: what it booked falls silent, waits while it is stopped, and is not inherited by the next life.
import { describe, expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { Process } from './process.ts';
import { Signal, sleep, within } from './script.ts';

function rig() {
  const engine = new Engine({ seed: 1 });
  return { engine, process: new Process(engine, 'p', true), seen: [] as string[] };
}

describe('a process', () => {
  it('hears what it booked, and nothing after its end', () => {
    const { engine, process, seen } = rig();
    const life = process.begin();
    const kind = life.kind('tick', (a) => seen.push(`${engine.now}:${a}`));
    life.after(10, kind, 1, 0);
    life.at(30, kind, 2, 0);
    engine.run(20);
    life.end();
    life.after(5, kind, 3, 0);
    engine.run(100);
    expect(seen).toEqual(['10:1']);
  });

  it('hears when it goes on what came while it was stopped, in its order', () => {
    const { engine, process, seen } = rig();
    const life = process.begin();
    const kind = life.kind('tick', (a) => seen.push(`${engine.now}:${a}`));
    for (const [at, a] of [
      [10, 1],
      [20, 2],
      [60, 3],
    ])
      life.at(at, kind, a, 0);
    life.stop();
    engine.run(50);
    expect(seen).toEqual([]);
    life.goOn();
    engine.run(100);
    expect(seen).toEqual(['50:1', '50:2', '60:3']);
  });

  it('leaves nothing to its next life, which uses the same kinds once they are free', () => {
    const { engine, process, seen } = rig();
    const first = process.begin();
    const kind = first.kind('tick', () => seen.push('first'));
    first.after(10, kind, 0, 0);
    first.end();
    const second = process.begin();
    const other = second.kind('tick', () => seen.push('second'));
    // An event of the first life is still booked: its kind is not free.
    expect(other).not.toBe(kind);
    second.after(20, other, 0, 0);
    engine.run(15);
    second.end();
    engine.run(100);
    const third = process.begin();
    expect(third.kind('tick', () => seen.push('third'))).toBe(kind);
    expect([seen, process.lives]).toEqual([[], 3]);
  });

  it('takes its scripts with it', () => {
    const { engine, process, seen } = rig();
    const life = process.begin();
    const signal = new Signal<number>(life);
    life.spawn(
      'sleeps',
      function* () {
        yield* sleep(10);
        seen.push('slept');
      }.call(undefined),
    );
    life.spawn(
      'waits',
      function* () {
        yield* signal.wait();
        seen.push('heard');
      }.call(undefined),
    );
    engine.run(5);
    life.end();
    signal.fire(1);
    engine.run(100);
    expect(seen).toEqual([]);
  });

  it('tells once that a life is over, whoever ends it and however often', () => {
    const { process, seen } = rig();
    const life = process.begin();
    life.atEnd(() => seen.push('over'));
    life.stop();
    life.end();
    life.end();
    expect([seen, process.life]).toEqual([['over'], undefined]);
  });

  it('refuses a second life beside the first, and a kind that it has', () => {
    const { process } = rig();
    const life = process.begin();
    life.kind('tick', () => undefined);
    expect(() => process.begin()).toThrow('process "p" runs already');
    expect(() => life.kind('tick', () => undefined)).toThrow('event kind "tick" is registered twice in "p"');
  });
});

it('a value is waited for so long, and no longer', () => {
  const engine = new Engine({ seed: 1 });
  const got: unknown[] = [];
  const [soon, never] = [new Signal<string>(engine), new Signal<string>(engine)];
  engine.spawn(
    'story',
    function* () {
      got.push(yield* within(engine, soon, 100), engine.now);
      got.push(yield* within(engine, never, 100), engine.now);
    }.call(undefined),
  );
  const fire = engine.kind('fire', () => soon.fire('value'));
  engine.after(40, fire, 0, 0);
  engine.run(1000);
  expect(got).toEqual(['value', 40, undefined, 140]);
});
