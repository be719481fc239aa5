// Streams and the counter-based generator: uniformity, independence of neighbours, ziggurats against their distributions.
import { describe, expect, test } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import { Engine } from '../../src/engine/engine.ts';
import { type Random, Stream } from '../../src/engine/random.ts';
import { chiSquareScore, correlationScore, expectMoments, expectShares, sample } from './statistics.ts';

const DRAWS = 1_000_000;

/** Shares of the standard normal distribution below each value. */
const NORMAL_SHARES = [
  [-3.6541528853610088, 0.000129014],
  [-2.3263478740408408, 0.01],
  [-1.2815515655446004, 0.1],
  [0, 0.5],
  [0.6744897501960817, 0.75],
  [1.6448536269514722, 0.95],
  [3.090232306167813, 0.999],
  [4, 0.99996832875816688],
] as const;

const EXPONENTIAL_SHARES = [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999].map(
  (share) => [-Math.log(1 - share), share] as const,
);

/** Draws once from each of a run of neighbouring keys. */
function acrossKeys(axis: 0 | 1 | 2): Random {
  const random = new CounterRandom(7, 'luck');
  const key: [number, number, number] = [0, 0, 0];
  const next = (): Random => {
    random.seek(...key);
    key[axis]++;
    return random;
  };
  return {
    u32: () => next().u32(),
    uniform: () => next().uniform(),
    int: (n) => next().int(n),
    exponential: () => next().exponential(),
    normal: () => next().normal(),
  };
}

const sources: readonly (readonly [string, () => Random])[] = [
  ['a stream', () => new Stream(1, 'arrivals')],
  ['one key', () => new CounterRandom(1, 'luck')],
  ['the first draws of neighbouring ordinals', () => acrossKeys(0)],
  ['the first draws of neighbouring hops', () => acrossKeys(1)],
  ['the first draws of neighbouring attempts', () => acrossKeys(2)],
];

describe.each(sources)('%s', (_, create) => {
  test('each of the four bytes is uniform, and pairs of successive bytes are', () => {
    const random = create();
    const bytes = [0, 8, 16, 24].map((shift) => ({
      shift,
      counts: new Int32Array(256),
      pairs: new Int32Array(65_536),
    }));
    let previous = random.u32();
    for (let i = 0; i < DRAWS; i++) {
      const word = random.u32();
      for (const { shift, counts, pairs } of bytes) {
        const byte = (word >>> shift) & 255;
        counts[byte]++;
        pairs[(((previous >>> shift) & 255) << 8) | byte]++;
      }
      previous = word;
    }
    for (const { shift, counts, pairs } of bytes) {
      expect(Math.abs(chiSquareScore(counts)), `byte at ${shift}`).toBeLessThan(4);
      expect(Math.abs(chiSquareScore(pairs)), `pairs at ${shift}`).toBeLessThan(4);
    }
  });

  test('uniform lies strictly between 0 and 1', () => {
    const random = create();
    const values = sample(DRAWS, () => random.uniform());
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    expectMoments(values, 1 / 2, 1 / 12);
    expect(Math.abs(correlationScore(values.subarray(1), values.subarray(0, -1)))).toBeLessThan(4);
  });

  test('exponential', () => {
    const random = create();
    const values = sample(DRAWS, () => random.exponential());
    expectMoments(values, 1, 1);
    expectShares(values, EXPONENTIAL_SHARES);
  });

  test('normal', () => {
    const random = create();
    const values = sample(DRAWS, () => random.normal());
    expectMoments(values, 0, 1);
    expectShares(values, NORMAL_SHARES);
  });

  test.each([1, 2, 3, 7, 1000, 3 * 2 ** 29])('int(%i)', (n) => {
    const random = create();
    const cells = Math.min(n, 1000);
    const counts = new Int32Array(cells);
    for (let i = 0; i < 100_000; i++) {
      const value = random.int(n);
      if (!Number.isInteger(value) || value < 0 || value >= n) throw new Error(`int(${n}) gave ${value}`);
      counts[Math.floor((value / n) * cells)]++;
    }
    if (n > 1) expect(Math.abs(chiSquareScore(counts))).toBeLessThan(4);
  });
});

