// One sync's port to the API server, and what all syncs of the controller share.
import { Forbidden } from '../../api/admission.ts';
import { Refused } from '../../api/refused.ts';
import { Signal, sleep } from '../../engine/script.ts';
import { canonicalJson } from '../../model/interner.ts';
import { PodBit, podPhaseNames } from '../../model/pods.ts';
import type { ClassRow, IdentityRow, ObjectRow, PodRow } from '../../model/rows.ts';
import { clockUs, type Work } from '../kit/controller.ts';
import type { ControllerRevision } from '../kit/controller-revisions.ts';
import type { StatefulSet } from '../kit/stateful-set-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { ClaimControl, whyRefused } from './claim-control.ts';
import { claimTemplates, OrdinalTemplates } from './ordinal-template.ts';
import { ordinalOf } from './ordinals.ts';
import type { OrdinalPod, StatefulSetPort } from './stateful-set-port.ts';
import { revisionLabel } from './stateful-set-revisions.ts';
import type { Gates } from './stateful-set-update.ts';

/** Tries of a status write that conflicts, and the time between them (client-go retry.DefaultRetry). */
const STATUS_TRIES = 5;
const STATUS_RETRY_US = 10_000;

/** A pod of the set that is in the view. */
export interface OwnPod extends OrdinalPod {
  readonly row: PodRow;
  readonly epoch: number;
}

export function ownPod({ api, views }: Work, set: StatefulSet, row: PodRow): OwnPod {
  const { registry } = api;
  const { view } = views.pods;
  const state = view.state[row];
  return {
    row,
    epoch: view.epoch[row],
    ordinal: ordinalOf(set.metadata.name, registry.podName(row)),
    revision: revisionLabel(registry.classes.get(view.podClass[row]).labels),
    exists: true,
    phase: podPhaseNames[(state & PodBit.PhaseMask) as 0 | 1 | 2 | 3],
    ready: (state & PodBit.Ready) !== 0,
    readySinceUs: Math.floor(view.readyAt[row] / 1e6) * 1e6,
    deleting: (state & PodBit.Deleting) !== 0,
  };
}

/** What outlives a sync. */
export class Shared {
  readonly work: Work;
  readonly claims: ClaimControl;
  readonly templates: OrdinalTemplates;
  readonly gates: Gates;
  /** By StatefulSet: the newest versions of its pods and of itself that this controller wrote. */
  readonly #wrotePods = new Map<ObjectRow, number>();
  readonly #wroteSet = new Map<ObjectRow, number>();

  constructor(work: Work) {
    this.work = work;
    this.claims = new ClaimControl(work);
    this.templates = new OrdinalTemplates(work.settings.ownLabels.ordinals);
    this.gates = { maxUnavailable: work.settings.statefulSetMaxUnavailable };
  }

