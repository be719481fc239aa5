// The namespace controller: empties a namespace that is being deleted, its pods first, and then lets it go.
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import { NAMESPACE_CONTENT } from '../../model/storage/protection.ts';
import { controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** A namespace is worked on this long after its event (namespaceDeletionGracePeriod): caches of API servers must have it. */
const GRACE_US = 5e6;
/** How long finalizers of others may take, at a guess (finalizerEstimateSeconds). */
const FINALIZERS_SECONDS = 15;

/** Keys: rows of namespaces. What it finds there it asks the API server for, as the real one does with lists. */
export const namespaceController = controller({
  name: 'namespace-controller',
  queue: 'namespace',
  workers: 10,
  create: (work) => new NamespaceSyncs(work),
  watches({ api, queue }) {
    api
      .watchOwnership((kind) => kind === 'Namespace')
      .subscribe((row, _object, what) => {
        if ((what & Change.Deleting) !== 0) queue.addAfter(row, GRACE_US);
      });
  },
});

class NamespaceSyncs {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  *sync(row: ObjectRow): Steps {
    const { api, client } = this.#work;
    yield* client.read(row).wait();
    if (client.answered(row)?.metadata.deletionTimestamp === undefined) return;
    const name = api.registry.objects.name[row];
    // OrderedNamespaceDeletion: nothing else is deleted while pods are there.
    yield* client.read(row).wait();
    if (client.answeredContent(name).pods > 0) yield* client.deleteCollection('Pod', name).wait();
    const { pods, graceSeconds: left, kinds } = client.answeredContent(name);
    if (pods > 0) {
      this.#comeBack(row, left > 0 ? left : FINALIZERS_SECONDS);
      return;
    }
    for (const kind of kinds) yield* client.deleteCollection(kind, name).wait();
    if (client.answeredContent(name).kinds.size > 0) {
      this.#comeBack(row, FINALIZERS_SECONDS);
      return;
    }
    yield* this.#finalize(row);
  }

  /** Half of what the rest is expected to take, and a second. */
  #comeBack(row: ObjectRow, seconds: number): void {
    this.#work.queue.addAfter(row, (Math.floor(seconds / 2) + 1) * 1e6);
  }

  *#finalize(row: ObjectRow): Steps {
    const { client } = this.#work;
    const namespace = client.answered(row);
    if (namespace === undefined) return;
    const { finalizers = [], ...spec } = (namespace.spec ?? {}) as { readonly finalizers?: readonly string[] };
    const others = finalizers.filter((one) => one !== NAMESPACE_CONTENT);
    const result = yield* client.update(row, { ...namespace, spec: { ...spec, finalizers: others } }).wait();
    if (result === Refused.Conflict) throw new SyncFailed('the namespace has changed meanwhile');
  }
}
