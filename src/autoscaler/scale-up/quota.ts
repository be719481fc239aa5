// How many more nodes the limits on the cluster's cores and memory allow.
import type { ListedNode } from '../cluster/listed.ts';
import { isBeingDeleted } from '../cluster/taints.ts';
import type { AutoscalerOptions } from '../options.ts';

type Amounts = Readonly<Record<string, number>>;

export class Quota {
  #cores: number;
  #memoryBytes: number;

  /** What nodes have that stay. */
  constructor(nodes: readonly Pick<ListedNode, 'capacity' | 'taints'>[], options: AutoscalerOptions, nowUs: number) {
    this.#cores = options.maxCoresTotal;
    this.#memoryBytes = options.maxMemoryTotalBytes;
    for (const { capacity, taints } of nodes) if (!isBeingDeleted(taints, nowUs)) this.consume(capacity, 1);
  }

  /** Of so many nodes, as many as there is room for. */
  allowed(capacity: Amounts, nodes: number): number {
    const cores = wholeCores(capacity);
    const memory = capacity.memory ?? 0;
    const byCores = cores > 0 ? Math.floor(this.#cores / cores) : nodes;
    const byMemory = memory > 0 ? Math.floor(this.#memoryBytes / memory) : nodes;
    return Math.max(0, Math.min(nodes, byCores, byMemory));
  }

  consume(capacity: Amounts, nodes: number): void {
    this.#cores -= wholeCores(capacity) * nodes;
    this.#memoryBytes -= (capacity.memory ?? 0) * nodes;
  }
}

/** Parts of a core count as one. */
export function wholeCores({ cpu = 0 }: Amounts): number {
  return Math.ceil(cpu / 1000);
}
