// Hot dialect: the requests that are on their way or being served. A request is a row; only the files beside this one know its columns.
import { grown, nextCapacity } from '../../model/columns.ts';

/** What a request asks for. Each has a file here with its encoder and its commit. */
export const Verb = {
  CreatePod: 0,
  BindPod: 1,
  PatchPodStatus: 2,
  DeletePod: 3,
  /** DELETE with grace 0 by the kubelet, or a force deletion. */
  RemovePod: 4,
  UpdateNodeStatus: 5,
  UpdateNodeSpec: 6,
  CreateObject: 7,
  UpdateObject: 8,
  UpdateObjectStatus: 9,
  DeleteObject: 10,
  WriteEndpointSlice: 11,
  RecordEvent: 12,
  Read: 13,
  PatchPodOwner: 14,
  PatchObjectOwner: 15,
  CallResource: 16,
  UntrackPod: 17,
  CreateMirrorPod: 18,
} as const;

export class RequestArena {
  capacity = 0;
  length = 0;
  inUse = 0;
  verb = new Uint8Array(0);
  /** The row of the pod, node or object that the verb is about, or -1. */
  target = new Int32Array(0);
  /** The epoch of a target that is a pod. */
  epoch = new Int32Array(0);
  /** The resource version that the client read; 0 for none. */
  expected = new Float64Array(0);
  /** What the verb's own file makes of them. */
  a = new Int32Array(0);
  b = new Int32Array(0);
  c = new Int32Array(0);
  /** When the client made the request, µs. */
  madeAt = new Float64Array(0);
  /** Whose it is, by the client's bucket. */
  bucket = new Int32Array(0);
  /** Who is answered (-1: nobody), and the token that the answer carries. */
  reply = new Int32Array(0);
  token = new Int32Array(0);
  /** The next request in the server's queue, or in the list of free rows. */
  next = new Int32Array(0);
  /** Bodies of the requests that have one. */
  readonly body: (object | undefined)[] = [];
  readonly #clock: { readonly now: number };
  #free = -1;

  constructor(clock: { readonly now: number }) {
    this.#clock = clock;
  }

  allocate(verb: number, target: number, epoch = 0): number {
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
    this.madeAt[row] = this.#clock.now;
    this.reply[row] = -1;
    this.token[row] = 0;
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
    this.madeAt = grown(this.madeAt, capacity);
    this.bucket = grown(this.bucket, capacity);
    this.reply = grown(this.reply, capacity);
    this.token = grown(this.token, capacity);
    this.next = grown(this.next, capacity);
    this.capacity = capacity;
  }
}
