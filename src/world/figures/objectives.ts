// Figures of what users are promised: availability, error budgets, and how long a fault hurts.
import { max, mean, sum } from 'd3-array';
import { nines } from '../../lib/nines.ts';
import type { Figure, FigureSources, Question } from './figure.ts';

/** Seconds of the window, and those of them in which the objectives hold. */
function timeHeld({ span: { from, to } }: Question, sources: FigureSources): { held: number; seconds: number } {
  const { series } = sources.measure;
  const { held: kept } = sources.outcome;
  let inTime = 0;
  let seconds = 0;
  for (let at = from; at < to; at += 1) {
    const width = series[at].time_seconds - (at === 0 ? 0 : series[at - 1].time_seconds);
    seconds += width;
    if (kept[at] === 1) inTime += width;
  }
  return { held: inTime, seconds };
}

function ended({ span: { from, to } }: Question, { measure: { series } }: FigureSources) {
  const rows = series.slice(from, to);
  const failed = sum(rows, (row) => row.requests_failed);
  return { failed, all: failed + sum(rows, (row) => row.requests_completed) };
}

function recoveryTimes(sources: FigureSources): number[] {
  return sources.outcome.recoveries.map(({ durationUs }) => durationUs);
}

/** Share of the error budget that failed requests have spent. */
function errorBudget(question: Question, sources: FigureSources): number | undefined {
  const { failed, all } = ended(question, sources);
  return all === 0 ? undefined : failed / all / (1 - sources.outcome.objectives.availability);
}

/** Share of what may be slower than promised that is: of several promises the worst. */
function latencyBudget({ span: { from, to } }: Question, sources: FigureSources): number | undefined {
  const { latency } = sources.outcome.objectives;
  const histogram = sources.measure.durations.merged(from, to);
  if (latency.length === 0 || histogram.count === 0) return undefined;
  return max(latency, ({ quantile, atMostUs }) => {
    const slow = sum(histogram.buckets(), ({ upperUs, count }) => (upperUs > atMostUs ? count : 0));
    return slow / histogram.count / (1 - quantile);
  });
}

const figure = (one: Omit<Figure, 'gauge'>): Figure => ({ gauge: false, ...one });

export const objectiveFigures: readonly Figure[] = [
  figure({
    pattern: 'recovery.duration',
    title: 'Time to recover, worst fault',
    unit: 'us',
    wholeRun: true,
    better: 'lower',
    meaning:
      'From the start of a fault until `spec.objectives` hold again, to the end of the interval; of several faults the worst. A fault answers for what happens until the next one begins, and on until the objectives hold. 0 where none breaks them.',
    measure: (_question, sources) => max(recoveryTimes(sources)),
  }),
  figure({
    pattern: 'recovery.mean',
    title: 'Time to recover, mean of the faults',
    unit: 'us',
    wholeRun: true,
    better: 'lower',
    meaning: 'The same, mean over the faults.',
    measure: (_question, sources) => mean(recoveryTimes(sources)),
  }),
  figure({
    pattern: 'requests.lost',
    title: 'Requests lost to faults',
    unit: 'count',
    wholeRun: true,
    better: 'lower',
    meaning:
      'Requests that failed from the first fault on, beyond as many as would have at the share of failures before it. (`wavetank chaos` compares with the run without a fault instead.)',
    measure: (_question, { outcome }) => outcome.lost,
  }),
  figure({
    pattern: 'error_budget.burnt',
    title: 'Error budget burnt',
    unit: 'ratio',
    wholeRun: false,
    better: 'lower',
    meaning: 'Share of failed requests divided by what `objectives.availability` allows: 1 is all of the budget.',
    measure: errorBudget,
  }),
  figure({
    pattern: 'latency_budget.burnt',
    title: 'Latency budget burnt',
    unit: 'ratio',
    wholeRun: false,
    better: 'lower',
    meaning:
      'Share of completed requests that took longer than `objectives.latency`, divided by what it allows; of several promises the worst.',
    measure: latencyBudget,
  }),
  figure({
    pattern: 'availability.requests',
    title: 'Availability, by requests',
    unit: 'ratio',
    wholeRun: false,
    better: 'higher',
    meaning: 'Share of requests that succeeded, of those that ended.',
    measure: (question, sources) => {
      const { failed, all } = ended(question, sources);
      return all === 0 ? undefined : 1 - failed / all;
    },
  }),
  figure({
    pattern: 'availability.time',
    title: 'Availability, by time',
    unit: 'ratio',
    wholeRun: false,
    better: 'higher',
    meaning: 'Share of the time in intervals in which `spec.objectives` hold.',
    measure: (question, sources) => {
      const { held: inTime, seconds } = timeHeld(question, sources);
      return seconds === 0 ? undefined : inTime / seconds;
    },
  }),
  figure({
    pattern: 'availability.nines',
    title: 'Availability in nines',
    unit: 'nines',
    wholeRun: false,
    better: 'higher',
    meaning:
      'Nines of availability.requests, or of availability.time where there are no requests: 0.999 is 3. Without a failure as many as the requests (or intervals) could show. Means over seeds are those of the availability.',
    measure: (question, sources) => {
      const { failed, all } = ended(question, sources);
      if (all > 0) return nines(failed, all);
      const { from, to } = question.span;
      const { held: inTime, seconds } = timeHeld(question, sources);
      return seconds === 0 ? undefined : nines(((seconds - inTime) / seconds) * (to - from), to - from);
    },
  }),
];
