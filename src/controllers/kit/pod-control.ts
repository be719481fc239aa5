// How controllers make and delete the pods of an object: many writes at once, their events, and what is expected to be seen of them.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { Forbidden } from '../../api/admission.ts';
import { isForbidden, Refused } from '../../api/refused.ts';
import type { Signal } from '../../engine/script.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ClassRow, IdentityRow, ObjectRow, PodRow } from '../../model/rows.ts';
import type { Work } from './controller.ts';
import type { Expectations } from './expectations.ts';
import type { Steps } from './sync.ts';

/** Why pods could not be made or deleted. */
export interface PodFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

/** Objects are known by their rows. */
export class PodControl {
  readonly #work: Pick<Work, 'api' | 'client' | 'views'>;
  readonly #expectations: Expectations;
  /** By object: the newest version of its pods that was written. */
  readonly #wrote = new Map<ObjectRow, number>();
  /** By object: why the first pod of this sync was refused. */
  readonly #refusals = new Map<ObjectRow, string>();

  constructor(work: Pick<Work, 'api' | 'client' | 'views'>, expectations: Expectations) {
    this.#work = work;
    this.#expectations = expectations;
  }

  /** Kubernetes 1.36 does not act on a view that is older than what the controller wrote itself. */
  isStale(row: ObjectRow): boolean {
    return this.#work.views.pods.view.version < (this.#wrote.get(row) ?? 0);
  }

  forget(row: ObjectRow): void {
    this.#wrote.delete(row);
  }

  /** The class of the pods that the template makes for an object. */
  admitted({ metadata: { name, namespace = 'default' } }: KubeObject, template: PodTemplateSpec): ClassRow | Forbidden {
    try {
      return this.#work.client.podClass(namespace, template, `${name}-`).id;
    } catch (error) {
      if (error instanceof Forbidden) return error;
      throw error;
    }
  }

  /** The first pod of the slow start is not admitted; the answer takes as long as a read, for nothing is stored. */
  *refused(row: ObjectRow, { message }: Forbidden): Steps<PodFailure> {
    yield* this.#work.client.read(row).wait();
    this.#refusedEvent(row, message);
    return { reason: 'FailedCreate', message };
  }

  /** What is said of creations that failed: why the first one was refused, or how many. */
  failedCreations(row: ObjectRow, count: number): PodFailure {
    const message = this.#refusals.get(row) ?? `${count} pods could not be created`;
    this.#refusals.delete(row);
    return { reason: 'FailedCreate', message };
  }

  /** Waits for the answers to creations on their way; how many failed. */
  *created(row: ObjectRow, answers: readonly Signal<number>[]): Steps<number> {
    let failed = 0;
    for (const answer of answers) {
      const result = yield* answer.wait();
      // The namespace ends: there is nothing to try again.
      if (result === Refused.Terminating) continue;
      if (result < 0) {
        failed += 1;
        if (isForbidden(result)) this.#noteRefusal(row, this.#work.client.refusal(result));
        continue;
      }
      const pod = result as PodRow;
      this.#note(row, pod);
      this.#event(row, 'SuccessfulCreate', 'Created pod: %p', this.#work.api.registry.pods.identity[pod]);
    }
    return failed;
  }

  /** Deletes pods, all at once. They are expected to go. */
  *delete(row: ObjectRow, chosen: readonly PodRow[]): Steps<PodFailure | undefined> {
    const { api, client, views } = this.#work;
    const identities = chosen.map((pod) => api.registry.pods.identity[pod]);
    const answers = chosen.map((pod) => client.deletePod(pod, views.pods.view.epoch[pod]));
    let failed = 0;
    for (const [index, answer] of answers.entries()) {
      const result = yield* answer.wait();
      if (result >= 0) {
        this.#note(row, chosen[index]);
        this.#event(row, 'SuccessfulDelete', 'Deleted pod: %p', identities[index]);
        continue;
      }
      this.#expectations.deletionObserved(row, identities[index]);
      if (result !== Refused.NotFound) failed += 1;
    }
    return failed === 0 ? undefined : { reason: 'FailedDelete', message: `${failed} pods could not be deleted` };
  }

  #noteRefusal(row: ObjectRow, message: string): void {
    if (!this.#refusals.has(row)) this.#refusals.set(row, message);
    this.#refusedEvent(row, message);
  }

  #refusedEvent(row: ObjectRow, message: string): void {
    this.#work.client.objectEvent('Warning', 'FailedCreate', `Error creating: ${message}`, row);
  }

  /** The answer to a write carries the pod's version. */
  #note(row: ObjectRow, pod: PodRow): void {
    const version = this.#work.client.answeredVersion(pod);
    if (version > (this.#wrote.get(row) ?? 0)) this.#wrote.set(row, version);
  }

  #event(row: ObjectRow, reason: string, message: string, pod: IdentityRow): void {
    this.#work.client.objectEvent('Normal', reason, message, row, pod);
  }
}
