// The ReplicaSets that a Deployment or a Rollout claims: it adopts orphans that match its selector and lets go of its own that no longer match.
import { compileLabelSelector, type LabelSelector } from '../../model/parse/label-selector.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { claim, type Claiming } from './adoption.ts';
import type { Work } from './controller.ts';
import type { Deployment, ReplicaSet } from './deployment-objects.ts';
import type { Steps } from './sync.ts';

export interface Claimant extends KubeObject {
  readonly spec: Pick<Deployment['spec'], 'selector'>;
}

export class SetClaims {
  readonly #work: Work;
  readonly #claimants: () => Iterable<[ObjectRow, Claimant]>;
  /** By the selector of a spec, which all its versions share. */
  readonly #compiled = new WeakMap<object, LabelSelector>();

  /** `claimants` gives all that there are, by row. */
  constructor(work: Work, claimants: () => Iterable<[ObjectRow, Claimant]>) {
    this.#work = work;
    this.#claimants = claimants;
  }

  /** Rows of those that would adopt an orphan. */
  *claimants(set: ReplicaSet): Generator<ObjectRow, void, undefined> {
    for (const [row, one] of this.#claimants()) {
      if (this.#matches(one, set)) yield row;
    }
  }

  /** Rows of the ReplicaSets that it controls, after claiming. */
  *claim(row: ObjectRow, claimant: Claimant): Steps<readonly ObjectRow[]> {
    const { views } = this.#work;
    const own = [...views.setsOf(row)];
    const candidates = this.#candidates(claimant, own);
    if (candidates.length === 0) return own;
    const { adopted, released } = yield* claim(candidates, this.#claiming(row, claimant));
    return [...own.filter((set) => !released.includes(set)), ...adopted];
  }

  #candidates(claimant: Claimant, own: readonly ObjectRow[]): ObjectRow[] {
    const { views } = this.#work;
    const isOf = (set: ObjectRow): boolean => {
      const object = views.replicaSets.get(set);
      return object !== undefined && this.#matches(claimant, object);
    };
    return [...own.filter((set) => !isOf(set)), ...[...views.orphanSets].filter(isOf)];
  }

  #matches({ metadata, spec }: Claimant, set: ReplicaSet): boolean {
    if (metadata.namespace !== set.metadata.namespace) return false;
    let selector = this.#compiled.get(spec.selector);
    if (selector === undefined) {
      selector = compileLabelSelector(spec.selector);
      this.#compiled.set(spec.selector, selector);
    }
    return selector.matches(set.metadata.labels ?? {});
  }

  #claiming(controller: ObjectRow, claimant: Claimant): Claiming<ObjectRow> {
    const { client, views } = this.#work;
    const own = new Set(views.setsOf(controller));
    return {
      controller,
      deleting: claimant.metadata.deletionTimestamp !== undefined,
      look: (set) => {
        const object = views.replicaSets.get(set);
        const deleting = object?.metadata.deletionTimestamp !== undefined;
        const matches = object !== undefined && this.#matches(claimant, object);
        return { owner: own.has(set) ? controller : -1, matches, deleting };
      },
      *mayAdopt() {
        yield* client.read(controller).wait();
        const fresh = client.answered(controller);
        return fresh !== undefined && fresh.metadata.deletionTimestamp === undefined;
      },
      adopt: (row) => client.patchObjectOwner({ row, controller, adopts: true }).wait(),
      release: (row) => client.patchObjectOwner({ row, controller, adopts: false }).wait(),
    };
  }
}
