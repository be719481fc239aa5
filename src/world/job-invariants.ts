// What must hold of Jobs: no pod is counted twice, and no index.
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ApiServer } from '../api/server.ts';
import { Change } from '../model/change-log.ts';
import { PodBit, PodPhase } from '../model/pods.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** Counts for itself the pods that succeed. */
export class JobCounts {
  readonly #state: ClusterState;
  /** By Job: identities of pods that have succeeded, or the indexes of an Indexed Job. */
  readonly #succeeded = new Map<ObjectRow, Set<number>>();

  /** By Job that was there before the simulation began: what it had counted by then. */
  readonly #before = new Map<ObjectRow, number>();

  constructor(api: ApiServer) {
    this.#state = api.state;
    api.podCommits.push((pod) => {
      if (api.state.pods.ofJobs.size > 0) this.#podCommitted(pod);
    });
    api.objectCommits.push((row, what) => {
      if ((what & Change.Found) !== 0 && api.state.objects.kind[row] === 'Job')
        this.#before.set(row, counted(api.state, row));
    });
  }

  /** What is wrong, if anything is. */
  violation(): string | undefined {
    const { objects } = this.#state;
    for (const row of objects.ofKind('Job')) {
      const successes = counted(this.#state, row);
      const seen = (this.#succeeded.get(row)?.size ?? 0) + (this.#before.get(row) ?? 0);
      if (successes > seen)
        return `Job ${objects.name[row]} has counted ${successes} successes, and ${seen} there were`;
    }
    return undefined;
  }

  #podCommitted(pod: PodRow): void {
    const { pods } = this.#state;
    const job = pods.ofJobs.get(pod);
    if (job === undefined || (pods.state[pod] & PodBit.PhaseMask) !== PodPhase.Succeeded) return;
    const owner = pods.owner[pod];
    const succeeded = this.#succeeded.get(owner) ?? new Set();
    this.#succeeded.set(owner, succeeded);
    succeeded.add(job.index < 0 ? pods.identity[pod] : job.index);
  }
}

/** Successes by the Job's status, those of pods that still have their finalizer among them. */
function counted({ objects }: ClusterState, row: ObjectRow): number {
  const { status } = objects.get(row) as unknown as Job;
  return (status?.succeeded ?? 0) + (status?.uncountedTerminatedPods?.succeeded?.length ?? 0);
}
