// Whole lives of Jobs against the real Job controller's: every pod made or deleted, every status, second by second.
import { describe, test } from 'vitest';
import { isFinished, type Job } from '../../src/controllers/kit/job-objects.ts';
import { isActive, PodBit, PodPhase } from '../../src/model/pods.ts';
import { agree, difference, eachRecord } from './harness.ts';
import { JobWorld, type MadePod } from './jobs/job-world.ts';

interface Behaviour {
  readonly runs: number;
  readonly exit: number;
  readonly disruption?: boolean;
}

interface Happened {
  readonly t: number;
  readonly event: string;
  readonly value?: boolean;
  readonly [field: string]: unknown;
}

interface Timeline {
  readonly id: number;
  readonly spec: Partial<Job['spec']>;
  readonly behaviours: readonly Behaviour[];
  readonly events: readonly Happened[];
  readonly finished: boolean;
}

const LONGEST_SECONDS = 4000;
/** The world is sampled so long after the last event. */
const AFTER_SECONDS = 5;

function lived({ spec, behaviours, events }: Timeline, earlyUs: number): { events: Happened[]; finished: boolean } {
  const job = new JobWorld(spec, false);
  const found: Happened[] = [];
  for (const { t, event, value } of events) {
    if (event !== 'setSuspend') continue;
    found.push({ t, event, value: value === true });
    job.at(t * 1e6 - earlyUs, () => job.setSpec({ suspend: value === true }));
  }
  const indexed = spec.completionMode === 'Indexed';
  const started = new Map<MadePod, number>();
  const ended = new Set<MadePod>();
  const behaviourOf = ({ ordinal, index, attempt }: MadePod): number => (indexed ? 7 * index + attempt : ordinal) % 60;
  let reportedMade = 0;
  let reportedGone = 0;
  let lastStatus = '';
  const until = Math.min(LONGEST_SECONDS, (events.at(-1)?.t ?? 0) + AFTER_SECONDS);
  for (let t = 0; t <= until; t += 1) {
    job.run(t * 1e6);
    for (; reportedMade < job.made.length; reportedMade += 1) {
      const pod = job.made[reportedMade];
      const { ordinal, index, attempt, createdUs } = pod;
      const more = indexed ? { index: String(index), attempt } : {};
      found.push({ t: createdUs / 1e6, event: 'createPod', ordinal, behaviour: behaviourOf(pod), ...more });
    }
    for (; reportedGone < job.deleted.length; reportedGone += 1) {
      found.push({ t, event: 'podDeletedByController', ordinal: job.deleted[reportedGone].ordinal });
    }
    const status = statusOf(job);
    if (JSON.stringify(status) !== lastStatus) found.push({ t, event: 'status', status });
    lastStatus = JSON.stringify(status);
    for (const pod of job.made) {
      const state = job.stateOf(pod);
      if (state < 0 || (state & PodBit.Deleting) !== 0 || ended.has(pod)) continue;
      const { runs, exit, disruption } = behaviours[behaviourOf(pod)];
      const since = started.get(pod);
      if (since === undefined) {
        started.set(pod, t);
        job.start(pod);
      } else if (t >= since + runs && (state & PodBit.PhaseMask) === PodPhase.Running) {
        ended.add(pod);
        job.end(pod, exit, disruption);
        found.push({ t, event: 'podFinished', ordinal: pod.ordinal, exit });
      }
    }
  }
  return { events: found, finished: isFinished({ status: job.status } as Job) };
}

function statusOf(job: JobWorld): object {
  const { active = 0, ready = 0, succeeded = 0, failed = 0, completedIndexes = '', failedIndexes = '' } = job.status;
  const conditions = (job.status.conditions ?? []).filter(({ status }) => status === 'True');
  return {
    active,
    ready,
    succeeded,
    failed,
    completedIndexes,
    failedIndexes,
    conditions: conditions.map(({ type, reason }) => `${type}/${reason}`),
  };
}

