// Hot dialect: dominant resource fairness: the pods of the user with the smallest dominant share come first.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import type { PodClass } from '../../../model/pod-class.ts';
import { CHANGES_KEPT, type SchedulerCache } from '../../cache/cache.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { ById } from '../by-id.ts';
import { capacityColumn, requestOf } from '../resource-columns.ts';
import type { ClassRow, NodeRow } from '../../../model/rows.ts';

/** Requests of each user's pods that hold a node, assumed ones included, kept as nodes change. */
class Holdings {
  /** Users by number, in the order of their first pod. */
  readonly users: string[] = [];
  /** By user: the amounts of each resource, in the resource's base unit. */
  readonly #amounts: Float64Array[] = [];
  readonly #numbers = new Map<string, number>();
  /** By node: users and the amounts that were counted for them. */
  readonly #counted: Map<number, Float64Array>[] = [];
  #changes = 0;
  readonly #cache: SchedulerCache;
  readonly #resources: readonly string[];
  readonly #userOf: ById<PodClass, number>;
  readonly #requests: ById<PodClass, Float64Array>;

  constructor(cache: SchedulerCache, resources: readonly string[], userOf: (podClass: PodClass) => string) {
    this.#cache = cache;
    this.#resources = resources;
    this.#userOf = new ById((podClass) => this.#number(userOf(podClass)));
    this.#requests = new ById(({ shape }) => Float64Array.from(resources, (name) => requestOf(shape, name)));
  }

  userOf(podClass: PodClass): number {
    return this.#userOf.get(podClass);
  }

  /** Takes note of what changed since the last call; false when nothing did. */
  update(): boolean {
    const { changes, changedNodes, nodeCapacity } = this.#cache;
    const before = this.#changes;
    if (changes === before) return false;
    this.#changes = changes;
    if (changes - before > CHANGES_KEPT) {
      for (let node = 0 as NodeRow; node < nodeCapacity; node = (node + 1) as NodeRow) this.#recount(node);
    } else {
      for (let i = before; i < changes; i += 1) this.#recount(changedNodes[i % CHANGES_KEPT]);
    }
    return true;
  }

  /** The user's greatest share of any resource of the cluster. */
  dominantShare(user: number, capacity: Float64Array): number {
    let dominant = 0;
    for (let k = 0; k < capacity.length; k += 1) {
      if (capacity[k] > 0) dominant = Math.max(dominant, this.#amounts[user][k] / capacity[k]);
    }
    return dominant;
  }

  #number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const made = this.users.length;
    this.#numbers.set(name, made);
    this.users.push(name);
    this.#amounts.push(new Float64Array(this.#resources.length));
    return made;
  }

  #recount(node: NodeRow): void {
    const cache = this.#cache;
    const counted = (this.#counted[node] ??= new Map());
    for (const [user, amounts] of counted) {
      for (let k = 0; k < amounts.length; k += 1) this.#amounts[user][k] -= amounts[k];
    }
    counted.clear();
    for (let pod = cache.firstPod[node]; pod >= 0; pod = cache.nextPod[pod]) {
      const podClass = cache.state.classes.get(cache.podClass[pod]);
      const user = this.#userOf.get(podClass);
      const requests = this.#requests.get(podClass);
      let amounts = counted.get(user);
      if (amounts === undefined) {
        amounts = new Float64Array(requests.length);
        counted.set(user, amounts);
      }
      for (let k = 0; k < amounts.length; k += 1) {
        amounts[k] += requests[k];
        this.#amounts[user][k] += requests[k];
      }
    }
  }
}

const LABEL = 'label:';

/**
 * Dominant resource fairness of A. Ghodsi, M. Zaharia, B. Hindman, A. Konwinski, S. Shenker and I. Stoica, "Dominant Resource Fairness: Fair
 * Allocation of Multiple Resource Types", NSDI 2011, Algorithm 1: next comes a pod of the user whose dominant share, divided by the user's weight
 * (section 4.3), is least. Among pods of equal share PrioritySort's order decides. It is the order of pods that can be tried now: as everywhere in
 * kube-scheduler, a pod that fits nowhere does not hold up those behind it. With `user: label:…` of a label that names jobs it is the order of jobs of
 * Volcano's `drf` (pkg/scheduler/plugins/drf, jobOrderFn).
 */
export const dominantResourceFairness = member({
  name: 'DominantResourceFairness',
  summary:
    'Orders waiting pods by the dominant share of their user: smallest share first, then priority, then waiting time.',
  args: z.strictObject({
    user: z
      .string()
      .regex(/^(namespace|label:.+)$/, 'expected "namespace" or "label:<key>"')
      .default('namespace')
      .describe('whose pods belong together: `namespace`, or `label:<key>` for the value of a label of pods'),
    resources: z.array(z.string().min(1)).min(1).default(['cpu', 'memory']).describe('the resources that are shared'),
    weights: z
      .record(z.string(), z.number().positive())
      .default({})
      .describe('by user: how large a share is fair, compared with 1 of users that are not named'),
  }),
  create({ user, resources, weights }, { cache }: Handle): Plugin {
    const key = user.startsWith(LABEL) ? user.slice(LABEL.length) : undefined;
    const holdings = new Holdings(cache, resources, (podClass) =>
      key === undefined ? podClass.namespace : (podClass.labels[key] ?? ''),
    );
    const capacity = new Float64Array(resources.length);
    const { classes } = cache.state;
    /** By user, as of the last call of `reordered`. */
    let shares = new Float64Array(0);
    const shareOf = (podClass: ClassRow): number => {
      const number = holdings.userOf(classes.get(podClass));
      return number < shares.length ? shares[number] : 0;
    };
    return {
      less(a, b, { podClass, priority, timestamp }) {
        const shareA = shareOf(podClass[a]);
        const shareB = shareOf(podClass[b]);
        if (shareA !== shareB) return shareA < shareB;
        return priority[a] !== priority[b] ? priority[a] > priority[b] : timestamp[a] < timestamp[b];
      },
      reordered() {
        if (!holdings.update()) return false;
        for (let k = 0; k < resources.length; k += 1) {
          const column = capacityColumn(cache, resources[k]);
          capacity[k] = 0;
          for (let node = 0 as NodeRow; node < cache.nodeCapacity; node = (node + 1) as NodeRow) {
            if (cache.present[node] === 1) capacity[k] += column[node];
          }
        }
        shares = Float64Array.from(
          holdings.users,
          (name, number) => holdings.dominantShare(number, capacity) / (weights[name] ?? 1),
        );
        return true;
      },
    };
  },
});
