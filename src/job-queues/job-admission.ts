// Lets Jobs in and stops them by their `suspend`, as a job queue decides, and remembers how long each queue had to wait.
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ApiClient } from '../api/client.ts';
import type { ObjectView } from '../api/object-view.ts';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import type { Wait } from '../engine/script.ts';
import { timestampUs } from '../lib/timestamp.ts';
import { QUEUE_NAME } from '../model/queued-job.ts';
import type { KubeObject } from '../model/object-store.ts';
import { specOfMadePod } from '../model/objects/default/pod.ts';
import { podRequests } from '../model/resources.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { Amounts, JobQueue, JobState, QueuedJob, QueueDecision } from './job-queue.ts';
import { QueueRecord } from './queue-record.ts';

type Steps<T = void> = Generator<Wait, T, unknown>;
type QueuedObject = KubeObject & Pick<Job, 'spec' | 'status'>;
type Priority = KubeObject & { readonly value?: number };

/** A Job in a queue. */
interface Entry {
  state: JobState;
  /** Since when it waits; then since when it may run. */
  sinceUs: number;
  /** The version that was written last. */
  version: number;
  /** Of an admitted one: the pods that quota was reserved for. */
  pods: number;
  /** Why it waits, as the last event said. */
  reported: string;
}

const PRIORITY_CLASS = 'kueue.x-k8s.io/priority-class';

export class JobAdmission {
  /** By the name of the queue. */
  readonly records: ReadonlyMap<string, QueueRecord>;
  readonly #engine: Engine;
  readonly #client: ApiClient;
  readonly #queue: JobQueue;
  readonly #jobs: ObjectView<QueuedObject>;
  readonly #priorities: ObjectView<Priority>;
  readonly #entries = new Map<ObjectRow, Entry>();
  #changed = false;
  #deciding = false;

