// Hot dialect: pods whose requests share the processor: each is served all the time, the slower the more there are.
import type { Engine } from '../engine/engine.ts';
import { grown, nextCapacity } from '../model/columns.ts';

/** The processors of one pod. Requests leave in the order of what they need plus what all had attained when they came. */
class SharedProcessor {
  readonly processors: number;
  /** Work that each request had since the pod was idle, µs, as of `sinceUs`. */
  attainedUs = 0.5;
  sinceUs = 0.5;
  count = 0;
  /** What is booked under an older token is void. */
  token = 0;
  /** A heap: the attained work at which a request has had its own, and its row. */
  ends = new Float64Array(8);
  rows = new Int32Array(8);

  constructor(processors: number) {
    this.processors = processors;
    this.attainedUs = 0;
    this.sinceUs = 0;
  }

  /** The share of a processor that each request has. */
  get rate(): number {
    return this.count <= this.processors ? 1 : this.processors / this.count;
  }

  advance(nowUs: number): void {
    if (this.count === 0) this.attainedUs = 0;
    else this.attainedUs += (nowUs - this.sinceUs) * this.rate;
    this.sinceUs = nowUs;
  }

  push(endUs: number, row: number): void {
    if (this.count === this.ends.length) {
      const capacity = nextCapacity(this.count);
      this.ends = grown(this.ends, capacity);
      this.rows = grown(this.rows, capacity);
    }
    const { ends, rows } = this;
    let at = this.count++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (ends[parent] <= endUs) break;
      ends[at] = ends[parent];
      rows[at] = rows[parent];
      at = parent;
    }
    ends[at] = endUs;
    rows[at] = row;
  }

  /** Takes the row that is done first. */
  pop(): number {
    const { ends, rows } = this;
    const first = rows[0];
    const count = --this.count;
    const endUs = ends[count];
    let at = 0;
    for (let child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && ends[child + 1] < ends[child]) child += 1;
      if (ends[child] >= endUs) break;
      ends[at] = ends[child];
      rows[at] = rows[child];
      at = child;
    }
    ends[at] = endUs;
    rows[at] = rows[count];
    return first;
  }
}

export class SharedProcessors {
  readonly #engine: Engine;
  readonly #byPod: (SharedProcessor | undefined)[] = [];
  readonly #onDone: number;

  /** `done` is called with the row of a request that has had its work. */
  constructor(engine: Engine, done: (row: number) => void) {
    this.#engine = engine;
    this.#onDone = engine.kind('traffic.shared', (pod, token) => {
      const processor = this.#byPod[pod];
      if (processor === undefined || processor.token !== token) return;
      processor.advance(engine.now);
      const row = processor.pop();
      this.#book(pod, processor);
      done(row);
    });
  }

  /** A request of `workUs` begins to be served in a pod whose requests share that many processors. */
  begin(pod: number, row: number, workUs: number, processors: number): void {
    let processor = this.#byPod[pod];
    if (processor === undefined || (processor.count === 0 && processor.processors !== processors)) {
      const token = processor === undefined ? 0 : processor.token;
      processor = new SharedProcessor(processors);
      processor.token = token;
      this.#byPod[pod] = processor;
    }
    processor.advance(this.#engine.now);
    processor.push(processor.attainedUs + workUs, row);
    this.#book(pod, processor);
  }

  /** Its process is gone, with all that it served. */
  stop(pod: number): void {
    const processor = this.#byPod[pod];
    if (processor === undefined) return;
    processor.count = 0;
    processor.token = (processor.token + 1) | 0;
  }

  #book(pod: number, processor: SharedProcessor): void {
    processor.token = (processor.token + 1) | 0;
    if (processor.count === 0) return;
    const leftUs = processor.ends[0] - processor.attainedUs;
    this.#engine.after(leftUs > 0 ? leftUs / processor.rate : 0, this.#onDone, pod, processor.token);
  }
}
