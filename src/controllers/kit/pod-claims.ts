// The pods that an object claims beyond those it has made: orphans that match its selector; and those of its own that no longer match.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector as SelectorFields } from 'kubernetes-types/meta/v1.js';
import { Change } from '../../model/change-log.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import { isActive, PodBit } from '../../model/pods.ts';
import { claim, type Claiming } from './adoption.ts';
import { ClassSelections } from './class-selections.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { Work } from './controller.ts';
import type { Steps } from './sync.ts';
import type { ClassRow, ObjectRow, PodRow } from '../../model/rows.ts';

/** What selects pods and makes them: a ReplicaSet, a StatefulSet … */
interface Claimer extends KubeObject {
  readonly spec: { readonly selector: SelectorFields; readonly template?: PodTemplateSpec };
}

export interface Claimed {
  /** Pods that are its own from now on, and no longer; its view does not show it yet. */
  readonly adopted: readonly PodRow[];
  readonly released: readonly PodRow[];
}

const NONE: readonly PodRow[] = [];

export const NOTHING: Claimed = { adopted: [], released: [] };

/** Matches selectors against classes, so that a sync of an object with its own pods only looks at none of them. */
export class PodClaims {
  readonly #work: Work;
  readonly #members: ClassSelections;
  readonly #isMember: (row: ObjectRow, pod: PodRow) => boolean;
  readonly #counts: (state: number) => boolean;
  /** By object: its pods of classes that it was not known to select. */
  readonly #strays = new Map<ObjectRow, Set<PodRow>>();
  /** Objects that have adopted: not all their pods need be of their template. */
  readonly #mixed = new Set<ObjectRow>();

  /** `isMember` is what an object (its row) asks of a pod besides its labels; `counts`, of the state that a pod must be in. */
  constructor(
    work: Work,
    isMember: (row: ObjectRow, pod: PodRow) => boolean = () => true,
    counts: (state: number) => boolean = isActive,
  ) {
    this.#work = work;
    this.#counts = counts;
    this.#isMember = isMember;
    this.#members = new ClassSelections(work.api.registry.classes);
  }

  setChanged(row: ObjectRow, set: Claimer | undefined): void {
    if (set === undefined) {
      this.#members.set(row, '', undefined);
      this.#strays.delete(row);
      this.#mixed.delete(row);
    } else if (!this.#members.has(row)) {
      // A selector cannot change.
      const { namespace = 'default' } = set.metadata;
      this.#members.set(row, namespace, compileLabelSelector(set.spec.selector));
    }
  }

  has(row: ObjectRow): boolean {
    return this.#members.has(row);
  }

  /** Rows of the objects that would adopt an orphan of the class. */
  claimants(podClass: ClassRow): readonly ObjectRow[] {
    return this.#members.selecting(podClass);
  }

  /** A pod of such an object came, or got another owner. */
  podChanged(pod: PodRow, what: number): void {
    if ((what & (Change.Created | Change.Owner | Change.Class)) === 0) return;
    const { view } = this.#work.views.pods;
    const owner = view.owner[pod];
    if ((what & (Change.Owner | Change.Class)) !== 0) this.#mixed.add(owner);
    if (this.#members.selecting(view.podClass[pod]).includes(owner)) return;
    const strays = this.#strays.get(owner);
    if (strays === undefined) this.#strays.set(owner, new Set([pod]));
    else strays.add(pod);
  }

  /** Of the active pods those with all labels of the template. */
  fullyLabeled(row: ObjectRow, { spec }: Claimer, active: number): number {
    if (!this.#mixed.has(row)) return active;
    const { classes } = this.#work.api.registry;
    const { byOwner, view } = this.#work.views.pods;
    const wanted = Object.entries(spec.template?.metadata?.labels ?? {});
    let count = 0;
    for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) {
      const { labels } = classes.get(view.podClass[pod]);
      if (isActive(view.state[pod]) && wanted.every(([key, value]) => labels[key] === value)) count += 1;
    }
    return count;
  }

  claim(row: ObjectRow, set: Claimer, candidates: readonly PodRow[]): Steps<Claimed> {
    return claim(candidates, this.#claiming(row, set));
  }

  /** Pods to adopt or to let go: nearly always none, so that a sync asks first. */
  candidates(row: ObjectRow): readonly PodRow[] {
    const { byClass, view, anyOrphan } = this.#work.views.pods;
    const strays = this.#strays.get(row);
    if (!anyOrphan && strays === undefined) return NONE;
    const found: PodRow[] = [];
    for (const pod of strays ?? []) {
      if (view.alive[pod] === 1 && view.owner[pod] === row && !this.#matches(row, pod)) {
        if (this.#counts(view.state[pod])) found.push(pod);
      } else {
        strays?.delete(pod);
      }
    }
    for (const podClass of this.#members.classesOf(row)) {
      if (this.#work.views.pods.orphansOf(podClass) === 0) continue;
      for (let pod = byClass.first(podClass); pod >= 0; pod = byClass.next(pod)) {
        if (view.owner[pod] === -1 && this.#counts(view.state[pod]) && this.#isMember(row, pod)) found.push(pod);
      }
    }
    return found;
  }

  #matches(row: ObjectRow, pod: PodRow): boolean {
    const selecting = this.#members.selecting(this.#work.views.pods.view.podClass[pod]);
    return selecting.includes(row) && this.#isMember(row, pod);
  }

  #claiming(controller: ObjectRow, { metadata }: Claimer): Claiming<PodRow> {
    const { client, views } = this.#work;
    const { view } = views.pods;
    const epochs = new Map<PodRow, number>();
    const patch = (pod: PodRow, adopts: boolean): Steps<number> =>
      client.patchPodOwner({ pod, epoch: epochs.get(pod) ?? -1, controller, adopts }).wait();
    return {
      controller,
      deleting: metadata.deletionTimestamp !== undefined,
      look: (pod) => {
        epochs.set(pod, view.epoch[pod]);
        const deleting = (view.state[pod] & PodBit.Deleting) !== 0;
        return { owner: view.owner[pod], matches: this.#matches(controller, pod), deleting };
      },
      *mayAdopt() {
        yield* client.read(controller).wait();
        const fresh = client.answered(controller);
        return fresh !== undefined && fresh.metadata.deletionTimestamp === undefined;
      },
      adopt: (pod) => patch(pod, true),
      release: (pod) => patch(pod, false),
    };
  }
}
