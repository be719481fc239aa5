// The moments of `wavetank chaos` as times: rollouts and peaks are taken from a run without a fault.
import type { MomentWish } from '../../scenario/chaos/moments.ts';
import type { Job } from '../../scenario/scenario.ts';
import { type BuildOptions } from '../../world/build.ts';
import { runJob, type FinishedRun } from '../../world/run.ts';

export interface Moment {
  readonly atUs: number;
  /** What is going on then: `rollout of web`, `peak`; empty for a plain time. */
  readonly during: string;
}

/** A peak is so many times the mean of all intervals, or more. */
const PEAK = 1.5;

/** The moments by time, each time once. The scenario is run only when a wish needs it. */
export function momentsOf(wishes: readonly MomentWish[], job: Job, options: BuildOptions): Moment[] {
  const { durationUs } = job.loaded.scenario;
  const asked = new Set(wishes.map(({ type }) => type));
  const seen = asked.has('rollouts') || asked.has('peaks') ? runJob(job, options) : undefined;
  const found = wishes.flatMap((wish): Moment[] => {
    if (wish.type === 'at') return [{ atUs: wish.atUs, during: '' }];
    if (seen === undefined) return [];
    return wish.type === 'rollouts'
      ? [...rolloutsOf(seen, durationUs), ...updatesOf(seen)]
      : peakOf(seen, job.loaded.scenario.warmupUs);
  });
  const byTime = new Map<number, Moment>();
  for (const one of found) {
    const known = byTime.get(one.atUs);
    if (known === undefined || known.during === '') byTime.set(one.atUs, one);
  }
  return [...byTime.values()].sort((a, b) => a.atUs - b.atUs);
}

/** The middle of each rollout after a Deployment's first, which makes it; to the second. Of one that does not end, that between its start and the end of the run. */
function rolloutsOf({ world }: FinishedRun, durationUs: number): Moment[] {
  const { objects } = world.state;
  const made = new Set<number>();
  return world.controllers.rollouts.flatMap(({ workload, startUs, endUs }) => {
    if (!made.has(workload)) {
      made.add(workload);
      return [];
    }
    const middle = (startUs + (endUs < 0 ? durationUs : endUs)) / 2;
    const second = Math.floor(middle / 1e6) * 1e6;
    const atUs = second > startUs ? second : Math.floor(middle);
    return atUs > 0 && atUs < durationUs ? [{ atUs, during: `rollout of ${objects.name[workload]}` }] : [];
  });
}

/** The middle of each update of a StatefulSet or DaemonSet: from when some of its pods, all of which were there, are of an older revision. */
function updatesOf({ world: { measure } }: FinishedRun): Moment[] {
  const ends = measure.series.map(({ time_seconds }) => time_seconds * 1e6);
  return measure.workloads.named(['StatefulSet', 'DaemonSet']).flatMap(({ kind, key }) => {
    const of = (field: 'desired' | 'updated' | 'ready') => measure.workloads.values(kind, key, field, 0, ends.length);
    const [desired, updated, ready] = [of('desired'), of('updated'), of('ready')];
    const moments: Moment[] = [];
    let whole = false;
    let from = -1;
    for (const [at, wanted] of desired.entries()) {
      const done = updated[at] >= wanted;
      if (from >= 0 && (done || at === desired.length - 1)) {
        const middle = Math.floor((ends[from] + ends[at]) / 2e6) * 1e6;
        moments.push({ atUs: Math.max(middle, ends[from]), during: `rollout of ${key.split('/')[1]}` });
        from = -1;
      } else if (from < 0 && whole && !done) from = at;
      whole = done && ready[at] >= wanted && wanted > 0;
    }
    return moments;
  });
}

/** The middle of the interval with the most requests, where there is one that stands out. */
function peakOf({ world }: FinishedRun, warmupUs: number): Moment[] {
  const rows = world.measure.series.filter(({ time_seconds }) => time_seconds * 1e6 > warmupUs);
  const total = rows.reduce((sum, { requests }) => sum + requests, 0);
  let highest: (typeof rows)[number] | undefined;
  for (const row of rows) if (row.requests > (highest?.requests ?? 0)) highest = row;
  if (highest === undefined || highest.requests < (PEAK * total) / rows.length) return [];
  const before = rows[rows.indexOf(highest) - 1]?.time_seconds ?? warmupUs / 1e6;
  return [{ atUs: Math.round(((before + highest.time_seconds) / 2) * 1e6), during: 'peak' }];
}
