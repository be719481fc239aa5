// Figures of the revisions of workloads: the requests that they served, who met them, and how long until they were taken back.
import type { Better } from '../../metrics/tables/column.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { FigureUnit } from '../../scenario/expect.ts';
import { type ServedRevision, type ServedSum, servedBy } from '../revisions-served.ts';
import { extraPodHours } from './extra-pods.ts';
import { type Figure, type FigureSources, qualified, type Question } from './figure.ts';

const PREFIX = 'revision.<workload>.<revision>';
const OF = 'revision <revision> of <workload>';

function servedOf({ names }: Question, { measure }: FigureSources): readonly ServedRevision[] {
  const key = qualified(names['workload']);
  const all = measure.revisionsServed?.revisions ?? [];
  return all.filter(({ namespace, workload }) => `${namespace}/${workload}` === key);
}

/** Which rows are meant: those of a number, of the highest one up to the end of the window, or of the others. */
function counts(written: string, revisions: readonly ServedRevision[], to: number): (revision: number) => boolean {
  if (written !== 'newest' && written !== 'others') return (revision) => revision === Number(written);
  let newest = 0;
  for (const { rows, intervals } of revisions)
    for (const [at, { revision }] of rows.entries()) if (intervals[at] < to) newest = Math.max(newest, revision);
  return (revision) => (revision === newest) === (written === 'newest');
}

function sumOf(question: Question, sources: FigureSources): ServedSum {
  const { from, to } = question.span;
  const revisions = servedOf(question, sources);
  const counted = counts(question.names['revision'], revisions, to);
  return servedBy(revisions, from, to, ({ revision }) => counted(revision));
}

const served = (
  name: string,
  title: string,
  unit: FigureUnit,
  better: Better,
  meaning: string,
  value: (sum: ServedSum, question: Question) => number | undefined,
): Figure => ({
  pattern: `${PREFIX}.${name}`,
  title: `${title} ${OF}`,
  unit,
  better,
  meaning,
  gauge: false,
  wholeRun: false,
  measure: (question, sources) => value(sumOf(question, sources), question),
});

const duration = (name: string, words: string, of: (sum: ServedSum) => number): Figure =>
  served(
    name,
    `Latency, ${name === 'p50' ? 'median' : name === 'p999' ? 'p99.9' : name}, of`,
    'us',
    'lower',
    `${words} duration of the attempts that it answered successfully.`,
    (sum) => (sum.durations.count === 0 ? undefined : of(sum)),
  );

/** When the first and the last request was sent to it, and when it was given up: Infinity for never. */
function life(
  question: Question,
  sources: FigureSources,
): { readonly firstUs: number; readonly lastUs: number; readonly givenUpUs: number } | undefined {
  const revisions = servedOf(question, sources);
  const counted = counts(question.names['revision'], revisions, Infinity);
  let firstUs = Infinity;
  let lastUs = -Infinity;
  const workloads = new Set<ObjectRow>();
  for (const { row: workload, rows, sent } of revisions) {
    for (const [at, { revision }] of rows.entries()) {
      if (!counted(revision)) continue;
      firstUs = Math.min(firstUs, sent[at].firstUs);
      lastUs = Math.max(lastUs, sent[at].lastUs);
      workloads.add(workload);
    }
  }
  if (workloads.size === 0) return undefined;
  const own = sources.rollouts.filter(({ workload }) => workloads.has(workload));
  const at = own.findLastIndex(({ startUs }) => startUs <= firstUs);
  const abortedUs = own[at]?.abortedUs ?? -1;
  const givenUpUs = Math.min(abortedUs < 0 ? Infinity : abortedUs, own[at + 1]?.startUs ?? Infinity);
  return { firstUs, lastUs, givenUpUs };
}

const untilGivenUp = (
  name: string,
  title: string,
  meaning: string,
  value: (one: { readonly firstUs: number; readonly lastUs: number; readonly givenUpUs: number }) => number,
): Figure => ({
  pattern: `${PREFIX}.${name}`,
  title: `${title} ${OF}`,
  unit: 'us',
  better: 'lower',
  meaning,
  gauge: false,
  wholeRun: true,
  measure(question, sources) {
    const one = life(question, sources);
    return one === undefined ? undefined : value(one);
  },
});

export const revisionFigures: readonly Figure[] = [
  served(
    'count',
    'Requests to',
    'count',
    'neither',
    'Attempts sent to pods of that revision (a number as `kubectl rollout history` has it, `newest` or `others`) that ended.',
    ({ requests }) => requests,
  ),
  served('rate', 'Requests per second to', 'rate', 'neither', 'The same per second.', ({ requests }, { span }) =>
    span.seconds === 0 ? undefined : requests / span.seconds,
  ),
  served('failed', 'Requests failed at', 'count', 'lower', 'Those that failed.', ({ errors }) => errors),
  served('error_ratio', 'Failed requests of', 'ratio', 'lower', 'Share of those that failed.', (sum) =>
    sum.requests === 0 ? undefined : sum.errors / sum.requests,
  ),
  served(
    'users',
    'Users who met',
    'count',
    'neither',
    'Clients of sources (`traffic[].clients`) that it served for the first time.',
    ({ users }) => users,
  ),
  duration('mean', 'Mean', ({ durations }) => durations.mean),
  duration('p50', 'Median', ({ durations }) => durations.quantile(0.5)),
  duration('p90', '90th percentile of the', ({ durations }) => durations.quantile(0.9)),
  duration('p99', '99th percentile of the', ({ durations }) => durations.quantile(0.99)),
  duration('p999', '99.9th percentile of the', ({ durations }) => durations.quantile(0.999)),
  untilGivenUp(
    'time_to_detect',
    'Time to detect',
    'Time from its first request until its rollout was aborted or another template took its place; infinite if neither happened.',
    ({ firstUs, givenUpUs }) => givenUpUs - firstUs,
  ),
  untilGivenUp(
    'time_to_undo',
    'Time to undo',
    'Time from then until it was sent its last request; infinite if it was never given up.',
    ({ lastUs, givenUpUs }) => (givenUpUs === Infinity ? Infinity : Math.max(0, lastUs - givenUpUs)),
  ),
  extraPodHours,
];
