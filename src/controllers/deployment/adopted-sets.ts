// The ReplicaSets that a Deployment claims: it adopts orphans that match its selector and lets go of its own that no longer match.
import { compileLabelSelector, type LabelSelector } from '../../model/parse/label-selector.ts';
import { claim, type Claiming } from '../kit/adoption.ts';
import type { Work } from '../kit/controller.ts';
import type { Deployment, ReplicaSet } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import type { ObjectRow } from '../../model/rows.ts';

export class SetClaims {
  readonly #work: Work;
  /** By the selector of a Deployment's spec, which all its versions share. */
  readonly #compiled = new WeakMap<object, LabelSelector>();

  constructor(work: Work) {
    this.#work = work;
  }

  /** Rows of the Deployments that would adopt an orphan. */
  *claimants(set: ReplicaSet): Generator<ObjectRow, void, undefined> {
    for (const [row, deployment] of this.#work.views.deployments.entries()) {
      if (this.#matches(deployment, set)) yield row;
    }
  }

  /** Rows of the ReplicaSets that the Deployment controls, after claiming. */
  *claim(row: ObjectRow, deployment: Deployment): Steps<readonly ObjectRow[]> {
    const { views } = this.#work;
    const own = [...views.setsOf(row)];
    const candidates = this.#candidates(deployment, own);
    if (candidates.length === 0) return own;
    const { adopted, released } = yield* claim(candidates, this.#claiming(row, deployment));
    return [...own.filter((set) => !released.includes(set)), ...adopted];
  }

  #candidates(deployment: Deployment, own: readonly ObjectRow[]): ObjectRow[] {
    const { views } = this.#work;
    const isOf = (set: ObjectRow): boolean => {
      const object = views.replicaSets.get(set);
      return object !== undefined && this.#matches(deployment, object);
    };
    return [...own.filter((set) => !isOf(set)), ...[...views.orphanSets].filter(isOf)];
  }

  #matches({ metadata, spec }: Deployment, set: ReplicaSet): boolean {
    if (metadata.namespace !== set.metadata.namespace) return false;
    let selector = this.#compiled.get(spec.selector);
    if (selector === undefined) {
      selector = compileLabelSelector(spec.selector);
      this.#compiled.set(spec.selector, selector);
    }
    return selector.matches(set.metadata.labels ?? {});
  }

  #claiming(controller: ObjectRow, deployment: Deployment): Claiming<ObjectRow> {
    const { client, views } = this.#work;
    const own = new Set(views.setsOf(controller));
    return {
      controller,
      deleting: deployment.metadata.deletionTimestamp !== undefined,
      look: (set) => {
        const object = views.replicaSets.get(set);
        const deleting = object?.metadata.deletionTimestamp !== undefined;
        const matches = object !== undefined && this.#matches(deployment, object);
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
