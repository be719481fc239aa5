// Hot dialect: how many times as long work takes that begins now, by the pod and by its node. Nothing while nothing is slow.
import type { Slowness } from '../model/ports/troubles.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** Of all that slow a work down: one of a millisecond takes eleven days then. */
const MOST = 1e9;

interface SlowPod {
  readonly epoch: number;
  readonly factor: number;
}

export class SlownessOfWork implements Slowness {
  any = false;
  readonly #pods = new Map<PodRow, Set<SlowPod>>();
  readonly #nodes = new Map<NodeRow, Set<{ readonly factor: number }>>();

  slowPod(pod: PodRow, epoch: number, factor: number): () => void {
    return this.#add(this.#pods, pod, { epoch, factor });
  }

  slowNode(node: NodeRow, factor: number): () => void {
    return this.#add(this.#nodes, node, { factor });
  }

  of(pod: PodRow, epoch: number, node: NodeRow): number {
    let product = 1;
    for (const one of this.#pods.get(pod) ?? []) if (one.epoch === epoch) product *= one.factor;
    for (const { factor } of this.#nodes.get(node) ?? []) product *= factor;
    return Math.min(product, MOST);
  }

  #add<Row, One>(all: Map<Row, Set<One>>, row: Row, one: One): () => void {
    const known = all.get(row) ?? new Set<One>();
    known.add(one);
    all.set(row, known);
    this.any = true;
    return () => {
      known.delete(one);
      if (known.size === 0) all.delete(row);
      this.any = this.#pods.size + this.#nodes.size > 0;
    };
  }
}