describe('streams', () => {
  test('one name is one stream; names and seeds are independent', () => {
    const engine = new Engine({ seed: 1 });
    expect(engine.stream('a')).toBe(engine.stream('a'));
    const names = ['a', 'b', 'aa', 'arrivals/0', 'arrivals/1', 'arrivals/10'];
    const samples = ['1', '2', '11'].flatMap((seed) =>
      names.map((name) => {
        const stream = new Stream(seed, name);
        return sample(20_000, () => stream.uniform());
      }),
    );
    for (const [i, left] of samples.entries()) {
      for (const right of samples.slice(i + 1)) expect(Math.abs(correlationScore(left, right))).toBeLessThan(4.5);
    }
  });

  test('draws from another stream change nothing', () => {
    const draws = (disturb: boolean): number[] => {
      const engine = new Engine({ seed: 'x' });
      return Array.from({ length: 10 }, () => {
        if (disturb) engine.stream('other').u32();
        return engine.stream('mine').u32();
      });
    };
    expect(draws(true)).toEqual(draws(false));
  });

  test('pinned, so that every version of Node agrees to the last bit', () => {
    const stream = new Stream(42, 'pinned');
    const counter = new CounterRandom(42, 'pinned');
    counter.seek(1, 2, 3);
    const draws = [stream, counter].map((random) => [
      random.u32(),
      random.int(1000),
      sample(1000, () => random.exponential()).reduce((sum, value) => sum + value, 0),
      sample(1000, () => random.normal()).reduce((sum, value) => sum + value, 0),
    ]);
    expect(draws).toEqual([
      [3301749246, 993, 992.4513951665656, 15.328095151636392],
      [662022262, 155, 1030.2289839981904, -6.475273033334432],
    ]);
  });
});

describe('the counter-based generator', () => {
  test('a key gives the same draws whatever was drawn before', () => {
    const random = new CounterRandom('seed', 'luck');
    random.seek(5, 1, 0);
    const first = sample(100, () => random.u32());
    random.seek(6, 1, 0);
    random.normal();
    random.seek(5, 1, 0);
    expect(sample(100, () => random.u32())).toEqual(first);
  });

  test('every bit of the key changes about half of the bits of a draw', () => {
    const random = new CounterRandom(3, 'luck');
    const draw = (key: readonly [number, number, number]): number => {
      random.seek(...key);
      return random.u32();
    };
    for (const part of [0, 1, 2] as const) {
      for (let bit = 0; bit < 32; bit++) {
        let flipped = 0;
        for (let i = 0; i < 500; i++) {
          const key: [number, number, number] = [i, i & 7, i & 3];
          const before = draw(key);
          key[part] ^= 1 << bit;
          for (let changed = before ^ draw(key); changed !== 0; changed &= changed - 1) flipped++;
        }
        // 16,000 coin tosses: a standard error of 0.4 %.
        expect(Math.abs(flipped / 16_000 - 0.5), `part ${part} bit ${bit}`).toBeLessThan(0.02);
      }
    }
  });

  test('draw i of neighbouring keys is uncorrelated with draw j', () => {
    const random = new CounterRandom(9, 'luck');
    const columns = [0, 1, 2, 3].map(() => new Float64Array(100_000));
    for (let ordinal = 0; ordinal < 100_000; ordinal++) {
      random.seek(ordinal, 0, 0);
      for (const column of columns) column[ordinal] = random.uniform();
    }
    for (const left of columns) {
      for (const right of columns) {
        if (left !== right) expect(Math.abs(correlationScore(left, right))).toBeLessThan(4);
        expect(Math.abs(correlationScore(left.subarray(1), right.subarray(0, -1)))).toBeLessThan(4);
      }
    }
  });

  test('the first draws of a million keys collide as often as random words do', () => {
    const random = new CounterRandom(1, 'luck');
    const seen = new Uint32Array(1_000_000);
    let at = 0;
    for (let ordinal = 0; ordinal < 100_000; ordinal++) {
      for (let hop = 0; hop < 10; hop++) {
        random.seek(ordinal, hop, 0);
        seen[at++] = random.u32();
      }
    }
    // n^2 / 2^33 = 116 pairs are expected, with a standard deviation of 10.8.
    const collisions = seen.length - new Set(seen).size;
    expect(collisions).toBeGreaterThan(72);
    expect(collisions).toBeLessThan(160);
  });
});
