// The Job controller: hears of Jobs and their pods, syncs a second after a pod has changed, and remembers back-offs and what it has not seen yet.
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import type { Controller, Work } from '../kit/controller.ts';
import { Expectations } from '../kit/expectations.ts';
import { type Claimed, NOTHING, PodClaims } from '../kit/pod-claims.ts';
import { PodControl } from '../kit/pod-control.ts';
import { RetryDelays } from '../kit/retry-delays.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { ApiJobPort, type ApiJobPortMemory } from './job-api-port.ts';
import { type BackoffRecord, NO_FAILURES } from './job-backoff.ts';
import { isFinished, isManagedElsewhere, selectsByHand } from '../kit/job-objects.ts';
import { PodOfJob } from './job-pods.ts';
import { syncJob } from './job-sync.ts';
import { OrphanPods } from './orphan-pods.ts';
import type { IdentityRow, ObjectRow, PodRow } from '../../model/rows.ts';

/** Syncs for changes of pods are batched (SyncJobBatchPeriod). */
const BATCH_US = 1e6;
/** DefaultJobApiBackOff and MaxJobApiBackOff. */
const RETRY_US = 1e6;
const LONGEST_RETRY_US = 60e6;

/** One for all. */
const STALE = new SyncFailed('the view is older than the last write');

export const jobController: Controller = {
  start(manager) {
    const { engine, api, views, settings } = manager;
    const client = manager.client('job-controller');
    const retries = new RetryDelays(RETRY_US, LONGEST_RETRY_US, { bucket: false, mostRetries: Infinity });
    const queue = manager.queue('job', 'job', (row) => syncs.sync(row), retries);
    const work: Work = { engine, api, views, settings, client, queue };
    const orphans = new OrphanPods(manager, client);
    const syncs = new JobSyncs(work, orphans);
    views.jobs.subscribe((row, _job, what) => syncs.jobChanged(row, what));
    views.pods.view.subscribe((pod, _epoch, what) => syncs.podChanged(pod, what));
  },
};

class JobSyncs {
  readonly #work: Work;
  readonly #orphans: OrphanPods;
  readonly #expectations = new Expectations();
  readonly #podControl: PodControl;
  /** Of Jobs that select by hand: nobody else's pods have the labels of a Job. */
  readonly #claims: PodClaims;
  readonly #backoffs = new Map<ObjectRow, BackoffRecord>();
  /** By Job: pods whose finalizer it took away, which the view shows as tracked. */
  readonly #untracked = new Map<ObjectRow, Set<IdentityRow>>();
  /** By Job: the newest versions of its pods and of itself that this controller wrote. */
  readonly #wrote = new Map<ObjectRow, { pods: number; job: number }>();

  constructor(work: Work, orphans: OrphanPods) {
    this.#work = work;
    this.#orphans = orphans;
    this.#podControl = new PodControl(work, this.#expectations);
    this.#claims = new PodClaims(work, undefined, () => true);
  }

  jobChanged(row: ObjectRow, what: number): void {
    const { queue, views } = this.#work;
    const job = views.jobs.get(row);
    const claims = job !== undefined && selectsByHand(job) && !isFinished(job) ? job : undefined;
    if (claims !== undefined || this.#claims.has(row)) this.#claims.setChanged(row, claims);
    if (job === undefined || (what & (Change.Created | Change.Spec)) !== 0) queue.add(row);
    else queue.addAfter(row, BATCH_US);
    if (job === undefined || isFinished(job)) this.#orphans.lookAt(row);
  }

  podChanged(pod: PodRow, what: number): void {
    const { api, queue, views } = this.#work;
    const { view, formerOwner } = views.pods;
    const { objects, pods } = api.registry;
    if ((what & Change.Owner) !== 0 && formerOwner >= 0 && objects.kind[formerOwner] === 'Job') {
      queue.addAfter(formerOwner, BATCH_US);
    }
    const tracked = (view.state[pod] & PodBit.Tracked) !== 0;
    const owner = view.owner[pod];
    if (owner < 0 || objects.kind[owner] !== 'Job') {
      if (tracked && owner < 0) this.#orphans.add(pod);
      if (owner < 0) for (const job of this.#claims.claimants(view.podClass[pod])) queue.addAfter(job, BATCH_US);
      return;
    }
    if (this.#claims.has(owner)) this.#claims.podChanged(pod, what);
    const identity = pods.identity[pod];
    const removed = (what & Change.Removed) !== 0;
    if (!tracked || removed) this.#untracked.get(owner)?.delete(identity);
    const job = views.jobs.get(owner);
    if (job === undefined || isFinished(job)) {
      if (tracked && !removed) this.#orphans.add(pod);
      return;
    }
    if (removed || (view.state[pod] & PodBit.Deleting) !== 0) this.#expectations.deletionObserved(owner, identity);
    else if ((what & Change.Created) !== 0) this.#expectations.creationObserved(owner);
    queue.addAfter(owner, BATCH_US);
  }

  *sync(row: ObjectRow): Steps {
    const { views, engine } = this.#work;
    const job = views.jobs.get(row);
    if (job === undefined || isFinished(job)) {
      this.#forget(row);
      return;
    }
    if (isManagedElsewhere(job)) return;
    const wrote = this.#wrote.get(row);
    if (this.#podControl.isStale(row)) throw STALE;
    if (wrote !== undefined && (views.pods.view.version < wrote.pods || views.jobs.version < wrote.job)) throw STALE;
    const untracked = this.#untrackedOf(row);
    const port = new ApiJobPort(this.#work, row, job, this.#memoryOf(row));
    const memory = {
      satisfied: this.#expectations.satisfied(row, engine.now),
      backoff: this.#backoffs.get(row) ?? NO_FAILURES,
      untracked: ({ identity }: PodOfJob) => untracked.has(identity),
    };
    const strangers = this.#claims.has(row) ? this.#claims.candidates(row) : [];
    const claims = strangers.length > 0 && selectsByHand(job);
    const claimed = claims ? yield* this.#claims.claim(row, job, strangers) : NOTHING;
    yield* syncJob(port, job, this.#podsOf(row, claimed), memory, (backoff) => this.#backoffs.set(row, backoff));
  }

  #podsOf(row: ObjectRow, { adopted, released }: Claimed): PodOfJob[] {
    const { api, views } = this.#work;
    const { byOwner, view } = views.pods;
    const pods: PodOfJob[] = [];
    for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) {
      // The view may show by now what was adopted.
      if (!released.includes(pod) && !adopted.includes(pod)) pods.push(new PodOfJob(api.registry, view, pod));
    }
    for (const pod of adopted) pods.push(new PodOfJob(api.registry, view, pod, true));
    return pods;
  }

  #memoryOf(row: ObjectRow): ApiJobPortMemory {
    const untracked = this.#untrackedOf(row);
    let wrote = this.#wrote.get(row);
    if (wrote === undefined) {
      wrote = { pods: 0, job: 0 };
      this.#wrote.set(row, wrote);
    }
    return { expectations: this.#expectations, podControl: this.#podControl, untracked, wrote };
  }

  #untrackedOf(row: ObjectRow): Set<IdentityRow> {
    const known = this.#untracked.get(row) ?? new Set();
    this.#untracked.set(row, known);
    return known;
  }

  #forget(row: ObjectRow): void {
    this.#expectations.forget(row);
    this.#podControl.forget(row);
    this.#backoffs.delete(row);
    this.#untracked.delete(row);
    this.#wrote.delete(row);
  }
}
