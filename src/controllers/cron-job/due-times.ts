// Which start of a CronJob is due, how many were missed, and when to look again (cronjob/utils.go). Times in seconds since 1970.
import type { CronSchedule } from '../../model/parse/cron-schedule.ts';
import { nextTime } from '../../model/parse/cron-times.ts';

/** So long after a start is due the controller looks. */
const AFTER_DUE_SECONDS = 0.1;
/** More missed starts than this are worth a warning. */
const MANY = 100;
/** Go's zero time: a schedule that is never due again. */
const NEVER = -62_135_596_800;

export interface CronHistory {
  readonly created: number;
  readonly lastScheduled: number | undefined;
  readonly startingDeadlineSeconds: number | undefined;
}

export interface DueTimes {
  /** Where the search began. */
  readonly earliest: number;
  readonly mostRecent: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
  /** The schedule cannot be followed. */
  readonly error?: string;
}

/** The last start that is due at `now`. Where they are not evenly spaced it may find none although some were missed, as Kubernetes does. */
export function dueTimes(history: CronHistory, schedule: CronSchedule, now: number, withDeadline: boolean): DueTimes {
  const { created, lastScheduled = created, startingDeadlineSeconds } = history;
  const deadline = withDeadline && startingDeadlineSeconds !== undefined ? now - startingDeadlineSeconds : -Infinity;
  const earliest = Math.max(lastScheduled, deadline);
  const first = next(schedule, earliest);
  const second = next(schedule, first);
  if (now < first) return { earliest, mostRecent: undefined, missed: 'none' };
  if (now < second) return { earliest, mostRecent: first, missed: 'none' };
  const between = Math.round(second - first);
  if (between < 1) {
    const error = 'time difference between two schedules is less than 1 second';
    return { earliest, mostRecent: undefined, missed: 'none', error };
  }
  const count = Math.floor(Math.trunc(now - first) / between) + 1;
  let mostRecent: number | undefined;
  for (let time = next(schedule, first + (count - 2) * between); time <= now; time = next(schedule, time)) {
    mostRecent = time;
  }
  return { earliest, mostRecent, missed: count > MANY ? 'many' : 'few' };
}

/** Seconds from `now` until the controller looks again. */
export function lookAgainIn(history: CronHistory, schedule: CronSchedule, now: number): number {
  const { earliest, mostRecent, missed, error } = dueTimes(history, schedule, now, false);
  const from = mostRecent ?? (error === undefined && missed === 'none' ? earliest : now);
  return next(schedule, from) + AFTER_DUE_SECONDS - now;
}

function next(schedule: CronSchedule, after: number): number {
  return nextTime(schedule, after) ?? NEVER;
}
