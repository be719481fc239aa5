// The command `npm run fuzz`: so many random scenarios of a seed, and what is wrong with one of them.
import { parseArgs } from 'node:util';
import { describeFinding, fuzz } from './fuzz.ts';

/** The exit code: 0 when all scenarios are right, 1 when one is not, 2 for wrong options. */
export function main(argv: readonly string[]): number {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() % 1e6) },
    },
  });
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
    process.stderr.write('fuzz: expected whole numbers, as in --count 1000 --seed 1\n');
    return 2;
  }
  let scenarios = 0;
  const onScenario = (): void => {
    scenarios += 1;
    if (scenarios % 100 === 0) process.stderr.write(`${scenarios} scenarios\n`);
  };
  const finding = fuzz({ count, seed, onScenario });
  process.stdout.write(
    finding === undefined ? `${count} scenarios of seed ${seed} are right\n` : `${describeFinding(finding, seed)}\n`,
  );
  return finding === undefined ? 0 : 1;
}
