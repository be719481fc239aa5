// When a CronJob makes its Jobs, and why it makes none.
import { scheduleOf } from '../../controllers/cron-job/schedules.ts';
import type { CronJob } from '../../controllers/kit/cron-job-objects.ts';
import { counted } from '../../lib/plural.ts';
import { timestampUs } from '../../lib/timestamp.ts';
import { nextTime } from '../../model/parse/cron-times.ts';
import { showDuration } from '../expectations.ts';

/** What becomes of a start while a Job is active. */
const MEANWHILE: Readonly<Record<string, string>> = {
  Forbid: 'what is due meanwhile is left out (concurrencyPolicy Forbid)',
  Replace: 'the next one takes its place (concurrencyPolicy Replace)',
};

/** `startSeconds`: the time of day at which the run begins, since 1970. */
export function cronJobFacts({ spec, status }: CronJob, nowUs: number, startSeconds: number): string[] {
  const { schedule, timeZone, suspend, concurrencyPolicy = 'Allow', startingDeadlineSeconds: deadline } = spec;
  const last = status?.lastScheduleTime;
  const made =
    last === undefined ? 'it has made no Job yet' : `it made its last Job for ${showDuration(timestampUs(last))}`;
  const active = status?.active?.length ?? 0;
  const facts = [
    `Its schedule is "${schedule}"${timeZone === undefined ? '' : ` in ${timeZone}`}: ${made}, ${nextText(spec, nowUs, startSeconds)}.`,
  ];
  if (suspend === true) facts.push('It is suspended: until that is changed it makes none.');
  const { [concurrencyPolicy]: meanwhile } = MEANWHILE;
  if (active > 0) facts.push(`${counted(active, 'Job')} active${meanwhile === undefined ? '' : `: ${meanwhile}`}.`);
  if (deadline !== undefined)
    facts.push(`A start that is later than ${deadline} s is left out (startingDeadlineSeconds).`);
  return facts;
}

function nextText(spec: CronJob['spec'], nowUs: number, startSeconds: number): string {
  const parsed = scheduleOf(spec);
  if ('error' in parsed) return parsed.error;
  const next = nextTime(parsed.schedule, startSeconds + nowUs / 1e6);
  return next === undefined
    ? 'and none is ever due'
    : `the next one is due at ${showDuration((next - startSeconds) * 1e6)}`;
}
