// Creations and deletions of daemon pods in one sync: both limited, the creations in slow-start batches, each for its node.
import { Forbidden } from '../../api/admission.ts';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { NodeRow, ObjectRow } from '../../model/rows.ts';
import type { Work } from '../kit/controller.ts';
import type { DaemonSet } from '../kit/daemon-set-objects.ts';
import type { Expectations } from '../kit/expectations.ts';
import { PodControl, type PodFailure } from '../kit/pod-control.ts';
import { slowStart } from '../kit/slow-start.ts';
import type { Steps } from '../kit/sync.ts';
import type { DaemonPod } from './node-plan.ts';

/** Most pods made, and most pods deleted, in one sync. */
const BURST_REPLICAS = 250;
const FIRST_BATCH = 1;

export class DaemonPods {
  readonly #work: Work;
  readonly #expectations: Expectations;
  readonly #control: PodControl;

  constructor(work: Work, expectations: Expectations) {
    this.#work = work;
    this.#expectations = expectations;
    this.#control = new PodControl(work, expectations);
  }

  /** The view is older than the last write. */
  isStale(row: ObjectRow): boolean {
    return this.#control.isStale(row);
  }

  forget(row: ObjectRow): void {
    this.#control.forget(row);
  }

  *sync(
    row: ObjectRow,
    set: DaemonSet,
    template: PodTemplateSpec,
    creates: readonly NodeRow[],
    deletes: readonly DaemonPod[],
  ): Steps<PodFailure | undefined> {
    const { api, engine } = this.#work;
    const nodes = creates.slice(0, BURST_REPLICAS);
    const pods = deletes.slice(0, BURST_REPLICAS).map(({ pod }) => pod);
    const identities = pods.map((pod) => api.registry.pods.identity[pod]);
    this.#expectations.expect(row, nodes.length, identities, engine.now);
    const notMade = nodes.length === 0 ? undefined : yield* this.#create(row, set, template, nodes);
    const notDeleted = pods.length === 0 ? undefined : yield* this.#control.delete(row, pods);
    return notMade ?? notDeleted;
  }

  *#create(
    row: ObjectRow,
    set: DaemonSet,
    template: PodTemplateSpec,
    nodes: readonly NodeRow[],
  ): Steps<PodFailure | undefined> {
    const { client } = this.#work;
    const podClass = this.#control.admitted(set, template);
    if (podClass instanceof Forbidden) {
      this.#expectations.creationObserved(row, nodes.length);
      return yield* this.#control.refused(row, podClass);
    }
    let begun = 0;
    const control = this.#control;
    const made = yield* slowStart(nodes.length, FIRST_BATCH, function* (size) {
      const batch = nodes.slice(begun, begun + size);
      begun += size;
      return yield* control.created(
        row,
        batch.map((node) => client.createPinnedPod(podClass, row, node)),
      );
    });
    if (made === nodes.length) return undefined;
    this.#expectations.creationObserved(row, nodes.length - made);
    return control.failedCreations(row, nodes.length - made);
  }
}
