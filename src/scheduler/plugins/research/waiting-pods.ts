// Pods that found no node, in the order in which backfilling looks after them.
import type { PodClass } from '../../../model/pod-class.ts';
import type { NodeRow, PodRow } from '../../../model/rows.ts';
import type { FilterOutcome, Handle } from '../../framework/interface.ts';
import type { PodInfo } from '../../framework/pod-info.ts';
import { Code } from '../../framework/status.ts';

export interface WaitingPod {
  readonly row: PodRow;
  readonly epoch: number;
  readonly podClass: PodClass;
  readonly createdUs: number;
  /** Where it might fit once others are gone. */
  readonly nodes: readonly NodeRow[];
}

type Ordered = Pick<WaitingPod, 'row' | 'podClass' | 'createdUs'>;

/** Higher priority first, then who was created first. */
export function precedes(a: Ordered, b: Ordered): boolean {
  if (a.podClass.priority !== b.podClass.priority) return a.podClass.priority > b.podClass.priority;
  return a.createdUs !== b.createdUs ? a.createdUs < b.createdUs : a.row < b.row;
}

export class WaitingPods {
  /** How often one came or went. */
  changes = 0;
  readonly #handle: Handle;
  readonly #byRow = new Map<PodRow, WaitingPod>();

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** As the pod is ordered among those that wait. */
  orderOf({ row, podClass }: PodInfo): Ordered {
    return { row, podClass, createdUs: this.#handle.cache.state.pods.createdAt[row] };
  }

  waits({ row, epoch }: Pick<WaitingPod, 'row' | 'epoch'>): boolean {
    const { cache } = this.#handle;
    const { alive, epoch: current } = this.#handle.pods();
    return alive[row] === 1 && current[row] === epoch && cache.nodeOf(row, epoch) < 0;
  }

  /** Takes note of a pod that no node was found for; `mayFit` says of a node, and its position among those examined, whether it may help to wait. */
  add(
    pod: PodInfo,
    { examined, verdicts }: FilterOutcome,
    mayFit: (node: NodeRow, at: number) => boolean = () => true,
  ): WaitingPod {
    const nodes: NodeRow[] = [];
    for (let i = 0; i < examined.end; i += 1) {
      if (verdicts.codes[i] === Code.Unschedulable && mayFit(examined.rows[i], i)) nodes.push(examined.rows[i]);
    }
    const one = { ...this.orderOf(pod), epoch: pod.epoch, nodes };
    this.#byRow.set(pod.row, one);
    this.changes += 1;
    return one;
  }

  get size(): number {
    return this.#byRow.size;
  }

  delete(row: PodRow): void {
    if (this.#byRow.delete(row)) this.changes += 1;
  }

  /** Those that still wait, the first one first. */
  inOrder(): WaitingPod[] {
    for (const one of this.#byRow.values()) if (!this.waits(one)) this.#byRow.delete(one.row);
    return [...this.#byRow.values()].sort((a, b) => (precedes(a, b) ? -1 : 1));
  }
}
