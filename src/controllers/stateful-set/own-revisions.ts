// The ControllerRevisions of each StatefulSet, as the view has them; it adopts those that match its selector and have no owner.
import { NamedObjects } from '../../api/named-objects.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import { claim } from '../kit/adoption.ts';
import type { Work } from '../kit/controller.ts';
import type { ControllerRevision } from '../kit/controller-revisions.ts';
import type { StatefulSet } from '../kit/stateful-set-objects.ts';
import type { Steps } from '../kit/sync.ts';
import type { ObjectRow } from '../../model/rows.ts';

export class OwnRevisions {
  readonly #work: Work;
  /** Grouped by the UID of whoever controls them; orphans by their namespace. */
  readonly #revisions: NamedObjects<ControllerRevision>;

  constructor(work: Work) {
    this.#work = work;
    this.#revisions = new NamedObjects(work.views.controllerRevisions, controllerOf);
  }

  *claim(row: ObjectRow, set: StatefulSet): Steps<ControllerRevision[]> {
    const adopted = yield* this.#adopt(row, set);
    const rows = new Set([...this.#revisions.group(set.metadata.uid ?? ''), ...adopted]);
    return [...rows].flatMap((one) => this.#revisions.get(one) ?? []);
  }

  *#adopt(controller: ObjectRow, { metadata, spec }: StatefulSet): Steps<readonly ObjectRow[]> {
    const { namespace = 'default', deletionTimestamp } = metadata;
    const group = orphansOf(namespace);
    if (this.#revisions.isEmpty(group)) return [];
    const { client } = this.#work;
    const selector = compileLabelSelector(spec.selector);
    const orphans = [...this.#revisions.group(group)];
    const { adopted } = yield* claim(orphans, {
      controller,
      deleting: deletionTimestamp !== undefined,
      look: (row) => {
        const labels = this.#revisions.get(row)?.metadata.labels ?? {};
        return { owner: -1, matches: selector.matches(labels), deleting: false };
      },
      *mayAdopt() {
        yield* client.read(controller).wait();
        const fresh = client.answered(controller);
        return fresh !== undefined && fresh.metadata.deletionTimestamp === undefined;
      },
      adopt: (row) => client.patchObjectOwner({ row, controller, adopts: true }).wait(),
      release: (row) => client.patchObjectOwner({ row, controller, adopts: false }).wait(),
    });
    return adopted;
  }
}

function controllerOf({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner?.uid ?? orphansOf(metadata.namespace ?? 'default');
}

function orphansOf(namespace: string): string {
  return `orphans of ${namespace}`;
}
