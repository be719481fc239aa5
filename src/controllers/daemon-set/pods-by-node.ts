// The pods of DaemonSets by set and node: those that are on the node, and those that wait to get there.
import { grown, nextCapacity } from '../../model/columns.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import { PodLists } from '../kit/pod-lists.ts';

/** A pair of a set and a node has a number, given when it first has a pod. */
export class PodsByNode {
  readonly #lists = new PodLists<number>();
  /** By set: by node the number of the pair plus one. */
  readonly #pairs = new Map<ObjectRow, Int32Array>();
  /** By number: the node. */
  readonly #node: NodeRow[] = [];
  /** By pod: the number of its pair plus one. */
  #pairOf = new Int32Array(0);

  /** Puts a pod where it belongs; -1 for a node takes it away. The node where it was, -1 for none. */
  move(pod: PodRow, set: ObjectRow, node: NodeRow): NodeRow {
    if (pod >= this.#pairOf.length) this.#pairOf = grown(this.#pairOf, nextCapacity(pod));
    const before = this.#pairOf[pod] - 1;
    const after = node < 0 ? -1 : this.#pair(set, node);
    if (before !== after) {
      this.#lists.move(pod, after);
      this.#pairOf[pod] = after + 1;
    }
    return before < 0 ? -1 : this.#node[before];
  }

  *of(set: ObjectRow, node: NodeRow): Generator<PodRow, void, undefined> {
    const pair = (this.#pairs.get(set)?.[node] ?? 0) - 1;
    if (pair < 0) return;
    for (let pod = this.#lists.first(pair); pod >= 0; pod = this.#lists.next(pod)) yield pod;
  }

  /** Nodes that have pods of the set, or had. */
  *nodes(set: ObjectRow): Generator<NodeRow, void, undefined> {
    for (const [node, pair] of (this.#pairs.get(set) ?? []).entries()) if (pair > 0) yield node as NodeRow;
  }

  /** The set is gone. */
  forget(set: ObjectRow): void {
    this.#pairs.delete(set);
  }

  #pair(set: ObjectRow, node: NodeRow): number {
    let pairs = this.#pairs.get(set) ?? new Int32Array(0);
    if (node >= pairs.length) {
      pairs = grown(pairs, nextCapacity(node));
      this.#pairs.set(set, pairs);
    }
    if (pairs[node] === 0) {
      this.#node.push(node);
      pairs[node] = this.#node.length;
    }
    return pairs[node] - 1;
  }
}
