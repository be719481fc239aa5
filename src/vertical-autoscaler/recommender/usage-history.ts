// What containers of one name have used: cpu by sample, memory by the peak of each day, and what an OOM kill says.
import { CPU_BUCKETS, MEMORY_BUCKETS } from './buckets.ts';
import { truncated } from './amounts.ts';
import { DecayingHistogram } from './histogram.ts';

const DAY_US = 24 * 3600e6;
/** Every sample of cpu weighs this, whatever the request. */
const CPU_WEIGHT = 0.1;
const OOM_BUMP_UP_RATIO = 1.2;
const OOM_LEAST_BUMP_UP = 100 * 1024 * 1024;

/** The history of all containers of one name in the pods of one workload. */
export class UsageHistory {
  readonly cpu = new DecayingHistogram(CPU_BUCKETS);
  readonly memory = new DecayingHistogram(MEMORY_BUCKETS);
  firstSampleUs = Infinity;
  lastSampleUs = -Infinity;
  samples = 0;

  addCpu(milli: number, atUs: number): void {
    this.cpu.add(milli / 1000, CPU_WEIGHT, atUs);
    this.lastSampleUs = Math.max(this.lastSampleUs, atUs);
    this.firstSampleUs = Math.min(this.firstSampleUs, atUs);
    this.samples += 1;
  }

  /** How much the history is worth: the days of a sample every minute. */
  get confidence(): number {
    if (this.samples === 0) return 0;
    return Math.min((this.lastSampleUs - this.firstSampleUs) / DAY_US, this.samples / (60 * 24));
  }
}

/** One container, as its samples come. */
export class ContainerUsage {
  readonly #history: UsageHistory;
  #lastCpuUs = -Infinity;
  #lastMemoryUs = -Infinity;
  /** The end of the day in which memory peaks are compared. */
  #windowEndUs = -Infinity;
  #memoryPeak = 0;
  #oomPeak = 0;

  constructor(history: UsageHistory) {
    this.#history = history;
  }

  /** The highest of the day that ends then, kills for memory included. */
  get presentPeak(): { readonly bytes: number; readonly windowEndUs: number } {
    return { bytes: Math.max(this.#memoryPeak, this.#oomPeak), windowEndUs: this.#windowEndUs };
  }

  /** False for a sample that is not newer than the last one. */
  addCpu(milli: number, atUs: number): boolean {
    if (milli < 0 || atUs <= this.#lastCpuUs) return false;
    this.#history.addCpu(milli, atUs);
    this.#lastCpuUs = atUs;
    return true;
  }

  /** False for a sample that is older than the last one. */
  addMemory(bytes: number, atUs: number): boolean {
    if (bytes < 0 || atUs < this.#lastMemoryUs) return false;
    if (this.#addPeak(bytes, atUs)) this.#memoryPeak = bytes;
    return true;
  }

  /** The container was killed for its memory. False for a kill of an earlier day. */
  addOom(requested: number, atUs: number): boolean {
    if (atUs < this.#windowEndUs - DAY_US) return false;
    const used = Math.max(requested, this.#memoryPeak);
    const needed = Math.max(used + OOM_LEAST_BUMP_UP, truncated(used * OOM_BUMP_UP_RATIO));
    if (this.#addPeak(needed, atUs)) this.#oomPeak = needed;
    return true;
  }

  /** Whether it is the highest of its day so far. */
  #addPeak(bytes: number, atUs: number): boolean {
    const { memory } = this.#history;
    this.#lastMemoryUs = atUs;
    if (this.#windowEndUs === -Infinity) this.#windowEndUs = atUs;
    if (atUs < this.#windowEndUs) {
      const before = Math.max(this.#memoryPeak, this.#oomPeak);
      if (before === 0 || bytes <= before) return false;
      memory.subtract(before, 1, this.#windowEndUs);
    } else {
      this.#windowEndUs += Math.floor((atUs - this.#windowEndUs) / DAY_US) * DAY_US + DAY_US;
      this.#memoryPeak = 0;
      this.#oomPeak = 0;
    }
    memory.add(bytes, 1, this.#windowEndUs);
    return true;
  }
}
