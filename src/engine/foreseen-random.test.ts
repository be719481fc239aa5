// Looking ahead shows what will be drawn, and changes nothing of it.
import { expect, it } from 'vitest';
import { ForeseenRandom } from './foreseen-random.ts';
import { type Random, Stream } from './random.ts';

const draws: readonly ((random: Random) => number)[] = [
  (random) => random.u32(),
  (random) => random.uniform(),
  (random) => random.int(7),
  (random) => random.int(2 ** 31),
  (random) => random.exponential(),
  (random) => random.normal(),
];
const some = (random: Random, from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => draws[(from + i) % draws.length](random));

it('draws what its source would, looked at before or not', () => {
  const plain = some(new Stream(1, 'faults'), 0, 600);
  const foreseen = new ForeseenRandom(new Stream(1, 'faults'));
  const drawn: number[] = [];
  for (let from = 0; from < 600; from += 20) {
    const seen = some(foreseen.ahead(), from, from % 3 === 0 ? 30 : 5);
    expect(some(foreseen.ahead(), from, 5)).toEqual(seen.slice(0, 5));
    drawn.push(...some(foreseen, from, 20));
    expect(drawn.slice(from, from + 5)).toEqual(seen.slice(0, 5));
  }
  expect(drawn).toEqual(plain);
});
