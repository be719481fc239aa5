// Hot dialect: the processors that one pod's work shares: all of it is worked on all the time, the slower the more there is.
import { WorkHeap } from './work-heap.ts';

/** Work leaves in the order of what it needs plus what all work had attained when it came. */
export class SharedProcessors extends WorkHeap {
  readonly processors: number;
  /** Work that each item had since the pod was idle, µs, as of `#sinceUs`. */
  attainedUs = 0.5;
  /** CPU time per µs of work, summed over the items. */
  factors = 0.5;
  #sinceUs = 0.5;

  constructor(processors: number) {
    super();
    this.processors = processors;
    this.attainedUs = 0;
    this.factors = 0;
    this.#sinceUs = 0;
  }

  /** The share of a processor that each item has. */
  get rate(): number {
    return this.count <= this.processors ? 1 : this.processors / this.count;
  }

  /** Time until the first item is done, while nothing changes. There must be one. */
  get leftUs(): number {
    const workUs = this.firstUs - this.attainedUs;
    return workUs > 0 ? workUs / this.rate : 0;
  }

  advance(nowUs: number): void {
    if (this.count === 0) this.attainedUs = 0;
    else this.attainedUs += (nowUs - this.#sinceUs) * this.rate;
    this.#sinceUs = nowUs;
  }

  /** Takes an item that is worked on; gives the work that is left of it, µs. */
  take(item: number): number {
    return Math.max(0, this.remove(item) - this.attainedUs);
  }

  override clear(): void {
    super.clear();
    this.factors = 0;
  }
}
