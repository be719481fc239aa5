// What must hold of namespaces: nothing is made in one that is being deleted, or gone, and one that is gone has nothing left.
import { Change } from '../model/change-log.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** Looks at the Namespace objects themselves, and not at what the API server remembers of them. */
export class NamespaceInvariants {
  readonly #state: ClusterState;
  readonly #gone = new Set<string>();
  #restoredUs = -1;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  /** What is wrong with a change of an object; undefined for nothing. */
  objectCommitted({ kind, metadata }: KubeObject, what: number, nowUs: number): string | undefined {
    const { name, namespace } = metadata;
    if (nowUs === this.#restoredUs) return undefined;
    if (kind === 'Namespace') {
      if ((what & Change.Removed) === 0) this.#gone.delete(name);
      else {
        this.#gone.add(name);
        return this.#leftIn(name);
      }
    }
    return this.#closed(what, namespace, () => `${kind} ${name}`);
  }

  podCommitted(pod: PodRow, what: number, nowUs: number): string | undefined {
    if (nowUs === this.#restoredUs) return undefined;
    const { identities, pods } = this.#state;
    return this.#closed(what, identities.namespace(pods.identity[pod]), () => `pod ${this.#state.podName(pod)}`);
  }

  /** The cluster is made of a snapshot, row by row in this instant: namespaces come and go before what is in them. */
  restored(nowUs: number): void {
    this.#restoredUs = nowUs;
    this.#gone.clear();
  }

  #closed(what: number, namespace: string | undefined, subject: () => string): string | undefined {
    if ((what & Change.Created) === 0 || namespace === undefined) return undefined;
    if (this.#gone.has(namespace)) return `${subject()} was made in namespace ${namespace}, which is gone`;
    const { objects } = this.#state;
    const row = objects.find('Namespace', undefined, namespace);
    if (row < 0 || objects.get(row)?.metadata.deletionTimestamp === undefined) return undefined;
    return `${subject()} was made in namespace ${namespace}, which is being deleted`;
  }

  #leftIn(namespace: string): string | undefined {
    const { pods, objects, identities } = this.#state;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || identities.namespace(pods.identity[pod]) !== namespace) continue;
      return `namespace ${namespace} is gone, and its pod ${this.#state.podName(pod)} is not`;
    }
    for (let row = 0 as ObjectRow; row < objects.length; row = (row + 1) as ObjectRow) {
      if (objects.namespace[row] !== namespace || objects.get(row) === undefined) continue;
      return `namespace ${namespace} is gone, and its ${objects.kind[row]} ${objects.name[row]} is not`;
    }
    return undefined;
  }
}
