// Hot dialect: the arena of API writes. A write is a row; its handler is (write, stage).
import { grown, nextCapacity } from '../model/columns.ts';

export const Verb = {
  CreatePod: 0,
  BindPod: 1,
  PodStatus: 2,
  DeletePod: 3,
  /** DELETE with grace 0 by the kubelet, or a force deletion. */
  RemovePod: 4,
  NodeStatus: 5,
  NodeSpec: 6,
  CreateObject: 7,
  UpdateObject: 8,
  UpdateStatus: 9,
  DeleteObject: 10,
  Endpoints: 11,
  Event: 12,
  Read: 13,
} as const;

/** What a client gets back: the row of the object (0 or more), or one of these. */
export const Refused = { Conflict: -1, NotFound: -2, AlreadyExists: -3 } as const;

export class WriteArena {
  capacity = 0;
  length = 0;
  inUse = 0;
  verb = new Uint8Array(0);
  target = new Int32Array(0);
  epoch = new Int32Array(0);
  /** The resource version that the client read; 0 for none. */
  expected = new Float64Array(0);
  a = new Int32Array(0);
  b = new Int32Array(0);
  c = new Int32Array(0);
  time = new Float64Array(0);
  reply = new Int32Array(0);
  token = new Int32Array(0);
  /** The next write in the server's queue, or in the list of free rows. */
  next = new Int32Array(0);
  /** Bodies of the writes that have one. */
  readonly body: (object | undefined)[] = [];
  #free = -1;

  allocate(verb: number, target: number, epoch: number, reply: number, token: number): number {
    let row = this.#free;
    if (row >= 0) {
      this.#free = this.next[row];
    } else {
      if (this.length === this.capacity) this.#grow();
      row = this.length;
      this.length += 1;
    }
    this.inUse += 1;
    this.verb[row] = verb;
    this.target[row] = target;
    this.epoch[row] = epoch;
    this.expected[row] = 0;
    this.a[row] = 0;
    this.b[row] = 0;
    this.c[row] = 0;
    this.time[row] = 0;
    this.reply[row] = reply;
    this.token[row] = token;
    this.next[row] = -1;
    return row;
  }

  release(row: number): void {
    this.body[row] = undefined;
    this.next[row] = this.#free;
    this.#free = row;
    this.inUse -= 1;
  }

  #grow(): void {
    const capacity = nextCapacity(this.capacity);
    this.verb = grown(this.verb, capacity);
    this.target = grown(this.target, capacity);
    this.epoch = grown(this.epoch, capacity);
    this.expected = grown(this.expected, capacity);
    this.a = grown(this.a, capacity);
    this.b = grown(this.b, capacity);
    this.c = grown(this.c, capacity);
    this.time = grown(this.time, capacity);
    this.reply = grown(this.reply, capacity);
    this.token = grown(this.token, capacity);
    this.next = grown(this.next, capacity);
    this.capacity = capacity;
  }
}
