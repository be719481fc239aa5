// Reads what chaos left behind beside its jobs: chaos.csv.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from '../read.ts';

const CHAOS_FILE = 'chaos.csv';
const RECOVERY = 'recovery.duration';

/** A target hit at a moment. NaN stands for what is not known. */
export interface StrikeRow {
  readonly target: string;
  readonly moment: string;
  readonly seconds: number;
  readonly during: string;
  readonly failedJobs: number;
  readonly broken: readonly string[];
  readonly lost: number;
  readonly lostLow: number;
  readonly lostHigh: number;
  /** From the fault to the objectives holding again; NaN where they do not hold again, or where it was not measured. */
  readonly recoverySeconds: number;
  readonly reproduce: string;
}

export function isChaos(folder: string): boolean {
  return existsSync(join(folder, CHAOS_FILE));
}

/** The strikes, the worst first. Throws an InputError for a file that is not what wavetank writes. */
export function readChaos(folder: string): StrikeRow[] {
  const table = readTable(join(folder, CHAOS_FILE));
  const [target, moment, during, broken, reproduce] = ['target', 'moment', 'during', 'broken', 'reproduce'].map(
    (name) => table.text(name),
  );
  const [seconds, failedJobs, lost, low, high] = [
    'moment_seconds',
    'seeds_failed',
    'requests_lost',
    'requests_lost_low',
    'requests_lost_high',
  ].map((name) => table.numbers(name));
  const recovery = table.has(RECOVERY) ? table.numbers(RECOVERY) : undefined;
  return target.map((name, at) => ({
    target: name,
    moment: moment[at],
    seconds: seconds[at],
    during: during[at],
    failedJobs: failedJobs[at],
    broken: broken[at] === '' ? [] : broken[at].split('; '),
    lost: lost[at],
    lostLow: low[at],
    lostHigh: high[at],
    recoverySeconds: recovery?.[at] ?? Number.NaN,
    reproduce: reproduce[at],
  }));
}
