// What the pods of each namespace hold on nodes, assumed pods included, kept as nodes change.
import type { PodClass } from '../../../model/pod-class.ts';
import type { NodeRow } from '../../../model/rows.ts';
import { CHANGES_KEPT, type SchedulerCache } from '../../cache/cache.ts';

type Amounts = ReadonlyMap<string, number>;

const NOTHING: Amounts = new Map();

export class NamespaceUsage {
  readonly #cache: SchedulerCache;
  readonly #requests: (podClass: PodClass) => Amounts;
  readonly #used = new Map<string, Map<string, number>>();
  /** By node: the classes of the pods that were counted there. */
  readonly #counted: PodClass[][] = [];
  #changes = 0;

  constructor(cache: SchedulerCache, requests: (podClass: PodClass) => Amounts) {
    this.#cache = cache;
    this.#requests = requests;
  }

  of(namespace: string): Amounts {
    return this.#used.get(namespace) ?? NOTHING;
  }

  update(): void {
    const { changes, changedNodes, nodeCapacity } = this.#cache;
    const before = this.#changes;
    this.#changes = changes;
    if (changes - before > CHANGES_KEPT) {
      for (let node = 0 as NodeRow; node < nodeCapacity; node = (node + 1) as NodeRow) this.#recount(node);
    } else {
      for (let i = before; i < changes; i += 1) this.#recount(changedNodes[i % CHANGES_KEPT]);
    }
  }

  charge(podClass: PodClass, sign: 1 | -1): void {
    const { namespace } = podClass;
    let used = this.#used.get(namespace);
    if (used === undefined) {
      used = new Map();
      this.#used.set(namespace, used);
    }
    for (const [name, amount] of this.#requests(podClass)) used.set(name, (used.get(name) ?? 0) + sign * amount);
  }

  #recount(node: NodeRow): void {
    const { firstPod, nextPod, podClass, state } = this.#cache;
    for (const counted of this.#counted[node] ?? []) this.charge(counted, -1);
    const now: PodClass[] = [];
    for (let pod = firstPod[node]; pod >= 0; pod = nextPod[pod]) now.push(state.classes.get(podClass[pod]));
    for (const counted of now) this.charge(counted, 1);
    this.#counted[node] = now;
  }
}
