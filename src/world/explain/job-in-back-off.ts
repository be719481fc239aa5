// A Job that waits after failures before it makes another pod: until when, and how many failures it stands.
import type { Pod } from 'kubernetes-types/core/v1.js';
import { Indexes } from '../../controllers/job/completed-indexes.ts';
import { backoffAfter, NO_FAILURES, remainingUs } from '../../controllers/job/job-backoff.ts';
import { hasBackoffLimitPerIndex, type Job } from '../../controllers/kit/job-objects.ts';
import { counted } from '../../lib/plural.ts';
import { timestampUs } from '../../lib/timestamp.ts';
import { podObject } from '../../model/complete-objects/pod-object.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isActive } from '../../model/pods.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../build.ts';
import { showDuration } from '../expectations.ts';
import type { ObjectInTheWay } from './objects-in-the-way.ts';

/** Indexes that a sentence has at most. */
const MOST_INDEXES = 5;
/** What the API server stores as `backoffLimit` of a Job with a limit for each index: none. */
const NO_LIMIT = 2 ** 31 - 1;

/** From the pods that it still has: deleted ones count for its controller, and are not seen here. */
export function* jobInBackOff(world: World, workload: KubeObject, pods: readonly PodRow[]): Generator<ObjectInTheWay> {
  if (workload.kind !== 'Job') return;
  const job = workload as Job;
  const { metadata, status } = job;
  if ((status?.conditions ?? []).some(({ type }) => type === 'Failed' || type === 'Complete')) return;
  const failed = status?.failed ?? 0;
  if (failed === 0) return;
  const says = hasBackoffLimitPerIndex(job) ? indexesInBackOff(world, job, pods) : wholeInBackOff(world, job, pods);
  yield { object: `Job/${metadata.namespace ?? 'default'}/${metadata.name}`, says };
}

function wholeInBackOff({ state, engine: { now } }: World, { spec, status }: Job, pods: readonly PodRow[]): string {
  const ended = pods.map((pod) => podObject(state, pod)).filter((pod) => endOf(pod) !== undefined);
  const ends = (phase: string): number[] =>
    ended.flatMap((pod) => (pod.status?.phase === phase ? (endOf(pod) ?? []) : []));
  const waitUs = remainingUs(backoffAfter(NO_FAILURES, ends('Succeeded'), ends('Failed')), now);
  const wait = waitUs > 0 ? `in back-off, no new pod before ${showDuration(now + waitUs)}; ` : '';
  return `${wait}${failures(status)}, it fails after ${(spec.backoffLimit ?? 6) + 1}`;
}

/** Each index waits for itself, and the others go on. */
function indexesInBackOff(world: World, { spec, status }: Job, pods: readonly PodRow[]): string {
  const { completions = 0, backoffLimitPerIndex = 0, backoffLimit = NO_LIMIT, maxFailedIndexes } = spec;
  const failed = Indexes.parse(status?.failedIndexes, completions);
  const over = Indexes.parse(status?.completedIndexes, completions).union(failed);
  const waits = [...untilByIndex(world, pods)].filter(([index]) => !over.has(index)).sort(([a], [b]) => a - b);
  const shown = waits.slice(0, MOST_INDEXES).map(([index, us]) => `index ${index} before ${showDuration(us)}`);
  const more = waits.length > shown.length ? `, and ${waits.length - shown.length} indexes more` : '';
  const parts = [
    ...(shown.length === 0 ? [] : [`in back-off, no new pod of ${shown.join(', of ')}${more}`]),
    `${failures(status)}, an index fails after ${backoffLimitPerIndex + 1}`,
    ...atOnce(spec),
    ...(failed.size === 0 ? [] : [`failed for good: ${status?.failedIndexes ?? ''}`]),
    ...(maxFailedIndexes === undefined ? [] : [`the Job fails after ${maxFailedIndexes + 1} failed indexes`]),
    ...(backoffLimit === NO_LIMIT ? [] : [`the Job fails after ${backoffLimit + 1} failed pods`]),
  ];
  return parts.join('; ');
}

/** What fails an index without another attempt. */
function atOnce({ podFailurePolicy }: Job['spec']): string[] {
  return (podFailurePolicy?.rules ?? []).flatMap(({ action, onExitCodes, onPodConditions = [] }) => {
    if (action !== 'FailIndex') return [];
    const { operator, values = [] } = onExitCodes ?? {};
    const codes = `${operator === 'NotIn' ? 'any exit code but' : 'exit code'} ${values.join(', ')}`;
    const why = onExitCodes === undefined ? onPodConditions.map(({ type }) => type).join(', ') : codes;
    return [`an index fails at once after ${why}`];
  });
}

/** By index on which nobody works and which is to be tried again: when, µs. The last failed pod of an index knows its failures. */
function untilByIndex({ state, engine: { now } }: World, pods: readonly PodRow[]): Map<number, number> {
  const until = new Map<number, number>();
  const most = new Map<number, number>();
  const busy = new Set<number>();
  for (const pod of pods) {
    const { index, failures = 0, ignoredFailures = 0 } = state.pods.ofJobs.get(pod) ?? { index: -1 };
    if (isActive(state.pods.state[pod])) busy.add(index);
    const object = podObject(state, pod);
    const lastFailureUs = object.status?.phase === 'Failed' ? endOf(object) : undefined;
    const failuresSinceSuccess = failures + ignoredFailures + 1;
    if (lastFailureUs === undefined || failuresSinceSuccess < (most.get(index) ?? 0)) continue;
    most.set(index, failuresSinceSuccess);
    until.set(index, now + remainingUs({ failuresSinceSuccess, lastFailureUs }, now));
  }
  return new Map([...until].filter(([index, us]) => index >= 0 && us > now && !busy.has(index)));
}

function failures(status: Job['status']): string {
  const failed = status?.failed ?? 0;
  return `${counted(failed, 'pod')} ${failed === 1 ? 'has' : 'have'} failed`;
}

function endOf({ status }: Pod): number | undefined {
  const ends = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.terminated?.finishedAt ?? []);
  return ends.length === 0 ? undefined : Math.max(...ends.map(timestampUs));
}
