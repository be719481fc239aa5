// Whole lives of Jobs against the real Job controller's: every pod made or deleted, every status, second by second.
import { describe, test } from 'vitest';
import { isFinished, type Job } from '../../src/controllers/job/job-objects.ts';
import { PodBit, PodPhase } from '../../src/model/pods.ts';
import { agree, difference, readRecords } from './harness.ts';
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

function lived({ spec, behaviours, events }: Timeline): { events: Happened[]; finished: boolean } {
  const job = new JobWorld(spec, false);
  const indexed = spec.completionMode === 'Indexed';
  const found: Happened[] = [];
  const started = new Map<MadePod, number>();
  const ended = new Set<MadePod>();
  const behaviourOf = ({ ordinal, index, attempt }: MadePod): number => (indexed ? 7 * index + attempt : ordinal) % 60;
  let reportedMade = 0;
  let reportedGone = 0;
  let lastStatus = '';
  const until = Math.min(LONGEST_SECONDS, (events.at(-1)?.t ?? 0) + AFTER_SECONDS);
  for (let t = 0; t <= until; t += 1) {
    job.run(t * 1e6);
    for (const { event, value } of events.filter((one) => one.t === t)) {
      if (event !== 'setSuspend') continue;
      found.push({ t, event, value: value === true });
      job.setSpec({ suspend: value === true });
      job.run(t * 1e6);
    }
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
  return events.toSorted((a, b) => a.t - b.t || (a.event === 'status' && b.event === 'status' ? 0 : compare(text(a), text(b))));
}

describe('Jobs live as with the real controller', () => {
  test('timelines', () => {
    agree('job/timelines', readRecords<Timeline>('job/timelines.jsonl.gz'), (record) => {
      const ours = lived(record);
      const theirs = inOrder(record.events);
      const found = inOrder(ours.events);
      for (const [at, event] of theirs.entries()) {
        const different = difference(event, found[at] ?? {}, `${at}. at ${event.t} s`);
        if (different !== undefined) return different;
      }
      return difference({ count: theirs.length, finished: record.finished }, { count: found.length, finished: ours.finished });
    });
  });
});
