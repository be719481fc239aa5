// The schedules of CronJobs, each parsed once: a spec is the same object until it is changed.
import { tryParseCronSchedule } from '../../model/parse/cron-schedule.ts';
import type { CronJob } from '../kit/cron-job-objects.ts';

const parsed = new WeakMap<CronJob['spec'], ReturnType<typeof tryParseCronSchedule>>();

export function scheduleOf(spec: CronJob['spec']): ReturnType<typeof tryParseCronSchedule> {
  const known = parsed.get(spec);
  if (known !== undefined) return known;
  const made = tryParseCronSchedule(textOf(spec));
  parsed.set(spec, made);
  return made;
}

/** A schedule with a zone of its own is left alone. */
export function textOf({ schedule, timeZone }: CronJob['spec']): string {
  return timeZone === undefined || schedule.includes('TZ') ? schedule : `TZ=${timeZone} ${schedule}`;
}
