// What each feature around a call costs: the same two calls with it and without it, in turns.
import { join } from 'node:path';
import { type BenchOptions, type BenchResult, median, output, table } from '../bench.ts';
import { FEATURES, type Feature, PLAIN } from './features.ts';

interface Answer {
  readonly cpuSeconds: number;
  readonly requests: number;
  /** Of these, how many had not ended well at the end. */
  readonly failed: number;
}

export async function run(options: BenchOptions): Promise<BenchResult> {
  const program = await options.bundle('features/wavetank.ts');
  const rounds = options.quick ? 1 : 3;
  const features = [PLAIN, ...FEATURES];
  const answers = features.map((): Answer[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, feature] of features.entries()) answers[index].push(measure(options, program, feature));
  }
  const nanoseconds = answers.map((all) =>
    median(all.map(({ cpuSeconds, requests }) => (cpuSeconds / requests) * 1e9)),
  );
  const times = nanoseconds.map((value) => value / nanoseconds[0]);
  const rows = features.map(({ name }, index) => [
    name,
    nanoseconds[index].toFixed(0),
    times[index].toFixed(2),
    (nanoseconds[index] - nanoseconds[0]).toFixed(0),
  ]);
  process.stdout.write(table([['a request of two calls', 'ns', 'times plain', 'ns more'], ...rows]));
  return {
    floors: FEATURES.map(({ name, most }, index) => ({
      what: `plain calls, times as fast as with ${name}`,
      actual: 1 / times[index + 1],
      floor: 1 / most,
    })),
    figures: Object.fromEntries(
      features.map(({ name }, index) => [`${name}, times plain`, Number(times[index].toPrecision(3))]),
    ),
  };
}

function measure({ benchDir, quick }: BenchOptions, program: string, { name, documents = '', set }: Feature): Answer {
  const times = quick ? ['1', '1'] : ['4', '6'];
  const text = output(process.execPath, [program, join(benchDir, 'features/calls.yaml'), documents, ...times, ...set]);
  if (text === undefined) throw new Error(`${name}: the run failed`);
  const answer = JSON.parse(text) as Answer;
  if (answer.failed > answer.requests / 20)
    throw new Error(`${name}: ${answer.failed} of ${answer.requests} requests failed`);
  return answer;
}