/** Within a second the order is that of the sampling. */
function inOrder(events: readonly Happened[]): readonly Happened[] {
  const text = (one: Happened): string => `${one.event} ${String(one['ordinal']).padStart(6)}`;
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return events.toSorted(
    (a, b) => a.t - b.t || (a.event === 'status' && b.event === 'status' ? 0 : compare(text(a), text(b))),
  );
}

interface Operation {
  readonly t: number;
  readonly op: string;
  readonly n?: number;
}

interface Series {
  readonly id: number;
  readonly spec: Partial<Job['spec']>;
  readonly script: readonly Operation[];
  readonly podRunsSeconds: number;
  readonly failsEveryNth: number;
  readonly terminationSeconds: number;
  readonly events: readonly {
    readonly t: number;
    readonly op?: string;
    readonly pod?: string;
    readonly rev?: string;
    readonly status?: object;
  }[];
}

type Seen = Series['events'][number];

/** The model acts so long after each second, and the status is looked at right after that. */
const ACTS_US = 0.3e6;
const LOOKS_US = 0.05e6;
/** A pod is gone so long after its containers. */
const GOES_US = 0.1e6;

/**
 * What the recording leaves open. Its times have fractions, which the API's have not: whole seconds may begin with the recording's, or where
 * the model acts. And in one instant a change of the spec, the model's pods and a sync come in any order.
 */
interface Reading {
  readonly shiftUs: number;
  readonly specLast: boolean;
  readonly apart: boolean;
}

const READINGS: readonly Reading[] = [false, true].flatMap((apart) =>
  [0, 1e6 - ACTS_US].flatMap((shiftUs) => [false, true].map((specLast) => ({ shiftUs, specLast, apart }))),
);

/** The recording's clock stands at each second, where the model acts, and where its pods go. */
function onTheClock(us: number): number {
  const second = Math.floor(us / 1e6) * 1e6;
  const stops = [second, second + ACTS_US, second + ACTS_US + GOES_US];
  return stops.find((stop) => stop >= us) ?? second + 1e6;
}

function series(
  { spec, script, podRunsSeconds, failsEveryNth, terminationSeconds, events }: Series,
  { shiftUs, specLast, apart }: Reading,
): Seen[] {
  const job = new JobWorld(spec, true, shiftUs);
  const recorded = (us: number): number => Math.floor((us - shiftUs) / 1e6);
  const indexed = spec.completionMode === 'Indexed';
  const nameOf = ({ ordinal, index, attempt }: MadePod): string =>
    indexed ? `index${index} attempt${attempt}` : String(ordinal);
  const found: Seen[] = [];
  const note = (op: string, pod: MadePod): void => {
    found.push({ t: recorded(job.nowUs), op, pod: nameOf(pod) });
  };
  job.onGone = (pod) => note('gone', pod);
  job.onDelete = (pod) => {
    note('delete', pod);
    const goesUs = onTheClock(job.nowUs - shiftUs + terminationSeconds * 1e6 + GOES_US) + shiftUs;
    const earlierUs = apart && !leaving.has(goesUs) ? leaving.size + 1 : 0;
    leaving.add(goesUs);
    job.at(goesUs - earlierUs, () => {
      if ((job.stateOf(pod) & PodBit.Tracked) !== 0) {
        note('stopped', pod);
        job.fail(pod);
      }
      job.delete(pod, 0);
    });
  };
  /** In the order of their names. */
  const active = (): MadePod[] =>
    job.made
      .filter((pod) => job.stateOf(pod) >= 0 && isActive(job.stateOf(pod)))
      .sort((a, b) => a.index - b.index || a.ordinal - b.ordinal);
  const until = (events.at(-1)?.t ?? 0) + AFTER_SECONDS;
  let made = 0;
  let lastStatus = '';
  const leaving = new Set<number>();
  for (let t = 0; t <= until; t += 1) {
    job.run(t * 1e6 + ACTS_US + shiftUs);
    const later: (() => void)[] = [];
    for (const { op, n = 0 } of script.filter((one) => one.t === t)) {
      const change = op === 'parallelism' ? { parallelism: n } : { suspend: op === 'suspend' };
      if (op !== 'deletePod') later.push(() => job.setSpec(change));
      const chosen = op === 'deletePod' ? active()[n % active().length] : undefined;
      if (chosen !== undefined) job.delete(chosen);
      job.run(job.nowUs);
    }
    if (!specLast) for (const change of later) change();
    for (const pod of active()) {
      const age = (job.nowUs - pod.createdUs) / 1e6;
      const pending = (job.stateOf(pod) & PodBit.PhaseMask) === PodPhase.Pending;
      if (pending && age >= 1) job.start(pod);
      if (pending || age < podRunsSeconds) continue;
      const number = indexed ? pod.index + pod.attempt : pod.ordinal;
      const fails = failsEveryNth > 0 && number % failsEveryNth === failsEveryNth - 1;
      job.end(pod, fails ? 1 : 0);
      note(fails ? 'failed' : 'succeeded', pod);
    }
    if (specLast) {
      job.run(job.nowUs);
      for (const change of later) change();
    }
    job.run(t * 1e6 + ACTS_US + LOOKS_US + shiftUs);
    for (; made < job.made.length; made += 1) {
      const pod = job.made[made];
      found.push({ t: recorded(pod.createdUs), op: 'create', pod: nameOf(pod), rev: 'A' });
    }
    const status = shownStatus(job);
    if (JSON.stringify(status) !== lastStatus) found.push({ t, status });
    lastStatus = JSON.stringify(status);
  }
  return found;
}

