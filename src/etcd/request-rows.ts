// Hot dialect: the requests that members have: where each is on its way, and who has its answer.
import { grown, nextCapacity } from '../model/columns.ts';

export const Step = {
  /** Its member knows of no leader. */
  Waiting: 0,
  /** On its way to the leader, or lost with one. */
  Sent: 1,
  /** In the leader's log. */
  Appended: 2,
  /** A quorum has it; its member does not know yet. */
  Committed: 3,
  /** The member is stopped and has not read it. */
  Frozen: 4,
} as const;

export class RequestRows {
  capacity = 0;
  length = 0;
  inUse = 0;
  /** Saves of members are kept in that many columns. */
  readonly width: number;
  member = new Uint8Array(0);
  step = new Uint8Array(0);
  reads = new Uint8Array(0);
  /** Whether its client has been answered already. */
  answered = new Uint8Array(0);
  /** Whether the end of its patience is booked. */
  timed = new Uint8Array(0);
  client = new Uint8Array(0);
  token = new Int32Array(0);
  epoch = new Int32Array(0);
  beganUs = new Float64Array(0);
  /** Its place in the log, and the term of the leader that gave it. */
  index = new Float64Array(0);
  term = new Int32Array(0);
  /** By row and member: when it is on that member's disk; Infinity: never. */
  savedUs = new Float64Array(0);
  #free: number[] = [];

  constructor(width: number) {
    this.width = width;
  }

  allocate(): number {
    const row = this.#free.pop() ?? this.length;
    if (row === this.length) {
      if (this.length === this.capacity) this.#grow();
      this.length += 1;
    }
    this.inUse += 1;
    this.answered[row] = 0;
    this.timed[row] = 0;
    return row;
  }

  release(row: number): void {
    this.epoch[row] += 1;
    this.inUse -= 1;
    this.#free.push(row);
  }

  #grow(): void {
    const capacity = nextCapacity(this.capacity);
    this.member = grown(this.member, capacity);
    this.step = grown(this.step, capacity);
    this.reads = grown(this.reads, capacity);
    this.answered = grown(this.answered, capacity);
    this.timed = grown(this.timed, capacity);
    this.client = grown(this.client, capacity);
    this.token = grown(this.token, capacity);
    this.epoch = grown(this.epoch, capacity);
    this.beganUs = grown(this.beganUs, capacity);
    this.index = grown(this.index, capacity);
    this.term = grown(this.term, capacity);
    this.savedUs = grown(this.savedUs, capacity * this.width);
    this.capacity = capacity;
  }
}