  /** Kubernetes 1.36 does not act on a view that is older than what the controller wrote itself. */
  isStale(row: ObjectRow): boolean {
    const { pods, statefulSets } = this.work.views;
    return pods.view.version < (this.#wrotePods.get(row) ?? 0) || statefulSets.version < (this.#wroteSet.get(row) ?? 0);
  }

  forget(row: ObjectRow): void {
    this.#wrotePods.delete(row);
    this.#wroteSet.delete(row);
  }

  wrotePod(row: ObjectRow, pod: PodRow): void {
    const version = this.work.client.answeredVersion(pod);
    if (version > (this.#wrotePods.get(row) ?? 0)) this.#wrotePods.set(row, version);
  }

  wroteSet(row: ObjectRow): void {
    this.#wroteSet.set(row, Number(this.work.client.answered(row)?.metadata.resourceVersion ?? 0));
  }
}

export class ApiPort implements StatefulSetPort {
  readonly #shared: Shared;
  readonly #work: Work;
  readonly #row: ObjectRow;
  readonly #set: StatefulSet;
  readonly #pods: ReadonlyMap<number, OwnPod>;

  constructor(shared: Shared, row: ObjectRow, set: StatefulSet, pods: readonly OwnPod[]) {
    this.#shared = shared;
    this.#work = shared.work;
    this.#row = row;
    this.#set = set;
    this.#pods = new Map(pods.map((pod) => [pod.ordinal, pod]));
  }

  get nowUs(): number {
    return clockUs(this.#work);
  }

  *createPod(ordinal: number, revision: ControllerRevision): Steps<boolean> {
    const { claims, work } = this.#shared;
    const name = this.#name(ordinal);
    if (claims.isStale(this.#set, name)) return false;
    try {
      yield* claims.create(this.#row, this.#set, name);
    } catch (error) {
      if (error instanceof SyncFailed) this.#failed('Create', name, error.message);
      throw error;
    }
    const podClass = yield* this.#admitted(ordinal, revision);
    const result = yield* work.client.createPod(podClass, this.#row, name).wait();
    if (result === Refused.AlreadyExists) throw new SyncFailed(`there is another pod ${name}`);
    if (result === Refused.Terminating) return false;
    if (result < 0) {
      const why = whyRefused(work.client, result);
      this.#failed('Create', name, why);
      throw new SyncFailed(why);
    }
    const pod = result as PodRow;
    this.#shared.wrotePod(this.#row, pod);
    yield* claims.keepOwners(this.#set, { ordinal, name, uid: work.api.registry.podUid(pod) });
    this.#succeeded('Create', work.api.registry.pods.identity[pod]);
    return true;
  }

  *deletePod({ ordinal }: OrdinalPod): Steps {
    const pod = this.#own(ordinal);
    const identity = this.#work.api.registry.pods.identity[pod.row];
    const result = yield* this.#work.client.deletePod(pod.row, pod.epoch).wait();
    if (result >= 0) this.#shared.wrotePod(this.#row, pod.row);
    if (result < 0 && result !== Refused.NotFound) {
      const why = whyRefused(this.#work.client, result);
      this.#failed('Delete', this.#name(ordinal), why);
      throw new SyncFailed(why);
    }
    this.#succeeded('Delete', identity);
  }

  *createMissingClaims({ ordinal }: OrdinalPod): Steps {
    yield* this.#shared.claims.create(this.#row, this.#set, this.#name(ordinal));
    yield* this.keepRetention(this.#own(ordinal));
  }

  *keepRetention({ ordinal }: OrdinalPod): Steps {
    if (this.#set.spec.volumeClaimTemplates === undefined) return;
    const uid = this.#work.api.registry.podUid(this.#own(ordinal).row);
    yield* this.#shared.claims.keepOwners(this.#set, { ordinal, name: this.#name(ordinal), uid });
  }

  *together(steps: readonly Steps[]): Steps<readonly Error[]> {
    const { engine } = this.#work;
    const failures: Error[] = [];
    const ends: Signal<boolean>[] = [];
    for (const step of steps) {
      const end = new Signal<boolean>(engine);
      ends.push(end);
      engine.spawn('statefulset.pod', caught(step, failures, end));
    }
    for (const end of ends) yield* end.wait();
    return failures;
  }

  *createRevision(revision: ControllerRevision): Steps<ControllerRevision | undefined> {
    const { client, api } = this.#work;
    const { namespace, name } = revision.metadata;
    const result = yield* client.create(revision, this.#row).wait();
    if (result === Refused.AlreadyExists) {
      const row = api.registry.objects.find('ControllerRevision', namespace, name);
      yield* client.read(row).wait();
      const other = client.answered(row) as ControllerRevision | undefined;
      return canonicalJson(other?.data) === canonicalJson(revision.data) ? other : undefined;
    }
    if (result < 0) throw new SyncFailed(`revision ${name} could not be created (${result})`);
    return client.answered(result as ObjectRow) as ControllerRevision;
  }

  *updateRevision(revision: ControllerRevision): Steps<ControllerRevision> {
    const { client } = this.#work;
    const row = this.#revisionRow(revision);
    const result = yield* client.update(row, revision).wait();
    if (result < 0) throw new SyncFailed(`revision ${revision.metadata.name} could not be written (${result})`);
    return (client.answered(row) as ControllerRevision | undefined) ?? revision;
  }

  *deleteRevision(revision: ControllerRevision): Steps {
    const result = yield* this.#work.client.delete(this.#revisionRow(revision)).wait();
    if (result < 0 && result !== Refused.NotFound) {
      throw new SyncFailed(`revision ${revision.metadata.name} could not be deleted (${result})`);
    }
  }

  *updateStatus(set: StatefulSet): Steps {
    const { client, views } = this.#work;
    let newest = set;
    for (let tries = 1; ; tries += 1) {
      const result = yield* client
        .updateStatus(this.#row, { ...newest, ...(set.status && { status: set.status }) })
        .wait();
      if (result >= 0) return this.#shared.wroteSet(this.#row);
      if (result !== Refused.Conflict || tries === STATUS_TRIES) {
        throw new SyncFailed(`the status of StatefulSet ${set.metadata.name} could not be written (${result})`);
      }
      yield* sleep(STATUS_RETRY_US);
      newest = views.statefulSets.get(this.#row) ?? newest;
    }
  }

  syncAfter(delayUs: number): void {
    this.#work.queue.addAfter(this.#row, delayUs);
  }

  *#admitted(ordinal: number, revision: ControllerRevision): Steps<ClassRow> {
    const { client } = this.#work;
    const { namespace = 'default' } = this.#set.metadata;
    const template = this.#shared.templates.of(this.#set, revision, ordinal);
    const name = this.#name(ordinal);
    try {
      return client.podClass(namespace, template, name, claimTemplates(this.#set)).id;
    } catch (error) {
      if (!(error instanceof Forbidden)) throw error;
      // The answer takes as long as a read, for nothing is stored.
      yield* client.read(this.#row).wait();
      this.#failed('Create', name, error.message);
      throw new SyncFailed(error.message);
    }
  }

  #succeeded(verb: 'Create' | 'Delete', pod: IdentityRow): void {
    const message = `${verb} Pod %p in StatefulSet ${this.#set.metadata.name} successful`;
    this.#work.client.objectEvent('Normal', `Successful${verb}`, message, this.#row, pod);
  }

  #failed(verb: 'Create' | 'Delete', name: string, why: string): void {
    const message = `${verb} Pod ${name} in StatefulSet ${this.#set.metadata.name} failed error: ${why}`;
    this.#work.client.objectEvent('Warning', `Failed${verb}`, message, this.#row);
  }

  #name(ordinal: number): string {
    return `${this.#set.metadata.name}-${ordinal}`;
  }

  #own(ordinal: number): OwnPod {
    const pod = this.#pods.get(ordinal);
    if (pod === undefined) throw new SyncFailed(`pod ${this.#name(ordinal)} is not in the view`);
    return pod;
  }

  #revisionRow({ metadata: { namespace, name } }: ControllerRevision): ObjectRow {
    return this.#work.api.registry.objects.find('ControllerRevision', namespace, name);
  }
}

/** Runs a step to its end and says so; what it throws in the course of things is kept. */
function* caught(step: Steps, failures: Error[], end: Signal<boolean>): Steps {
  try {
    yield* step;
  } catch (error) {
    if (!(error instanceof SyncFailed)) throw error;
    failures.push(error);
  }
  end.fire(true);
}
