// Hot dialect: the binding cycles that are under way, as columns by binding.
import { grown, nextCapacity } from '../model/columns.ts';
import { type NodeRow, type PodRow, rowColumn } from '../model/rows.ts';

/** Where a binding cycle is. `Dead`: the pod is gone and an answer is still on its way. */
export const Phase = { Free: 0, Reserve: 1, Permit: 2, PreBind: 3, Bind: 4, Dead: 5 } as const;

export class Bindings {
  phase = new Uint8Array(0);
  row = rowColumn<PodRow>();
  node = rowColumn<NodeRow>();
  profile = new Int32Array(0);
  /** Rises with each use: what is meant for an older use is ignored. */
  use = new Int32Array(0);
  /** The plugin that made the pod wait. */
  waitsFor = new Int32Array(0);
  #length = 0;
  #capacity = 0;
  readonly #free: number[] = [];
  /** By pod: its binding, -1 for none. */
  #of = new Int32Array(0);

  /** The pod's binding, -1 for none. */
  of(pod: PodRow): number {
    return pod < this.#of.length ? this.#of[pod] : -1;
  }

  add(row: PodRow, node: NodeRow, profile: number): number {
    let binding = this.#free.pop();
    if (binding === undefined) {
      if (this.#length === this.#capacity) this.#grow();
      binding = this.#length;
      this.#length += 1;
    }
    if (row >= this.#of.length) {
      const before = this.#of.length;
      this.#of = grown(this.#of, Math.max(64, row + 1, before * 2));
      this.#of.fill(-1, before);
    }
    this.#of[row] = binding;
    this.phase[binding] = Phase.Reserve;
    this.row[binding] = row;
    this.node[binding] = node;
    this.profile[binding] = profile;
    this.use[binding] += 1;
    return binding;
  }

  /** The pod has no binding any more; a row that waits for an answer stays until `release`. */
  forget(pod: PodRow): void {
    this.#of[pod] = -1;
  }

  release(binding: number): void {
    this.phase[binding] = Phase.Free;
    this.#free.push(binding);
  }

  #grow(): void {
    const capacity = nextCapacity(this.#capacity);
    this.phase = grown(this.phase, capacity);
    this.row = grown(this.row, capacity);
    this.node = grown(this.node, capacity);
    this.profile = grown(this.profile, capacity);
    this.use = grown(this.use, capacity);
    this.waitsFor = grown(this.waitsFor, capacity);
    this.#capacity = capacity;
  }
}
