// What must hold of Jobs with ttlSecondsAfterFinished: one that ended does not outlive its time.
import type { Job } from 'kubernetes-types/batch/v1.js';
import { timestampUs } from '../lib/timestamp.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** A Job may outlive its time by this much: the controller manager may have been away, and clients have rate limits. */
const LATE_US = 300e6;

type Ended = Pick<Job, 'metadata' | 'spec' | 'status'>;

export class EndedJobInvariants {
  readonly #state: ClusterState;
  /** Since when a Job should be deleted, as far as anybody could do so. */
  readonly #lateSinceUs = new Map<ObjectRow, number>();

  constructor(state: ClusterState) {
    this.#state = state;
  }

  /** `works` is whether controllers run at all. A sentence about a Job that is overdue. */
  violation(nowUs: number, works: boolean): string | undefined {
    const { objects, clocks } = this.#state;
    for (const row of objects.ofKind('Job')) {
      const job = objects.get(row) as unknown as Ended;
      const expiresUs = expiryUs(job);
      const isDue = expiresUs !== undefined && expiresUs < nowUs && job.metadata?.deletionTimestamp === undefined;
      // A clock that is wrong may take it for too early.
      if (!isDue || !works || clocks.wrong) {
        this.#lateSinceUs.delete(row);
        continue;
      }
      const since = this.#lateSinceUs.get(row) ?? nowUs;
      this.#lateSinceUs.set(row, since);
      if (nowUs - since <= LATE_US) continue;
      return `Job ${objects.name[row]} has outlived its ttlSecondsAfterFinished by ${(nowUs - expiresUs) / 1e6} s`;
    }
    return undefined;
  }
}

/** When it is to be deleted; undefined for one that has not ended, or that stays. */
function expiryUs({ spec, status }: Ended): number | undefined {
  const { ttlSecondsAfterFinished } = spec ?? {};
  const ended = status?.conditions?.find(
    ({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True',
  );
  if (ttlSecondsAfterFinished === undefined || ended?.lastTransitionTime === undefined) return undefined;
  return timestampUs(ended.lastTransitionTime) + ttlSecondsAfterFinished * 1e6;
}
