// An operator of databases, as Patroni, CloudNativePG and others are: keeps one pod of each StatefulSet the primary, and says so in a label.
import { Resources } from '../../api/resources/resources.ts';
import { sleep } from '../../engine/script.ts';
import { isTerminal, PodBit } from '../../model/pods.ts';
import type { DatabaseLiveness } from '../../model/ports/database-liveness.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';
import { type DatabaseSpec, Role } from '../../model/settings/database.ts';
import { type Controller, controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';

interface Member {
  readonly pod: PodRow;
  readonly name: string;
  /** Of the label; empty for none. */
  readonly role: string;
  /** Its lease is renewed, and its pod is Ready. */
  readonly isWell: boolean;
  readonly isLeaving: boolean;
}

const WORKERS = 5;
const STALE = 'the view is older than the last write';

/** `specOf`: what an image is as a database; undefined where it is none. */
export const databaseOperator = (
  specOf: (image: string) => DatabaseSpec | undefined,
  liveness: DatabaseLiveness,
): Controller =>
  controller({
    name: 'database-operator',
    queue: 'database',
    workers: WORKERS,
    create: (work) => new DatabaseSyncs(work, specOf, liveness),
    watches({ views, queue, api }) {
      const { objects } = api.registry;
      const ownerChanged = (owner: ObjectRow): void => {
        if (owner >= 0 && objects.kind[owner] === 'StatefulSet') queue.add(owner);
      };
      views.pods.view.subscribe((pod) => {
        ownerChanged(views.pods.view.owner[pod]);
        ownerChanged(views.pods.formerOwner);
      });
      liveness.subscribe((pod) => ownerChanged(views.pods.view.owner[pod] ?? -1));
    },
  });

class DatabaseSyncs {
  readonly #work: Work;
  readonly #specOf: (image: string) => DatabaseSpec | undefined;
  readonly #liveness: DatabaseLiveness;
  /** By StatefulSet: the version of the last change of a pod, which the view must have. */
  readonly #written = new Map<ObjectRow, number>();
  /** By StatefulSet: which primary is not well, and since when this operator knows. */
  readonly #down = new Map<ObjectRow, { readonly pod: PodRow; readonly sinceUs: number }>();

  constructor(work: Work, specOf: (image: string) => DatabaseSpec | undefined, liveness: DatabaseLiveness) {
    this.#work = work;
    this.#specOf = specOf;
    this.#liveness = liveness;
  }

  *sync(row: ObjectRow): Steps {
    const spec = this.#specOfSet(row);
    if (spec === undefined) return;
    if (this.#work.views.pods.view.version < (this.#written.get(row) ?? 0)) throw new SyncFailed(STALE);
    const members = this.#members(row, spec);
    const [primary, ...others] = members.filter(({ role }) => role === Role.primary);
    // Two of them can only be what a restored etcd has left behind.
    for (const other of others) yield* this.#label(row, other, spec, Role.replica);
    if (primary !== undefined && !this.#isToBeReplaced(row, primary, spec)) {
      yield* this.#followers(row, members, spec);
      return;
    }
    const next = members.find(({ pod, isWell, isLeaving }) => pod !== primary?.pod && isWell && !isLeaving);
    // Any change of a pod leads here again.
    if (next === undefined) return;
    const isFirst = primary === undefined && members.every(({ role }) => role === '');
    if (primary !== undefined) {
      // It is no replica either, before it is well again.
      yield* this.#label(row, primary, spec, null);
      this.#event('Warning', 'FailingOver', `the primary ${primary.name} is replaced by ${next.name}`, row);
    }
    // Not two at a time: the old one is none before the new one becomes one.
    if (!isFirst && spec.promotionUs > 0) yield* sleep(spec.promotionUs);
    const isStillWell = this.#members(row, spec).some(({ pod, isWell }) => pod === next.pod && isWell);
    if (!isStillWell) throw new SyncFailed(`${next.name} is gone`);
    yield* this.#label(row, next, spec, Role.primary);
    this.#down.delete(row);
    if (!isFirst) this.#event('Normal', 'Promoted', `${next.name} is the primary`, row);
  }

  /** One that leaves hands over at once; one that is not well has so long to come back. */
  #isToBeReplaced(row: ObjectRow, { pod, isWell, isLeaving }: Member, { failoverUs }: DatabaseSpec): boolean {
    if (isLeaving) return true;
    if (isWell) {
      this.#down.delete(row);
      return false;
    }
    const { now } = this.#work.engine;
    let down = this.#down.get(row);
    if (down?.pod !== pod) {
      down = { pod, sinceUs: now };
      this.#down.set(row, down);
    }
    const leftUs = down.sinceUs + failoverUs - now;
    if (leftUs > 0) this.#work.queue.addAfter(row, leftUs);
    return leftUs <= 0;
  }

  *#followers(row: ObjectRow, members: readonly Member[], spec: DatabaseSpec): Steps {
    for (const member of members)
      if (member.role === '' && member.isWell && !member.isLeaving) yield* this.#label(row, member, spec, Role.replica);
  }

  *#label(row: ObjectRow, { name }: Member, { label }: DatabaseSpec, role: string | null): Steps {
    const { objects } = this.#work.api.registry;
    const target = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: objects.namespace[row], name } };
    const patch = { metadata: { labels: { [label]: role } } };
    const answer = yield* new Resources(this.#work.client).patch(target, { type: 'merge', patch }).wait();
    if ('failure' in answer) {
      // One that is gone by now needs none.
      if (answer.failure.code !== 404) throw new SyncFailed(`pod ${name} could not be changed`);
      return;
    }
    this.#written.set(row, Number(answer.object.metadata.resourceVersion ?? 0));
  }

  /** In the order of their ordinals. */
  #members(row: ObjectRow, { label }: DatabaseSpec): Member[] {
    const { api, views } = this.#work;
    const { byOwner, view } = views.pods;
    const found: Member[] = [];
    for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) {
      const state = view.state[pod];
      if (isTerminal(state)) continue;
      found.push({
        pod,
        name: api.registry.podName(pod),
        role: api.registry.classes.get(view.podClass[pod]).labels[label] ?? '',
        isWell: (state & PodBit.Ready) !== 0 && this.#liveness.answers(pod),
        isLeaving: (state & PodBit.Deleting) !== 0,
      });
    }
    const ordinal = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1));
    return found.sort((a, b) => ordinal(a.name) - ordinal(b.name));
  }

  /** What its pods are, by the first one. */
  #specOfSet(row: ObjectRow): DatabaseSpec | undefined {
    const { api, views } = this.#work;
    const pod = views.pods.byOwner.first(row);
    if (pod < 0) return undefined;
    const { lasting } = api.registry.classes.get(views.pods.view.podClass[pod]).runtime;
    for (const { image = '' } of lasting) {
      const spec = this.#specOf(image);
      if (spec !== undefined) return spec;
    }
    return undefined;
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, row: ObjectRow): void {
    this.#work.client.objectEvent(type, reason, message, row);
  }
}
