// The history of a DaemonSet: a ControllerRevision for each template that it had.
import { NamedObjects } from '../../api/named-objects.ts';
import { Refused } from '../../api/refused.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { claim } from '../kit/adoption.ts';
import type { Work } from '../kit/controller.ts';
import {
  type ControllerRevision,
  highestRevision,
  isOfTemplate,
  REVISION_HASH_LABEL,
  templatePatch,
} from '../kit/controller-revisions.ts';
import type { DaemonSet } from '../kit/daemon-set-objects.ts';
import { templateHash } from '../kit/pod-template.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';

export interface History {
  readonly current: ControllerRevision;
  readonly old: readonly ControllerRevision[];
}

/** Revisions by the UID of their controller; those of nobody by their namespace. */
function listOf({ metadata }: ControllerRevision): string {
  const controller = metadata.ownerReferences?.find((one) => one.controller === true);
  return controller?.uid ?? orphansOf(metadata.namespace);
}

function orphansOf(namespace: string | undefined): string {
  return `/${namespace ?? ''}`;
}

export class DaemonSetHistory {
  readonly #work: Work;
  readonly #revisions: NamedObjects<ControllerRevision>;

  constructor(work: Work) {
    this.#work = work;
    this.#revisions = new NamedObjects(work.views.controllerRevisions, listOf);
  }

