// Figures of Jobs and CronJobs: what is counted in the end, when each Job is complete, and when those of a CronJob begin.
import type { Run } from './compare.ts';
import type { Status } from './figures.ts';
import { numberOf } from './object-statuses.ts';
import type { StatusFigure } from './status-figures.ts';
import { exactRunByRun, near, runByRun } from './tolerances.ts';

/** `Job with failures`: replayed with the recorded delays. */
const PROGRESS = runByRun(1.5);
/** A CronJob starts so exactly after the minute. */
const START = near(0.2);

const COUNTS = ['active', 'ready', 'succeeded', 'failed', 'terminating'];
/** How far along a Job is looked at. */
const QUARTERS = [0.25, 0.5, 0.75, 1];

export function jobFigures(runs: readonly Run[], index: number): StatusFigure[] {
  const statuses = ({ phases }: Run): readonly Status[] => phases[index].statuses;
  const jobs = Math.max(...runs.map((run) => byJob(statuses(run)).length));
  return Array.from({ length: jobs }, (_, at): StatusFigure[] => {
    const of = (run: Run): readonly Status[] => byJob(statuses(run))[at] ?? [];
    const label = jobs === 1 ? 'Job' : `Job ${at + 1}`;
    const total = Math.max(...runs.map((run) => last(of(run), 'succeeded') ?? 0));
    const shares = jobs === 1 ? QUARTERS : [1];
    return [
      ...COUNTS.map((name) => ({
        figure: `${label} ${name} at the end`,
        tolerance: exactRunByRun,
        of: (run: Run) => last(of(run), name),
      })),
      { figure: `${label}, first status`, tolerance: jobs === 1 ? PROGRESS : START, of: (run) => of(run)[0]?.[0] },
      ...shares.map((share) => {
        const least = Math.ceil(share * total);
        return {
          figure: `${label}, ${least} succeeded at`,
          tolerance: PROGRESS,
          of: (run: Run) => of(run).find(([, , detail]) => (numberOf(detail, 'succeeded') ?? 0) >= least)?.[0],
        };
      }),
    ];
  }).flat();
}

/** The statuses of each Job, in the order in which they began. */
function byJob(statuses: readonly Status[]): Status[][] {
  const jobs = new Map<string, Status[]>();
  for (const status of statuses) {
    if (!status[1].startsWith('Job/')) continue;
    const known = jobs.get(status[1]);
    if (known === undefined) jobs.set(status[1], [status]);
    else known.push(status);
  }
  return [...jobs.values()];
}

function last(statuses: readonly Status[], name: string): number | undefined {
  const status = statuses.at(-1);
  return status === undefined ? undefined : numberOf(status[2], name);
}
