// Nominated pods: who waits for room on which node, so that others of no higher priority do not take it (nominator.go).
import type { PodClass } from '../../model/pod-class.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

export interface Nomination {
  readonly pod: PodRow;
  readonly podClass: PodClass;
  readonly epoch: number;
  readonly node: NodeRow;
  readonly priority: number;
}

export class Nominations {
  readonly #ofPod = new Map<number, Nomination>();
  readonly #onNode = new Map<number, Nomination[]>();

  get size(): number {
    return this.#ofPod.size;
  }

  /** The node to which the pod of that row and epoch is nominated, or -1. */
  nodeOf(pod: PodRow, epoch: number): NodeRow {
    const found = this.#ofPod.get(pod);
    return found?.epoch === epoch ? found.node : -1;
  }

  /** All of them, in no order that means anything. */
  all(): Iterable<Nomination> {
    return this.#ofPod.values();
  }

  /** Pods nominated to a node, who came first first. */
  on(node: NodeRow): readonly Nomination[] {
    return this.#onNode.get(node) ?? NOBODY;
  }

  /** True when a pod of that priority has to leave room for another one on the node. */
  concern(node: NodeRow, pod: PodRow, priority: number): boolean {
    for (const other of this.on(node)) if (other.pod !== pod && other.priority >= priority) return true;
    return false;
  }

  add(nomination: Nomination): void {
    this.remove(nomination.pod);
    this.#ofPod.set(nomination.pod, nomination);
    this.#onNode.set(nomination.node, [...this.on(nomination.node), nomination]);
  }

  /** The pod is of another class now. */
  reclass(pod: PodRow, podClass: PodClass): void {
    const before = this.#ofPod.get(pod);
    if (before === undefined) return;
    const after = { ...before, podClass };
    this.#ofPod.set(pod, after);
    this.#onNode.set(
      after.node,
      this.on(after.node).map((one) => (one === before ? after : one)),
    );
  }

  /** The pod is nominated no longer. Returns what it was nominated to. */
  remove(pod: PodRow): Nomination | undefined {
    const found = this.#ofPod.get(pod);
    if (found === undefined) return undefined;
    this.#ofPod.delete(pod);
    const left = this.on(found.node).filter((one) => one.pod !== pod);
    if (left.length > 0) this.#onNode.set(found.node, left);
    else this.#onNode.delete(found.node);
    return found;
  }
}

const NOBODY: readonly Nomination[] = [];
