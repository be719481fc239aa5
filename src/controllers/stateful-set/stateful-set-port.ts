// What one sync of a StatefulSet may do: its writes in order. Their answers, when refused, throw SyncFailed.
import type { ControllerRevision } from '../kit/controller-revisions.ts';
import type { Steps } from '../kit/sync.ts';
import type { StatefulSet } from '../kit/stateful-set-objects.ts';

/** A pod of the set as the controller's view has it, or one that it is about to make. */
export interface OrdinalPod {
  readonly ordinal: number;
  /** The name of its ControllerRevision. */
  readonly revision: string;
  readonly exists: boolean;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly ready: boolean;
  /** Since when it is ready, in µs: a whole second. */
  readonly readySinceUs: number;
  readonly deleting: boolean;
}

export interface StatefulSetPort {
  /** Virtual time, µs. */
  readonly nowUs: number;
  /** Its claims first. False: a claim of an earlier pod of that name is still to be deleted, and so there is no pod yet. */
  createPod(ordinal: number, revision: ControllerRevision): Steps<boolean>;
  deletePod(pod: OrdinalPod): Steps;
  createMissingClaims(pod: OrdinalPod): Steps;
  /** Makes the claims belong to whom the retention policy says. */
  keepRetention(pod: OrdinalPod): Steps;
  /** Runs the steps side by side; gives what those threw that failed. */
  together(steps: readonly Steps[]): Steps<readonly Error[]>;
  /** The answer: the revision as stored; undefined when there is another revision of that name. */
  createRevision(revision: ControllerRevision): Steps<ControllerRevision | undefined>;
  updateRevision(revision: ControllerRevision): Steps<ControllerRevision>;
  deleteRevision(revision: ControllerRevision): Steps;
  updateStatus(set: StatefulSet): Steps;
  syncAfter(delayUs: number): void;
}
