// Many runs: how much faster two threads are than one with jobs of some seconds, and what a job costs that does next to nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchOptions, type BenchResult, table } from '../bench.ts';

const SPEED_UP = 1.8;
/** Jobs a second of CPU time, on one thread; a job of 10 s simulated without requests. */
const SMALL_JOBS = 20;
const JOBS = 4;
/** Of 100,000; a process that keeps none takes 130 MiB. */
const SUMMARIES_IN_A_MIB = 40;

interface Measured {
  readonly wall: number;
  readonly cpu: number;
  /** Sum of what each job took by the clock. */
  readonly inJobs: number;
}

/** Runs the program as a user does, with as many seeds and threads. */
function sweep(options: BenchOptions, seeds: number, threads: number, more: readonly string[]): Measured {
  const out = mkdtempSync(join(tmpdir(), 'wavetank-bench-'));
  const program = join(options.benchDir, '../dist/wavetank.js');
  const args = ['run', 'balancers', '--seeds', String(seeds), '--threads', String(threads), ...more];
  const started = performance.now();
  try {
    const watched = ['-e', WATCH, program, ...args, '--no-report', '--json', '--out', out];
    const { stdout, status, stderr } = spawnSync(process.execPath, watched, { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0 && status !== 1) throw new Error(stderr);
    const wall = (performance.now() - started) / 1000;
    const { jobs } = JSON.parse(stdout) as { jobs: readonly { wall_s: number }[] };
    return {
      wall,
      cpu: Number(readFileSync(join(out, CPU), 'utf8')),
      inJobs: jobs.reduce((sum, job) => sum + job.wall_s, 0),
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Runs the program within a process that leaves its CPU time in the folder of results, all threads together. */
const CPU = 'cpu-seconds.txt';
const WATCH = `
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeFileSync(process.argv.at(-1) + '/${CPU}', String((user + system) / 1e6));
});
import(require('node:url').pathToFileURL(process.argv[1]).href);
`;

/** MiB at the peak of a process that keeps the results of so many jobs. */
async function memoryOf(options: BenchOptions, jobs: number): Promise<number> {
  const module = pathToFileURL(await options.bundle('sweep/coordinate.ts')).href;
  const script = `import(${JSON.stringify(module)}).then((module) => module.coordinate(${jobs}))`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

export async function run(options: BenchOptions): Promise<BenchResult> {
  const length = options.quick ? '2m' : '30m';
  const large = ['--duration', length];
  const load = loadavg()[0];
  const one = sweep(options, JOBS, 1, large);
  const two = sweep(options, JOBS, 2, large);
  const none = ['--duration', '10s', '--set', 'spec.warmup=0', '--set', 'spec.traffic=[]', '--set', 'spec.expect=[]'];
  const seeds = options.quick ? 50 : 400;
  const small = sweep(options, seeds, 1, none);
  const seconds = (value: number) => value.toFixed(2);
  const row = (name: string, { wall, cpu, inJobs }: Measured, jobs: number) => [
    name,
    seconds(wall),
    seconds(cpu),
    seconds(inJobs / jobs),
    seconds(jobs / wall),
  ];
  process.stdout.write(
    table([
      ['many runs', 'wall s', 'cpu s', 's a job', 'jobs/s'],
      row(`${JOBS} jobs, 1 thread`, one, JOBS),
      row(`${JOBS} jobs, 2 threads`, two, JOBS),
      row(`${seeds} small jobs, 1 thread`, small, seeds),
    ]),
  );
  process.stdout.write(
    `two threads need ${(two.cpu / one.cpu).toFixed(2)} of the CPU time of one; ${availableParallelism()} processors, load ${load.toFixed(1)} at the start\n`,
  );
  const speedUp = one.wall / two.wall;
  const smallJobs = seeds / small.cpu;
  const many = options.quick ? 10_000 : 100_000;
  const peakMib = await memoryOf(options, many);
  process.stdout.write(`${many} jobs, their summaries only: ${peakMib} MiB at the peak\n`);
  return {
    floors: [
      { what: 'speed-up on two threads', actual: speedUp, floor: SPEED_UP },
      { what: 'small jobs a second of CPU time', actual: smallJobs, floor: SMALL_JOBS },
      { what: 'summaries kept in a MiB', actual: many / peakMib, floor: SUMMARIES_IN_A_MIB },
    ],
    figures: {
      'speed-up on two threads': speedUp,
      'small jobs/s of CPU time': smallJobs,
      [`${many} summaries, peak MiB`]: peakMib,
    },
  };
}
