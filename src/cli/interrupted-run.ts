// What is printed of a run that a signal ended.
import type { Job } from '../scenario/scenario.ts';
import type { Interruption } from '../sweep/interruptible-run.ts';
import { colors } from './colors.ts';
import { exitCodeOfSignal } from './interruption.ts';
import { summaryTable } from './summary-table.ts';

/** What had come out when a signal ended the run. It is printed and not written: results are complete or absent. */
export function printInterruption({ signal, known }: Interruption, job: Job, json: boolean): void {
  const { name, durationUs } = job.loaded.scenario;
  const simulated = known?.duration_seconds ?? 0;
  if (json) {
    const { id, seed } = job;
    const figures = known ?? null;
    process.stdout.write(
      `${JSON.stringify({ interrupted: signal, job: id, seed, simulated_s: simulated, figures })}\n`,
    );
  } else if (known !== undefined) {
    const { bold } = colors(process.stdout);
    const head = `${bold(name)}  seed ${job.seed}, the first ${simulated} s of ${durationUs / 1e6} s`;
    process.stdout.write(`${head}\n\n${summaryTable(known)}\n`);
  }
  process.stderr.write(`${signal}: ended at ${simulated} s of ${durationUs / 1e6} s; no results were written\n`);
  process.exitCode = exitCodeOfSignal(signal);
}
