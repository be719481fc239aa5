// The request path of requests.yaml, run by the real components, against the same model in C++ and in SimPy, in interleaved rounds.
import { join } from 'node:path';
import {
  type BenchOptions,
  type BenchResult,
  compiled,
  type Floor,
  median,
  output,
  simpyPython,
  table,
} from '../bench.ts';

/** What each contestant prints of the measured part of its run. */
interface Answer {
  readonly cpuSeconds: number;
  readonly requests: number;
  readonly attempts: number;
  /** 0 where it does not count them. */
  readonly events: number;
  readonly meanUs: number;
  readonly p99Us: number;
}

interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Simulated seconds at 1,000 pods, and rounds that it takes part in. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly rounds: number;
  /** Whether it takes part at 10,000 pods. */
  readonly large: boolean;
}

const WAVETANK = 'wavetank';
const HEAP = 'C++ std::priority_queue';
const LADDER = 'C++ ladder queue';
const SIMPY = 'SimPy 4, processes';

/** Times these at 1,000 pods. */
const FLOORS: Readonly<Record<string, number>> = { [HEAP]: 0.35, [SIMPY]: 30 };
const PODS = [1000, 10_000] as const;

export async function run(options: BenchOptions): Promise<BenchResult> {
  const contestants = await prepare(options);
  const answers = new Map<string, Answer[]>();
  for (let round = 0; round < Math.max(...contestants.map(({ rounds }) => rounds)); round += 1) {
    for (const pods of PODS) {
      for (const one of contestants) {
        if (round >= one.rounds || (pods !== PODS[0] && !one.large)) continue;
        const key = `${one.name}|${pods}`;
        answers.set(key, [...(answers.get(key) ?? []), measure(one, pods)]);
      }
    }
  }
  for (const pods of PODS) checkAgreement(pods, contestants, answers);
  return report(contestants, answers);
}

async function prepare(options: BenchOptions): Promise<Contestant[]> {
  const { benchDir, cacheDir, bundle, quick } = options;
  const rounds = quick ? 1 : 5;
  const run = { warmUpSeconds: 4, seconds: quick ? 2 : 8, rounds, large: true };
  const scenario = join(benchDir, 'traffic/requests.yaml');
  const contestants: Contestant[] = [
    { ...run, name: WAVETANK, command: process.execPath, args: [await bundle('traffic/wavetank.ts'), scenario] },
  ];
  const program = compiled(options, 'traffic/requests.cpp');
  if (program !== undefined) {
    contestants.push({ ...run, name: HEAP, command: program, args: ['heap'] });
    contestants.push({ ...run, name: LADDER, command: program, args: ['ladder'] });
  }
  const python = simpyPython(cacheDir);
  if (python !== undefined) {
    // Its timeouts stay in the queue until they are due: the steady state begins after one of them.
    const slow = { warmUpSeconds: quick ? 0.2 : 1.1, seconds: 0.2, rounds: Math.min(rounds, 2), large: false };
    contestants.push({
      ...slow,
      name: SIMPY,
      command: python,
      args: [join(benchDir, 'traffic/simpy_contestant.py')],
    });
  }
  return contestants;
}

/** As many requests at any size: ten times the pods are simulated for a tenth of the time. */
function measure(one: Contestant, pods: number): Answer {
  const seconds = [one.warmUpSeconds, one.seconds].map((value) => `${(value * PODS[0]) / pods}`);
  const text = output(one.command, [...one.args, `${pods}`, ...seconds]);
  if (text === undefined) throw new Error(`${one.name} failed`);
  return JSON.parse(text) as Answer;
}

/**
 * Whether all simulate the same thing. Latencies within ± 1 % (± 3 % for the short runs of SimPy, p99 three times as wide),
 * attempts a request within five standard errors of a binomial: an error rate of 1/128.
 */
function checkAgreement(
  pods: number,
  contestants: readonly Contestant[],
  answers: ReadonlyMap<string, readonly Answer[]>,
): void {
  const own = answers.get(`${WAVETANK}|${pods}`)![0];
  for (const { name } of contestants) {
    const other = answers.get(`${name}|${pods}`)?.[0];
    if (other === undefined) continue;
    const tolerance = name === SIMPY ? 0.03 : 0.01;
    const error = 5 * Math.sqrt((1 / 128) * (1 / own.requests + 1 / other.requests));
    const problems = [
      Math.abs(other.meanUs / own.meanUs - 1) > tolerance && `mean ${other.meanUs} µs against ${own.meanUs}`,
      Math.abs(other.p99Us / own.p99Us - 1) > 3 * tolerance && `p99 ${other.p99Us} µs against ${own.p99Us}`,
      Math.abs(other.attempts / other.requests - own.attempts / own.requests) > error &&
        `${other.attempts / other.requests} attempts a request against ${own.attempts / own.requests}`,
    ].filter((problem) => problem !== false);
    if (problems.length > 0) throw new Error(`${pods} pods, ${name} and ${WAVETANK}: ${problems.join(', ')}`);
  }
}

function report(contestants: readonly Contestant[], answers: ReadonlyMap<string, readonly Answer[]>): BenchResult {
  const perSecond = (name: string, pods: number): number =>
    median((answers.get(`${name}|${pods}`) ?? []).map(({ requests, cpuSeconds }) => requests / cpuSeconds));
  const figures: Record<string, number> = {};
  const floors: Floor[] = [];
  const rows = [['', ...PODS.flatMap((pods) => [`${pods} pods`, 'wavetank is', 'mean', 'p99'])]];
  for (const { name } of contestants) {
    const cells = PODS.flatMap((pods) => {
      const answer = answers.get(`${name}|${pods}`)?.[0];
      if (answer === undefined) return ['', '', '', ''];
      const rate = perSecond(name, pods);
      const ratio = perSecond(WAVETANK, pods) / rate;
      figures[`${name}, ${pods} pods, requests/s`] = Math.round(rate);
      if (name !== WAVETANK) figures[`${pods} pods, times ${name}`] = Number(ratio.toPrecision(3));
      if (pods === PODS[0] && FLOORS[name] !== undefined) {
        floors.push({ what: `requests, ${pods} pods, times ${name}`, actual: ratio, floor: FLOORS[name] });
      }
      return [
        `${(rate / 1e6).toPrecision(3)}M/s`,
        name === WAVETANK ? '' : `${ratio.toPrecision(3)}x`,
        `${(answer.meanUs / 1e3).toFixed(2)} ms`,
        `${(answer.p99Us / 1e3).toFixed(1)} ms`,
      ];
    });
    rows.push([name, ...cells]);
  }
  const { events, requests } = answers.get(`${WAVETANK}|${PODS[0]}`)![0];
  const nanoseconds = 1e9 / perSecond(WAVETANK, PODS[0]) / (events / requests);
  process.stdout.write(
    `Requests per second of CPU time, medians of interleaved rounds\n\n${table(rows)}\n` +
      `${(events / requests).toFixed(2)} events a request, ${nanoseconds.toFixed(0)} ns an event\n\n`,
  );
  return { floors, figures };
}
