// Scripts: what they wait for, in which order they go on, and what happens when one throws.
import { expect, test } from 'vitest';
import { InvariantError } from '../lib/assert.ts';
import { Engine } from './engine.ts';
import { all, type Script, Signal, sleep } from './script.ts';

function stage() {
  const engine = new Engine({ seed: 1 });
  const seen: string[] = [];
  return { engine, seen, say: (what: string) => seen.push(`${engine.now} ${what}`) };
}

test('a script runs to its first wait at once, sleeps, and ends', () => {
  const { engine, seen, say } = stage();
  function* script(): Script {
    say('start');
    yield* sleep(5);
    say('middle');
    yield* sleep(0);
    say('end');
  }
  engine.spawn('one', script());
  expect(seen).toEqual(['0 start']);
  engine.run(100);
  expect(seen).toEqual(['0 start', '5 middle', '5 end']);
  expect(engine.pending).toBe(0);
});

test('a signal wakes those who wait in the order of their coming, with its value; later comers do not wait', () => {
  const { engine, seen, say } = stage();
  const ready = new Signal<string>(engine);
  function* waiter(name: string, delayUs: number): Script {
    yield* sleep(delayUs);
    const word = yield* ready.wait();
    say(`${name} ${word}`);
  }
  engine.spawn('b', waiter('b', 2));
  engine.spawn('a', waiter('a', 1));
  engine.spawn('late', waiter('late', 50));
  const fire = engine.kind('fire', () => {
    ready.fire('go');
    say('fired');
  });
  engine.at(20, fire, 0, 0);
  engine.run(100);
  expect(seen).toEqual(['20 fired', '20 a go', '20 b go', '50 late go']);
  expect(ready.firedAtUs).toBe(20);
  expect(() => ready.fire('again')).toThrow('a signal that fired at 20 µs was fired again');
});

test('all waits for the last signal and keeps the order of the list', () => {
  const { engine, seen, say } = stage();
  const signals = [30, 10, 20].map((atUs) => {
    const signal = new Signal<number>(engine);
    function* firing(): Script {
      yield* sleep(atUs);
      signal.fire(atUs);
    }
    engine.spawn(`at ${atUs}`, firing());
    return signal;
  });
  function* waiter(): Script {
    say((yield* all(signals)).join(' '));
  }
  engine.spawn('waiter', waiter());
  engine.run(100);
  expect(seen).toEqual(['30 30 10 20']);
});

test('what a script throws stops the run, with its name and the cause', () => {
  const { engine } = stage();
  const cause = new Error('no such thing');
  function* failing(): Script {
    yield* sleep(3);
    throw cause;
  }
  engine.spawn('failing', failing());
  let caught: unknown;
  try {
    engine.run(10);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(InvariantError);
  expect(caught).toMatchObject({ message: 'script "failing": no such thing', cause });
  expect(engine.failure).toMatchObject({ timeUs: 3, kind: 'script' });
});

test('a thousand scripts that spawn scripts', () => {
  const { engine } = stage();
  let ended = 0;
  function* script(depth: number): Script {
    yield* sleep(depth);
    if (depth > 0) engine.spawn(`depth ${depth - 1}`, script(depth - 1));
    ended++;
  }
  for (let i = 0; i < 1000; i++) engine.spawn('root', script(i % 10));
  engine.run(1000);
  expect(ended).toBe(100 * (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10));
});
