// One sync's way to the API server: creations in a slow start, deletions and patches all at once, each with its event and its expectation.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { Forbidden } from '../../api/admission.ts';
import { Refused } from '../../api/refused.ts';
import type { Signal } from '../../engine/script.ts';
import type { JobPod } from '../../model/job-pod.ts';
import { clockUs, type Work } from '../kit/controller.ts';
import type { Expectations } from '../kit/expectations.ts';
import type { PodControl } from '../kit/pod-control.ts';
import { slowStart } from '../kit/slow-start.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { Job } from '../kit/job-objects.ts';
import type { PodOfJob } from './job-pods.ts';
import type { JobPort } from './job-port.ts';
import { podTemplateOf, templateOfIndex } from './job-template.ts';
import type { ClassRow, IdentityRow, ObjectRow, PodRow } from '../../model/rows.ts';

const FIRST_BATCH = 1;
/** A generated name has at most 63 letters, five of which are drawn. */
const LONGEST_BASE = 58;

/** What outlives the sync. */
export interface ApiJobPortMemory {
  readonly expectations: Expectations;
  readonly podControl: PodControl;
  readonly untracked: Set<IdentityRow>;
  readonly wrote: { pods: number; job: number };
}

export class ApiJobPort implements JobPort {
  readonly #work: Work;
  readonly #row: ObjectRow;
  readonly #job: Job;
  readonly #memory: ApiJobPortMemory;

  constructor(work: Work, row: ObjectRow, job: Job, memory: ApiJobPortMemory) {
    this.#work = work;
    this.#row = row;
    this.#job = job;
    this.#memory = memory;
  }

  get nowUs(): number {
    return clockUs(this.#work);
  }

  *createPods(_job: Job, pods: readonly JobPod[]): Steps<number> {
    if (pods.length === 0) return 0;
    const { expectations, podControl } = this.#memory;
    const { client } = this.#work;
    const template = this.#template();
    const podClass = podControl.admitted(this.#job, template);
    if (podClass instanceof Forbidden) {
      yield* podControl.refused(this.#row, podClass);
      return 0;
    }
    expectations.expectCreations(this.#row, pods.length, this.#work.engine.now);
    let sent = 0;
    const make = (pod: JobPod): Signal<number> =>
      client.createJobPod(this.#classOf(pod, template, podClass), this.#row, { ...pod }, this.#baseOf(pod));
    const made = yield* slowStart(pods.length, FIRST_BATCH, (size) => {
      sent += size;
      return podControl.created(this.#row, pods.slice(sent - size, sent).map(make));
    });
    expectations.creationObserved(this.#row, pods.length - made);
    // What the events say.
    if (made < pods.length) podControl.failedCreations(this.#row, pods.length - made);
    return made;
  }

  #template(): PodTemplateSpec {
    const { api, settings, views } = this.#work;
    const owner = views.jobs.ownerOf(this.#row);
    const shared = owner >= 0 && api.registry.objects.kind[owner] === 'CronJob';
    return podTemplateOf(this.#job, shared && !settings.ownLabels.jobs);
  }

  /** That of all pods of the Job, unless something tells its indexes apart. */
  #classOf({ index }: JobPod, template: PodTemplateSpec, ofAll: ClassRow): ClassRow {
    if (index < 0 || !this.#work.settings.ownLabels.indexes) return ofAll;
    const own = this.#memory.podControl.admitted(this.#job, templateOfIndex(template, index));
    return own instanceof Forbidden ? ofAll : own;
  }

  /** Pods of an Indexed Job have their index in their names. */
  #baseOf({ index }: JobPod): string | undefined {
    if (index < 0) return undefined;
    const end = `-${index}-`;
    return this.#job.metadata.name.slice(0, LONGEST_BASE - end.length) + end;
  }

  *deletePods(pods: readonly PodOfJob[]): Steps<readonly PodOfJob[]> {
    const answers = pods.map(({ row, epoch }) => this.#work.client.deletePod(row, epoch));
    const deleted: PodOfJob[] = [];
    for (const [at, answer] of answers.entries()) {
      const result = yield* answer.wait();
      if (result >= 0) this.#deleted(pods[at]);
      if (result >= 0 || result === Refused.NotFound) deleted.push(pods[at]);
    }
    return deleted;
  }

  *dropPods(pods: readonly PodOfJob[]): Steps<readonly PodOfJob[]> {
    const { client, engine } = this.#work;
    const { expectations } = this.#memory;
    const identities = pods.map(({ identity }) => identity);
    expectations.expectDeletions(this.#row, identities, engine.now);
    const patches = pods.map(({ row, epoch }) => client.untrackPod(row, epoch));
    const deletions = [];
    for (const [at, patch] of patches.entries()) {
      const { row, epoch } = pods[at];
      deletions.push((yield* patch.wait()) < 0 ? undefined : client.deletePod(row, epoch));
    }
    const deleted: PodOfJob[] = [];
    for (const [at, deletion] of deletions.entries()) {
      if (deletion !== undefined && (yield* deletion.wait()) >= 0) {
        this.#deleted(pods[at]);
        deleted.push(pods[at]);
      } else expectations.deletionObserved(this.#row, pods[at].identity);
    }
    return deleted;
  }

  #deleted({ row, identity }: PodOfJob): void {
    this.#wrotePod(row);
    this.#work.client.objectEvent('Normal', 'SuccessfulDelete', 'Deleted pod: %p', this.#row, identity);
  }

  *untrack(pods: readonly PodOfJob[]): Steps<readonly PodOfJob[]> {
    const { untracked } = this.#memory;
    for (const { identity } of pods) untracked.add(identity);
    const answers = pods.map(({ row, epoch }) => this.#work.client.untrackPod(row, epoch));
    const released: PodOfJob[] = [];
    for (const [at, answer] of answers.entries()) {
      const result = yield* answer.wait();
      if (result >= 0) this.#wrotePod(pods[at].row);
      else untracked.delete(pods[at].identity);
      if (result >= 0 || result === Refused.NotFound) released.push(pods[at]);
    }
    return released;
  }

  *updateStatus(job: Job): Steps<Job> {
    const { client } = this.#work;
    const result = yield* client.updateStatus(this.#row, job).wait();
    const answer = client.answered(this.#row) as Job | undefined;
    if (result < 0 || answer === undefined) throw new SyncFailed('the status could not be written');
    this.#memory.wrote.job = Number(answer.metadata.resourceVersion ?? 0);
    return answer;
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#work.client.objectEvent(type, reason, message, this.#row);
  }

  syncAfter(delayUs: number): void {
    this.#work.queue.addAfter(this.#row, delayUs);
  }

  /** The answer to a write carries the pod's version. */
  #wrotePod(pod: PodRow): void {
    const { wrote } = this.#memory;
    wrote.pods = Math.max(wrote.pods, this.#work.client.answeredVersion(pod));
  }
}
