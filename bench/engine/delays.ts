// The delays of the engine's benchmarks: one table for every contestant, so that all must end at the same instant.
import { writeFileSync } from 'node:fs';
import { CounterRandom } from '../../src/engine/counter.ts';

const SIZE = 65_536;

/** Exponential with mean 2^20, integers, as text: one a line. */
export function writeDelays(file: string): void {
  const random = new CounterRandom(1, 'delays');
  const lines = Array.from({ length: SIZE }, () => Math.round(random.exponential() * 2 ** 20));
  writeFileSync(file, `${lines.join('\n')}\n`);
}