  constructor(engine: Engine, api: ApiServer, client: ApiClient, queue: JobQueue) {
    this.#engine = engine;
    this.#client = client;
    this.#queue = queue;
    this.records = new Map(queue.queues.map((one) => [one.name, new QueueRecord(one)]));
    api.suspendQueuedJobs();
    this.#jobs = api.watchObjects('Job');
    this.#priorities = api.watchObjects('PriorityClass');
    this.#priorities.subscribe(() => this.#wake());
    this.#jobs.subscribe((row, job) => {
      if (job === undefined) this.#entries.delete(row);
      this.#wake();
    });
  }

  /** Jobs that wait in a queue, and those that may run. */
  counts(queue: string): { readonly pending: number; readonly admitted: number } {
    let [pending, admitted] = [0, 0];
    for (const { job } of this.#list().values()) {
      if (job.queue !== queue) continue;
      if (job.state === 'waiting') pending += 1;
      else admitted += 1;
    }
    return { pending, admitted };
  }

  /** What the Jobs of a queue hold. */
  held(queue: string): Amounts {
    const held: Record<string, number> = {};
    for (const { job } of this.#list().values()) {
      if (job.queue !== queue || job.state === 'waiting') continue;
      for (const [resource, amount] of Object.entries(job.requests)) held[resource] = (held[resource] ?? 0) + amount;
    }
    return held;
  }

  #wake(): void {
    this.#changed = true;
    if (this.#deciding) return;
    this.#deciding = true;
    this.#engine.spawn('job queues', this.#decide());
  }

  *#decide(): Steps {
    while (this.#changed) {
      this.#changed = false;
      yield* this.#stopStrays();
      const shown = this.#list();
      const rows = new Map([...shown].map(([row, { job }]) => [job, row]));
      for (const decision of this.#queue.decide([...rows.keys()])) {
        const row = rows.get(decision.job);
        if (row !== undefined) yield* this.#carryOut(row, decision);
      }
    }
    this.#deciding = false;
  }

  /** Jobs of the queues that have not ended, in the order of creation. */
  #list(): Map<ObjectRow, { readonly job: QueuedJob }> {
    const listed = new Map<ObjectRow, { readonly job: QueuedJob }>();
    for (const [row, object] of this.#jobs.entries()) {
      const { [QUEUE_NAME]: queue = '' } = object.metadata.labels ?? {};
      const record = this.records.get(queue);
      if (record === undefined) continue;
      if (hasEnded(object)) {
        this.#entries.delete(row);
        continue;
      }
      const entry = this.#entryOf(row, object);
      const { namespace = 'default', name } = object.metadata;
      const { state, sinceUs } = entry;
      listed.set(row, {
        job: {
          namespace,
          name,
          queue,
          priority: this.#priorityOf(object),
          requests: requestsOf(object, record.quota, state === 'waiting' ? Infinity : entry.pods),
          createdUs: timestampUs(object.metadata.creationTimestamp ?? ''),
          state,
          admittedUs: state === 'waiting' ? -1 : sinceUs,
        },
      });
    }
    return listed;
  }

  #entryOf(row: ObjectRow, object: QueuedObject): Entry {
    let entry = this.#entries.get(row);
    if (entry === undefined) {
      entry = { state: 'waiting', sinceUs: this.#engine.now, version: 0, pods: 0, reported: '' };
      this.#entries.set(row, entry);
    }
    // Its pods are deleted, or on their way out.
    if (entry.state === 'leaving' && this.#isSeen(object, entry) && (object.status?.active ?? 0) === 0) {
      entry.state = 'waiting';
      entry.sinceUs = this.#engine.now;
    }
    return entry;
  }

  #isSeen({ metadata }: KubeObject, { version }: Entry): boolean {
    return Number(metadata.resourceVersion ?? 0) >= version;
  }

  /** A Job that runs without having been admitted, or with more pods than were, is suspended. */
  *#stopStrays(): Steps {
    for (const row of this.#list().keys()) {
      const entry = this.#entries.get(row);
      const object = this.#jobs.get(row);
      if (entry === undefined || object === undefined || !this.#isSeen(object, entry)) continue;
      const hasGrown = entry.state === 'admitted' && podsOf(object) > entry.pods;
      if (!hasGrown && (entry.state === 'admitted' || object.spec?.suspend === true)) continue;
      if (!(yield* this.#suspend(row, true)) || !hasGrown) continue;
      entry.state = 'leaving';
      this.#client.objectEvent('Normal', 'Stopped', 'No matching Workload; it wants more pods than were admitted', row);
    }
  }

  *#carryOut(row: ObjectRow, decision: QueueDecision): Steps {
    const entry = this.#entries.get(row);
    const object = this.#jobs.get(row);
    const record = this.records.get(decision.job.queue);
    if (entry === undefined || record === undefined) return;
    if (decision.type === 'wait') {
      if (entry.reported !== decision.message) this.#client.objectEvent('Normal', 'Pending', decision.message, row);
      entry.reported = decision.message;
      return;
    }
    const admits = decision.type === 'admit';
    if (!(yield* this.#suspend(row, !admits))) return;
    const { now } = this.#engine;
    entry.reported = '';
    entry.state = admits ? 'admitted' : 'leaving';
    if (!admits) {
      record.preempted += 1;
      this.#client.objectEvent('Normal', 'Preempted', decision.message, row);
      return;
    }
    const waitedUs = now - entry.sinceUs;
    entry.sinceUs = now;
    entry.pods = object === undefined ? 0 : podsOf(object);
    record.waitedUs.push(waitedUs);
    const { name } = record;
    const waited = `wait time since queued was ${Math.round(waitedUs / 1e6)}s`;
    this.#client.objectEvent('Normal', 'QuotaReserved', `Quota reserved in ClusterQueue ${name}, ${waited}`, row);
    const admitted = `Admitted by ClusterQueue ${name}, wait time since reservation was 0s`;
    this.#client.objectEvent('Normal', 'Admitted', admitted, row);
  }

  /** False when it could not be written now; the next version of the Job brings another try. */
  *#suspend(row: ObjectRow, suspend: boolean): Steps<boolean> {
    const object = this.#jobs.get(row);
    const entry = this.#entries.get(row);
    if (object === undefined || entry === undefined) return false;
    const result = yield* this.#client.update(row, { ...object, spec: { ...object.spec, suspend } }).wait();
    const answer = this.#client.answered(row);
    if (result < 0 || answer === undefined) return false;
    entry.version = Number(answer.metadata.resourceVersion ?? 0);
    return true;
  }

  /** By the label, else by the class of the pods; classes by any name that is known. */
  #priorityOf({ metadata, spec }: QueuedObject): number {
    const template = spec?.template.spec;
    const name = metadata.labels?.[PRIORITY_CLASS] ?? template?.priorityClassName;
    if (name === undefined) return template?.priority ?? 0;
    for (const [, known] of this.#priorities.entries()) if (known.metadata.name === name) return known.value ?? 0;
    return template?.priority ?? 0;
  }
}

function hasEnded({ status }: QueuedObject): boolean {
  return status?.conditions?.some(({ type, status: is }) => is === 'True' && /^(Complete|Failed)$/.test(type)) === true;
}

/** Pods that are still to run at a time: what has succeeded is given back. */
function podsOf({ spec, status }: QueuedObject): number {
  const { parallelism = 1, completions = Infinity } = spec ?? {};
  return Math.max(0, Math.min(parallelism, completions - (status?.succeeded ?? 0)));
}

function requestsOf(object: QueuedObject, quota: Amounts, most: number): Amounts {
  const { spec } = object;
  const count = Math.min(podsOf(object), most);
  const each = spec?.template.spec === undefined ? {} : podRequests(specOfMadePod(spec.template.spec));
  const all = Object.entries(each).map(([resource, amount]) => [resource, amount * count] as const);
  return { ...Object.fromEntries(all), ...('pods' in quota ? { pods: count } : {}) };
}