function firstDifference(theirs: readonly Seen[], ours: readonly Seen[]): string | undefined {
  for (const [at, seen] of theirs.entries()) {
    const different = difference(seen, ours[at] ?? {}, `${at}. at ${seen.t} s`);
    if (different !== undefined) return different;
  }
  return difference(theirs.length, ours.length, 'count');
}

function shownStatus({ status }: JobWorld): object {
  const { active = 0, ready = 0, succeeded = 0, failed = 0, terminating = 0, completedIndexes = '' } = status;
  const conditions = (status.conditions ?? []).map((one) => `${one.type}=${one.status}/${one.reason}`);
  return {
    active,
    ready,
    succeeded,
    failed,
    terminating,
    completedIndexes,
    conditions: conditions.length === 0 ? null : conditions.sort(),
  };
}

describe('Jobs live as with the real controller', () => {
  test('timelines', () => {
    agree('job/timelines', eachRecord<Timeline>('job/timelines.jsonl.gz'), (record) => {
      const different = differs(record, 0);
      // What a user does in the instant in which a sync is due may be met by that sync, or by one of its own before it.
      return different === undefined || differs(record, 1) === undefined ? undefined : different;
    });
  });

  test('pods that take their time to end', () => {
    agree(
      'workload-series/job_terminating',
      eachRecord<Series>('workload-series/job_terminating.jsonl.gz'),
      (record) => {
        const text = ({ op = 'status', pod = '' }: Seen): string => `${op === 'status' ? 'z' : op} ${pod}`;
        const order = (seen: readonly Seen[]): Seen[] =>
          seen.toSorted((a, b) => a.t - b.t || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
        const theirs = order(record.events);
        let first: string | undefined;
        for (const reading of READINGS) {
          const different = firstDifference(theirs, order(series(record, reading)));
          if (different === undefined) return undefined;
          first ??= different;
        }
        return first;
      },
    );
  });
});

function differs(record: Timeline, earlyUs: number): string | undefined {
  const ours = lived(record, earlyUs);
  const theirs = inOrder(record.events);
  const found = inOrder(ours.events);
  for (const [at, event] of theirs.entries()) {
    const different = difference(event, found[at] ?? {}, `${at}. at ${event.t} s`);
    if (different !== undefined) return different;
  }
  return difference(
    { count: theirs.length, finished: record.finished },
    { count: found.length, finished: ours.finished },
  );
}
