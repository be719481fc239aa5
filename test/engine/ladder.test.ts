// The ladder queue against a binary heap, event by event, on hostile programs.
import { describe, expect, test } from 'vitest';
import { Ladder } from '../../src/engine/ladder.ts';
import { Stream } from '../../src/engine/random.ts';
import { Heap } from './heap.ts';

/** Both queues under one set of commands; every answer is compared. Events carry their number, so a swapped tie shows. */
class Pair {
  readonly #ladder: Ladder;
  readonly #heap = new Heap();
  #pushed = 0;
  now = 0;

  constructor(many?: number) {
    this.#ladder = new Ladder(many);
  }

  get size(): number {
    return this.#heap.size;
  }

  push(delayUs: number): void {
    const number = this.#pushed++;
    this.#ladder.push(this.now + delayUs, number & 7, number, ~number);
    this.#heap.push(this.now + delayUs, number & 7, number, ~number);
  }

  /** Takes one event from both; false when there is none up to `untilUs`. */
  take(untilUs = Number.POSITIVE_INFINITY): boolean {
    const actual = this.#ladder.take(untilUs);
    const expected = this.#heap.take(untilUs);
    if (expected < 0 || actual < 0) {
      if (actual !== expected) throw new Error(`${this.#heap.size} pending, one of the two found nothing`);
      return false;
    }
    const [left, right] = [read(this.#ladder, actual), read(this.#heap, expected)];
    if (left !== right) throw new Error(`the ladder gave ${left}, the heap ${right}`);
    if (this.#ladder.size !== this.#heap.size) throw new Error('sizes differ');
    this.now = this.#heap.reals[4 * expected];
    return true;
  }

  drain(): void {
    while (this.size > 0) this.take();
  }
}

function read(queue: Ladder | Heap, slot: number): string {
  const [, , , kind, a, b] = queue.ints.subarray(8 * slot, 8 * slot + 6);
  return `${queue.reals[4 * slot]} µs: ${kind} ${a} ${b}`;
}

type Delay = (random: Stream, step: number) => number;

const delays: Record<string, Delay> = {
  'forced ties': (random) => random.int(4) * 10,
  'all at one instant': () => 0,
  exponential: (random) => Math.round(1000 * random.exponential()),
  'exponential, sparse': (random) => Math.round(1e9 * random.exponential()),
  'mixed scales': (random) => Math.round(10 ** random.int(10) * random.exponential()),
  'mostly near, some very far': (random) => (random.int(100) === 0 ? 1e14 + random.int(1e6) : random.int(50)),
  'Pareto gaps': (random) => Math.round(Math.min(1e13, random.uniform() ** -3)),
  'ramp up': (_, step) => step,
  'ramp down': (_, step) => Math.max(0, 100_000 - step),
  sawtooth: (_, step) => (step * 7919) % 10_007,
  'constant delay': () => 5000,
  'two constants': (random) => (random.int(2) === 0 ? 10 : 30_000_000),
};

/** As many events as the top may have before pages are made: few, so that small programs make pages too. */
const FEW = 100;

describe.each(Object.entries(delays))('%s', (name, delay) => {
  test.each([[1], [10], [60], [1000], [20_000], [40_000], [1000, FEW], [20_000, FEW]])(
    'HOLD with %i pending',
    (pending, many?: number) => {
      const random = new Stream(pending, name);
      const pair = new Pair(many);
      for (let i = 0; i < pending; i++) pair.push(delay(random, i));
      for (let i = 0; i < 20_000; i++) {
        pair.take();
        pair.push(delay(random, i));
      }
      pair.drain();
      expect(pair.size).toBe(0);
    },
  );

  test.each([[], [FEW]])('bursts that grow and shrink, with stops in between', (many?: number) => {
    const random = new Stream(2, name);
    const pair = new Pair(many);
    for (let step = 0; step < 60; step++) {
      for (let i = random.int(2000); i > 0; i--) pair.push(delay(random, step * 100 + i));
      const untilUs = pair.now + delay(random, step);
      for (let i = random.int(2500); i > 0 && pair.take(untilUs); i--)
        if (random.int(3) === 0) pair.push(delay(random, i));
    }
    pair.drain();
    expect(pair.size).toBe(0);
  });
});

test('a million events at one instant, a third of them pushed at that instant', () => {
  const pair = new Pair();
  for (let i = 0; i < 300_000; i++) pair.push(77);
  for (let i = 0; i < 150_000; i++) {
    pair.take();
    pair.push(0);
    if (i % 1000 === 0) pair.push(1);
  }
  pair.drain();
  expect(pair.now).toBe(78);
});

test('events pushed in descending order into the current bucket', () => {
  const pair = new Pair();
  pair.push(1_000_000);
  pair.push(0);
  pair.take();
  for (let i = 0; i < 50_000; i++) pair.push(900_000 - i);
  for (let i = 0; i < 50_000; i++) pair.push(i);
  pair.drain();
  expect(pair.size).toBe(0);
});

test('300 random programs, half of them with pages', () => {
  for (let program = 0; program < 300; program++) {
    const random = new Stream(program, 'program');
    const pair = new Pair(program % 2 === 0 ? FEW : undefined);
    const kinds = Object.values(delays);
    const mix = Array.from({ length: 1 + random.int(3) }, () => kinds[random.int(kinds.length)]);
    for (let step = 0; step < 3000; step++) {
      const many = random.int(40) === 0 ? random.int(300) : 1;
      if (random.int(100) < 50) {
        for (let i = 0; i < many; i++) pair.push(mix[random.int(mix.length)](random, step + i));
      } else {
        const untilUs = random.int(4) === 0 ? pair.now + mix[0](random, step) : Number.POSITIVE_INFINITY;
        for (let i = 0; i < many && pair.take(untilUs); i++);
        // After a stop the clock stands at the limit and events may be pushed between it and the next one.
        if (untilUs !== Number.POSITIVE_INFINITY && !pair.take(untilUs)) pair.now = Math.max(pair.now, untilUs);
      }
    }
    pair.drain();
    expect(pair.size).toBe(0);
  }
});
