// A sweep whose worker, coordinator or Redis is killed again and again while it runs.
import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Program, startProgram } from './processes.ts';
import type { RedisServer } from './redis.ts';

export type Victim = 'worker' | 'coordinator' | 'redis';

export interface KilledSweep {
  readonly bundle: string;
  readonly cwd: string;
  /** `sweep small.yaml …`, without --queue and --out. */
  readonly words: readonly string[];
  /** The folder of results, and that of its jobs in it. */
  readonly out: string;
  readonly scenario: string;
  readonly redis: RedisServer;
  /** One after the other. */
  readonly victims: readonly Victim[];
}

const LOST_AFTER = '2s';
const TICK_MS = 5;

/** Kills each victim some jobs after the one before, starts it again, and waits until the sweep is done. Gives what the last coordinator printed. */
export async function sweepWithKills({
  bundle,
  cwd,
  words,
  out,
  scenario,
  redis,
  victims,
}: KilledSweep): Promise<string> {
  const startWorker = () =>
    startProgram(bundle, ['worker', '--queue', redis.url, '--threads', '1', '--lost-after', LOST_AFTER], cwd);
  const startCoordinator = () => startProgram(bundle, [...words, '--queue', redis.url, '--out', out, '--resume'], cwd);
  let worker = startWorker();
  let coordinator = startCoordinator();
  try {
    for (const [at, victim] of victims.entries()) {
      const before = jobsIn(join(cwd, out, scenario));
      await until(() => ended(coordinator) || jobsIn(join(cwd, out, scenario)) > before + (at % 3));
      if (ended(coordinator)) throw new Error(`the sweep ended after ${at} kills: ${coordinator.printed()}`);
      // Another moment each time: while a job runs, while its answer is on its way, while it is written.
      await pause((at * 37) % 200);
      if (victim === 'worker') {
        await worker.kill();
        worker = startWorker();
      } else if (victim === 'coordinator') {
        if (!(await coordinator.kill())) throw new Error('the coordinator had ended');
        coordinator = startCoordinator();
      } else {
        await redis.kill();
        await pause((at * 53) % 300);
        await redis.start();
      }
    }
    const code = await coordinator.ended;
    if (code !== 0) throw new Error(`the coordinator ended with exit code ${code}: ${coordinator.printed()}`);
    return coordinator.printed();
  } finally {
    await Promise.all([worker.kill(), coordinator.kill()]);
  }
}

function ended({ child }: Program): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(TICK_MS);
}

/** Jobs that are there, complete. */
export function jobsIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const cells = readdirSync(folder).filter((name) => name.startsWith('cell-'));
  return cells.reduce(
    (sum, cell) => sum + readdirSync(join(folder, cell)).filter((name) => name.startsWith('seed-')).length,
    0,
  );
}
