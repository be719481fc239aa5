// Hot dialect: the points of containers that kubelets measure and metrics-server keeps: the newest, and of those scraped the last two.
import { grown, nextCapacity } from '../model/columns.ts';

/** A container of which metrics-server has one point only has a usage from this age on, counted from its start. */
const FRESH_US = 10e6;

export class Points {
  /** By row of a container: what its kubelet measured last, when, and since when that process runs; -1: nothing. */
  readonly measured = new Columns();
  /** What metrics-server scraped last, and the one before that has usage in between; -1: none. */
  readonly last = new Columns();
  readonly previous = new Columns();
  /** Memory now: a gauge needs no second point. */
  bytes = new Float64Array(0);
  lastBytes = new Float64Array(0);
  /** The identity of the pod that the points are of. */
  #identity = new Int32Array(0);

  /** The kubelet looks at a container that runs. */
  measure(row: number, identity: number, atUs: number, startedUs: number, usedUs: number, bytes: number): void {
    if (row >= this.#identity.length) this.#grow(row);
    if (this.#identity[row] !== identity) this.drop(row);
    this.#identity[row] = identity;
    this.measured.set(row, atUs, startedUs, usedUs);
    this.bytes[row] = bytes;
  }

  /** metrics-server has something of the container. */
  has(row: number, identity: number): boolean {
    return row < this.#identity.length && this.#identity[row] === identity && this.last.atUs[row] >= 0;
  }

  /** The scrape did not find it: what was known before goes. */
  drop(row: number): void {
    if (row >= this.#identity.length) return;
    this.last.atUs[row] = -1;
    this.previous.atUs[row] = -1;
  }

  /** metrics-server takes over what the kubelet has of a process that runs since then (its pkg/storage/pod.go). */
  scrape(row: number, identity: number, startedAtUs: number, resolutionUs: number): void {
    if (row >= this.#identity.length) return;
    if (this.#identity[row] !== identity || this.measured.startedUs[row] !== startedAtUs) {
      this.drop(row);
      return;
    }
    const { measured, last, previous } = this;
    const atUs = measured.atUs[row];
    const startedUs = measured.startedUs[row];
    const ageUs = atUs - startedUs;
    if (ageUs > 0 && ageUs < resolutionUs && ageUs >= FRESH_US) {
      previous.set(row, startedUs, startedUs, 0);
    } else if (last.atUs[row] < 0 || startedUs >= last.atUs[row]) {
      // Not seen before, or it has started over since.
      previous.atUs[row] = -1;
    } else if (atUs > last.atUs[row]) {
      previous.copy(row, last);
    } else if (previous.atUs[row] >= atUs) {
      previous.atUs[row] = -1;
    }
    last.copy(row, measured);
    this.lastBytes[row] = this.bytes[row];
  }

  #grow(row: number): void {
    const old = this.#identity.length;
    let capacity = old;
    while (row >= capacity) capacity = nextCapacity(capacity);
    this.measured.grow(capacity);
    this.last.grow(capacity);
    this.previous.grow(capacity);
    this.bytes = grown(this.bytes, capacity);
    this.lastBytes = grown(this.lastBytes, capacity);
    this.#identity = grown(this.#identity, capacity).fill(-1, old);
  }
}

/** A counter of CPU time at a time, and since when it counts, µs. */
class Columns {
  atUs = new Float64Array(0);
  startedUs = new Float64Array(0);
  usedUs = new Float64Array(0);

  set(row: number, atUs: number, startedUs: number, usedUs: number): void {
    this.atUs[row] = atUs;
    this.startedUs[row] = startedUs;
    this.usedUs[row] = usedUs;
  }

  copy(row: number, from: Columns): void {
    this.set(row, from.atUs[row], from.startedUs[row], from.usedUs[row]);
  }

  grow(capacity: number): void {
    const old = this.atUs.length;
    this.atUs = grown(this.atUs, capacity).fill(-1, old);
    this.startedUs = grown(this.startedUs, capacity);
    this.usedUs = grown(this.usedUs, capacity);
  }
}
