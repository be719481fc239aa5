// Hot dialect: how much of what is free could not be used by the pods that are typical of the run, and how many nodes are in use.
import type { ClusterState } from '../model/state.ts';
import type { PodGauges } from './pod-gauges.ts';
import type { ClassRow, NodeRow } from '../model/rows.ts';

/** What pods were created, and what those that are bound hold by node. */
type Stock = Pick<PodGauges, 'created' | 'createdOf' | 'pods' | 'cpuMilli' | 'memoryBytes'>;

/** The pods of one size: their requests, and how many of all pods created they are. */
interface Size {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  pods: number;
}

/**
 * Of Q. Weng, L. Yang, Y. Yu, W. Wang, X. Tang, G. Yang and L. Zhang, "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient
 * Descent", USENIX ATC 2023, section 3: to a pod that does not fit on a node everything free there is a fragment; a node's fragmentation is the mean of
 * that over the pods of a typical workload. Here for CPU and memory, over the pods created so far, and by all that is free.
 */
export class Fragmentation {
  /** Fragments by what is free; undefined where nothing is free, or no pod has been created. */
  cpu: number | undefined;
  memory: number | undefined;
  readonly #state: ClusterState;
  readonly #gauges: Stock;
  readonly #sizes: Size[] = [];
  readonly #sizeOfShape = new Map<number, Size>();

  constructor(state: ClusterState, gauges: Stock) {
    this.#state = state;
    this.#gauges = gauges;
  }

  /** Takes stock of all nodes now. */
  measure(): void {
    const sizes = this.#weigh();
    const { created } = this.#gauges;
    const { nodes } = this.#state;
    const { cpuMilli, memoryBytes, pods } = this.#gauges;
    let freeCpu = 0;
    let freeMemory = 0;
    let lostCpu = 0;
    let lostMemory = 0;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 0) continue;
      const cpu = Math.max(0, nodes.cpuMilli[node] - (cpuMilli[node] ?? 0));
      const memory = Math.max(0, nodes.memoryBytes[node] - (memoryBytes[node] ?? 0));
      const full = (pods[node] ?? 0) >= nodes.maxPods[node];
      let shut = 0;
      for (let k = 0; k < sizes.length; k += 1) {
        const size = sizes[k];
        if (full || size.cpuMilli > cpu || size.memoryBytes > memory) shut += size.pods;
      }
      freeCpu += cpu;
      freeMemory += memory;
      lostCpu += cpu * shut;
      lostMemory += memory * shut;
    }
    this.cpu = created === 0 || freeCpu === 0 ? undefined : lostCpu / created / freeCpu;
    this.memory = created === 0 || freeMemory === 0 ? undefined : lostMemory / created / freeMemory;
  }

  #weigh(): readonly Size[] {
    const { classes } = this.#state;
    const { createdOf } = this.#gauges;
    for (const size of this.#sizes) size.pods = 0;
    for (let id = 0; id < classes.length; id += 1) {
      const pods = createdOf[id] ?? 0;
      if (pods === 0) continue;
      const { shape } = classes.get(id as ClassRow);
      let size = this.#sizeOfShape.get(shape.id);
      if (size === undefined) {
        const { cpuMilli, memoryBytes } = shape;
        size = this.#sizes.find((one) => one.cpuMilli === cpuMilli && one.memoryBytes === memoryBytes);
        if (size === undefined) {
          size = { cpuMilli, memoryBytes, pods: 0 };
          this.#sizes.push(size);
        }
        this.#sizeOfShape.set(shape.id, size);
      }
      size.pods += pods;
    }
    return this.#sizes;
  }
}
