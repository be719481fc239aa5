// A Job that waits after failures before it makes another pod: until when, and how many failures it stands.
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { backoffAfter, NO_FAILURES, remainingUs } from '../../controllers/job/job-backoff.ts';
import { timestampUs } from '../../lib/timestamp.ts';
import { podObject } from '../../model/complete-objects/pod-object.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../build.ts';
import { showDuration } from '../expectations.ts';
import type { ObjectInTheWay } from './objects-in-the-way.ts';

/** From the pods that it still has: deleted ones count for its controller, and are not seen here. */
export function* jobInBackOff(
  { state, engine: { now } }: World,
  workload: KubeObject,
  pods: readonly PodRow[],
): Generator<ObjectInTheWay> {
  if (workload.kind !== 'Job') return;
  const { metadata, spec, status } = workload as Job & KubeObject;
  if ((status?.conditions ?? []).some(({ type }) => type === 'Failed' || type === 'Complete')) return;
  const ended = pods.map((pod) => podObject(state, pod)).filter((pod) => endOf(pod) !== undefined);
  const ends = (phase: string): number[] =>
    ended.flatMap((pod) => (pod.status?.phase === phase ? (endOf(pod) ?? []) : []));
  const waitUs = remainingUs(backoffAfter(NO_FAILURES, ends('Succeeded'), ends('Failed')), now);
  const failed = status?.failed ?? 0;
  if (failed === 0) return;
  // Of an indexed Job with a limit for each index, each index waits for itself.
  const limit = spec?.backoffLimitPerIndex === undefined ? `, it fails after ${(spec?.backoffLimit ?? 6) + 1}` : '';
  const wait = waitUs > 0 ? `in back-off, no new pod before ${showDuration(now + waitUs)}; ` : '';
  yield {
    object: `Job/${metadata.namespace ?? 'default'}/${metadata.name}`,
    says: `${wait}${failed} pods have failed${limit}`,
  };
}

function endOf({ status }: Pod): number | undefined {
  const ends = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.terminated?.finishedAt ?? []);
  return ends.length === 0 ? undefined : Math.max(...ends.map(timestampUs));
}
