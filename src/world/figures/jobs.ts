// Figures of Jobs and CronJobs.
import type { Better } from '../../metrics/tables/column.ts';
import type { JobRun } from '../job-history.ts';
import { sampleNow } from '../workloads/sample-now.ts';
import { aggregated, type Figure, type FigureSources, qualified, type Question } from './figure.ts';

/** The last Job of that name. */
function jobOf({ names }: Question, { measure }: FigureSources): JobRun | undefined {
  const key = qualified(names['job']);
  return [...measure.jobs.runs].findLast(({ namespace, name }) => `${namespace}/${name}` === key);
}

/** Jobs that a CronJob has made. */
function jobsOf({ names }: Question, { measure }: FigureSources): JobRun[] {
  const key = qualified(names['cronjob']);
  return [...measure.jobs.runs].filter(({ namespace, cronJob }) => cronJob !== '' && `${namespace}/${cronJob}` === key);
}

const whole = (
  pattern: string,
  title: string,
  better: Better,
  meaning: string,
  measure: Figure['measure'],
  unit: Figure['unit'] = 'count',
): Figure => ({ pattern, title, unit, gauge: false, wholeRun: true, better, meaning, measure });

const active = (kind: 'Job' | 'CronJob', title: string, meaning: string): Figure => {
  const place = kind.toLowerCase();
  return {
    pattern: `${place}.<${place}>.active`,
    title,
    unit: 'count',
    gauge: true,
    wholeRun: false,
    better: 'neither',
    meaning,
    measure: ({ span: { from, to }, names, aggregate }, { measure }) =>
      aggregated(measure.workloads.values(kind, qualified(names[place]), 'current', from, to), aggregate),
    now: (names, { state }) => sampleNow(state, kind, qualified(names[place]))?.current ?? 0,
  };
};

export const jobFigures: readonly Figure[] = [
  whole(
    'job.<job>.duration',
    'Job <job>, duration',
    'lower',
    'From the start of the Job to its end.',
    (question, sources) => {
      const job = jobOf(question, sources);
      if (job === undefined) return undefined;
      return job.finishedUs < 0 ? Infinity : job.finishedUs - Math.max(job.startedUs, job.createdUs);
    },
    'us',
  ),
  whole(
    'job.<job>.succeeded',
    'Pods of <job> that succeeded',
    'higher',
    'Pods of the Job, or indexes, that have succeeded and are counted.',
    (question, sources) => jobOf(question, sources)?.succeeded,
  ),
  whole(
    'job.<job>.failed',
    'Pods of <job> that failed',
    'lower',
    'Pods of the Job that have failed and are counted.',
    (question, sources) => jobOf(question, sources)?.failed,
  ),
  active('Job', 'Active pods of <job>', 'Pods of the Job that run or wait to run.'),
  whole(
    'cronjob.<cronjob>.succeeded',
    'Jobs of <cronjob> that succeeded',
    'higher',
    'Jobs of the CronJob that are complete.',
    (question, sources) => jobsOf(question, sources).filter(({ outcome }) => outcome === 'Complete').length,
  ),
  whole(
    'cronjob.<cronjob>.failed',
    'Jobs of <cronjob> that failed',
    'lower',
    'Jobs of the CronJob that have failed.',
    (question, sources) => jobsOf(question, sources).filter(({ outcome }) => outcome === 'Failed').length,
  ),
  whole(
    'cronjob.<cronjob>.started',
    'Jobs that <cronjob> started',
    'neither',
    'Jobs that the CronJob has made.',
    (question, sources) => jobsOf(question, sources).length,
  ),
  active('CronJob', 'Active Jobs of <cronjob>', 'Jobs of the CronJob that have not ended.'),
];