  /** The revision of the template as it is, made if there is none, and the others. */
  *construct(row: ObjectRow, set: DaemonSet): Steps<History> {
    const { template } = set.spec;
    const own: ControllerRevision[] = [];
    for (const one of yield* this.#claimed(row, set)) own.push(yield* this.#labelled(one));
    const old = own.filter((one) => !isOfTemplate(one, template));
    const next = highestRevision(old) + 1;
    const found = own.filter((one) => isOfTemplate(one, template));
    if (found.length === 0) return { current: yield* this.#create(row, set, next), old };
    const kept = found.reduce((best, one) => (one.revision >= best.revision ? one : best));
    for (const one of found) if (one !== kept) yield* this.#delete(one);
    return { current: kept.revision < next ? yield* this.#update({ ...kept, revision: next }) : kept, old };
  }

  /** Deletes the oldest revisions beyond the limit of which no pod is left. */
  *cleanUp(set: DaemonSet, old: readonly ControllerRevision[], living: () => ReadonlySet<string>): Steps {
    let surplus = old.length - (set.spec.revisionHistoryLimit ?? 10);
    if (surplus <= 0) return;
    const used = living();
    for (const one of old.toSorted((a, b) => a.revision - b.revision)) {
      if (surplus <= 0) return;
      if (used.has(hashOf(one))) continue;
      yield* this.#delete(one);
      surplus -= 1;
    }
  }

  /** Those that the set controls, after it has adopted and let go. */
  *#claimed(row: ObjectRow, set: DaemonSet): Steps<readonly ControllerRevision[]> {
    const { client } = this.#work;
    const own = [...this.#revisions.group(set.metadata.uid ?? '')];
    const orphans = [...this.#revisions.group(orphansOf(set.metadata.namespace))];
    const selector = compileLabelSelector(set.spec.selector);
    const { adopted, released } = yield* claim([...own, ...orphans], {
      controller: row,
      deleting: false,
      look: (revision) => {
        const { deletionTimestamp, labels = {} } = this.#revisions.get(revision)?.metadata ?? { name: '' };
        const owner = own.includes(revision) ? row : -1;
        return { owner, matches: selector.matches(labels), deleting: deletionTimestamp !== undefined };
      },
      *mayAdopt() {
        yield* client.read(row).wait();
        const fresh = client.answered(row);
        return fresh !== undefined && fresh.metadata.deletionTimestamp === undefined;
      },
      adopt: (revision) => client.patchObjectOwner({ row: revision, controller: row, adopts: true }).wait(),
      release: (revision) => client.patchObjectOwner({ row: revision, controller: row, adopts: false }).wait(),
    });
    const rows = [...own.filter((one) => !released.includes(one)), ...adopted];
    return rows.map((one) => this.#revisions.get(one)).filter((one) => one !== undefined);
  }

  /** One that was made by somebody else goes by its name. */
  *#labelled(revision: ControllerRevision): Steps<ControllerRevision> {
    const { labels = {}, name } = revision.metadata;
    if (labels[REVISION_HASH_LABEL] !== undefined) return revision;
    const metadata = { ...revision.metadata, labels: { ...labels, [REVISION_HASH_LABEL]: name } };
    return yield* this.#update({ ...revision, metadata });
  }

  *#create(row: ObjectRow, set: DaemonSet, revision: number): Steps<ControllerRevision> {
    const { api, client } = this.#work;
    const wanted = newRevision(set, revision);
    const result = yield* client.create(wanted, row).wait();
    if (result === Refused.AlreadyExists) {
      const { name, namespace } = wanted.metadata;
      const taken = api.registry.objects.find('ControllerRevision', namespace, name);
      yield* client.read(taken).wait();
      return yield* this.#existing(row, set, client.answered(taken) as ControllerRevision | undefined);
    }
    if (result < 0) throw new SyncFailed(`ControllerRevision ${wanted.metadata.name} was refused (${result})`);
    return this.#taken(result as ObjectRow, wanted);
  }

  /** The name is taken: by the revision that the view does not show yet, or by one of another template (a collision). */
  *#existing(row: ObjectRow, set: DaemonSet, found: ControllerRevision | undefined): Steps<ControllerRevision> {
    if (found === undefined) throw new SyncFailed('the revision that had the name is gone');
    if (isOfTemplate(found, set.spec.template)) return found;
    const { client } = this.#work;
    yield* client.read(row).wait();
    const fresh = client.answered(row) as DaemonSet | undefined;
    const collisionCount = fresh?.status?.collisionCount ?? 0;
    if (fresh !== undefined && collisionCount === (set.status?.collisionCount ?? 0)) {
      const status = { ...fresh.status, collisionCount: collisionCount + 1 };
      yield* client.updateStatus(row, { ...fresh, status }).wait();
    }
    throw new SyncFailed(`the name ${found.metadata.name} is taken`);
  }

  *#update(revision: ControllerRevision): Steps<ControllerRevision> {
    const row = this.#rowOf(revision);
    const result = yield* this.#work.client.update(row, revision).wait();
    if (result < 0) throw new SyncFailed(`ControllerRevision ${revision.metadata.name} was refused (${result})`);
    return this.#taken(row, revision);
  }

  *#delete(revision: ControllerRevision): Steps {
    const result = yield* this.#work.client.delete(this.#rowOf(revision)).wait();
    if (result < 0 && result !== Refused.NotFound) {
      throw new SyncFailed(`ControllerRevision ${revision.metadata.name} could not be deleted (${result})`);
    }
  }

  /** The object in the answer to a write, kept until the watch brings it. */
  #taken(row: ObjectRow, sent: ControllerRevision): ControllerRevision {
    const stored = (this.#work.client.answered(row) as ControllerRevision | undefined) ?? sent;
    this.#revisions.take(row, stored);
    return stored;
  }

  #rowOf({ metadata }: ControllerRevision): ObjectRow {
    return this.#revisions.rowOf(metadata.namespace, metadata.name);
  }
}

/** The value of `controller-revision-hash` of the pods of that revision. */
export function hashOf({ metadata }: ControllerRevision): string {
  return metadata.labels?.[REVISION_HASH_LABEL] ?? metadata.name;
}

function newRevision({ metadata, spec, status }: DaemonSet, revision: number): ControllerRevision {
  const { name, namespace, uid = '', annotations } = metadata;
  const hash = templateHash(spec.template, status?.collisionCount);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...spec.template.metadata?.labels, [REVISION_HASH_LABEL]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'DaemonSet', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    data: templatePatch(spec.template),
    revision,
  };
}
