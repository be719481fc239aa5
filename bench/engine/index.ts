// The engine against std::priority_queue, SimPy and closures: HOLD at three sizes and M/M/1, in interleaved rounds.
import { join } from 'node:path';
import { type BenchOptions, type BenchResult, compiled, median, output, simpyPython, table } from '../bench.ts';
import { writeDelays } from './delays.ts';

interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** How many times fewer events than the others it is given, and in how many of the rounds it takes part. */
  readonly slower: number;
  readonly rounds: number;
}

interface Load {
  readonly title: string;
  readonly model: 'hold' | 'mm1';
  readonly pending: number;
  readonly events: number;
}

interface Floors {
  readonly [against: string]: number;
}

const WAVETANK = 'wavetank';
const CPP = 'C++ std::priority_queue';
const CLOSURES = 'JS objects and closures';
const SIMPY_CALLBACKS = 'SimPy 4, callbacks';
const SIMPY_PROCESSES = 'SimPy 4, processes';

/** At 10,000 pending events: how many times faster than these the engine must be. */
const FLOORS: Floors = { [CPP]: 1.2, [SIMPY_CALLBACKS]: 20 };
/** How many times more an event may cost with a million pending than with a hundred. */
const GROWTH = 3;

const LOADS: readonly Load[] = [
  { title: 'HOLD 100', model: 'hold', pending: 100, events: 4_000_000 },
  { title: 'HOLD 10k', model: 'hold', pending: 10_000, events: 4_000_000 },
  { title: 'HOLD 1M', model: 'hold', pending: 1_000_000, events: 4_000_000 },
  { title: 'M/M/1', model: 'mm1', pending: 1, events: 2_000_000 },
];

export async function run(options: BenchOptions): Promise<BenchResult> {
  const rounds = options.quick ? 1 : 7;
  const contestants = await prepare(options, rounds);
  const delays = join(options.cacheDir, 'delays.txt');
  writeDelays(delays);
  checkAnswers(contestants, delays);

  const loads = LOADS.map((load) => (options.quick ? { ...load, events: load.events / 10 } : load));
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const load of loads) {
      for (const one of contestants) {
        if (round >= one.rounds) continue;
        const key = `${one.name}|${load.title}`;
        times.set(key, [...(times.get(key) ?? []), measure(one, load, delays)]);
      }
    }
  }
  return report(contestants, loads, times);
}

async function prepare(options: BenchOptions, rounds: number): Promise<Contestant[]> {
  const { benchDir, cacheDir, bundle } = options;
  const node = async (name: string, source: string): Promise<Contestant> => {
    const args = [await bundle(`engine/${source}`)];
    return { name, command: process.execPath, args, slower: 1, rounds };
  };
  const contestants = [await node(WAVETANK, 'wavetank.ts'), await node(CLOSURES, 'closures.ts')];

  const hold = compiled(options, 'engine/hold.cpp');
  if (hold !== undefined) contestants.push({ name: CPP, command: hold, args: [], slower: 1, rounds });

  const python = simpyPython(cacheDir);
  if (python !== undefined) {
    for (const [name, style] of [
      [SIMPY_CALLBACKS, 'callbacks'],
      [SIMPY_PROCESSES, 'processes'],
    ] as const) {
      const args = [join(benchDir, 'engine/simpy_contestant.py'), style];
      contestants.push({ name, command: python, args, slower: 20, rounds: Math.min(rounds, 3) });
    }
  }
  return contestants;
}

/** All contestants must reach the same instant, or they do not simulate the same thing. */
function checkAnswers(contestants: readonly Contestant[], delays: string): void {
  for (const { title, model, pending } of LOADS.filter((load) => load.pending <= 10_000)) {
    const answers = contestants.map((one) => execute(one, model, pending, 1000, 30_000, delays)[1]);
    if (new Set(answers).size > 1) {
      throw new Error(`${title}: ${contestants.map((one, i) => `${one.name} ended at ${answers[i]}`).join(', ')}`);
    }
  }
}

/** CPU nanoseconds per event, or per customer of M/M/1. */
function measure(one: Contestant, load: Load, delays: string): number {
  const events = Math.round(load.events / one.slower);
  // Long enough to fill the structures and, for JavaScript, to compile.
  const warmUp = one.slower === 1 ? load.pending + 1_500_000 : Math.round(load.pending / 10);
  const [seconds] = execute(one, load.model, load.pending, warmUp + 1, events, delays);
  return (seconds / events) * 1e9;
}

function execute(
  one: Contestant,
  model: string,
  pending: number,
  warmUp: number,
  events: number,
  delays: string,
): [seconds: number, now: number] {
  const text = output(one.command, [...one.args, model, `${pending}`, `${warmUp}`, `${events}`, delays]);
  if (text === undefined) throw new Error(`${one.name} failed`);
  const [seconds, now] = text.trim().split(' ').map(Number);
  return [seconds, now];
}

function report(
  contestants: readonly Contestant[],
  loads: readonly Load[],
  times: ReadonlyMap<string, readonly number[]>,
): BenchResult {
  const time = (name: string, load: Load): number => median(times.get(`${name}|${load.title}`) ?? [Number.NaN]);
  const millions = (ns: number): string => `${(1000 / ns).toPrecision(3)}M/s`;
  const ratio = (name: string, load: Load): number => time(name, load) / time(WAVETANK, load);
  const rows = [['', ...loads.flatMap(({ title }) => [title, 'wavetank is'])]];
  for (const { name } of contestants) {
    const cells = loads.flatMap((load) => [
      millions(time(name, load)),
      name === WAVETANK ? '' : `${ratio(name, load).toPrecision(3)}x`,
    ]);
    rows.push([name, ...cells]);
  }
  process.stdout.write(
    `Events per second of CPU time (customers for M/M/1), medians of interleaved rounds\n\n${table(rows)}\n`,
  );
  const [few, at, many] = loads;
  const growth = time(WAVETANK, many) / time(WAVETANK, few);
  process.stdout.write(
    `An event costs ${growth.toPrecision(3)} times as much with a million pending as with a hundred\n\n`,
  );
  const floors = contestants
    .filter(({ name }) => FLOORS[name] !== undefined)
    .map(({ name }) => ({
      what: `engine, ${at.title}, times ${name}`,
      actual: ratio(name, at),
      floor: FLOORS[name],
    }));
  floors.push({ what: 'engine, cost per event at 100 pending / at a million', actual: 1 / growth, floor: 1 / GROWTH });
  const figures: Record<string, number> = { 'an event at 1M pending / at 100': Number(growth.toPrecision(3)) };
  for (const { name } of contestants) {
    for (const load of loads) {
      figures[`${name}, ${load.title}, events/s`] = Math.round(1e9 / time(name, load));
      if (name !== WAVETANK) figures[`${load.title}, times ${name}`] = Number(ratio(name, load).toPrecision(3));
    }
  }
  return { floors, figures };
}
