// Hot dialect: by request, where it is on its way: at which server, in which step, and since when.
import { grown, nextCapacity } from '../../model/columns.ts';

export const Step = {
  /** On no way of this path. */
  None: 0,
  /** Sent to a server that is stopped: nobody has read it. */
  Unread: 1,
  /** In the filters, or in the queue behind them. */
  Queued: 2,
  Working: 3,
  /** etcd has it. */
  Stored: 4,
  /** A stopped server will go on with it: to work, to ask etcd, to answer. */
  FrozenWork: 5,
  FrozenAnswer: 6,
  /** Its client has its answer; it may be committed all the same. */
  Kept: 7,
  /** It waits for a watch cache. */
  Uncached: 8,
} as const;

export class Flights {
  capacity = 0;
  step = new Uint8Array(0);
  server = new Int8Array(0);
  /** Its client was answered while it was queued. */
  gone = new Uint8Array(0);
  timed = new Uint8Array(0);
  epoch = new Int32Array(0);
  sentUs = new Float64Array(0);
  /** Of the request to etcd: its row there and that row's epoch, and the member. */
  row = new Int32Array(0);
  rowEpoch = new Int32Array(0);
  member = new Int8Array(0);
  result = new Int32Array(0);
  /** The newest resource version when it was handed to etcd. */
  revision = new Float64Array(0);
  /** Requests up to here have been on the way. */
  length = 0;

  begin(request: number, server: number, step: number, now: number): void {
    while (request >= this.capacity) this.#grow();
    if (request >= this.length) this.length = request + 1;
    this.step[request] = step;
    this.server[request] = server;
    this.gone[request] = 0;
    this.timed[request] = 0;
    this.epoch[request] += 1;
    this.sentUs[request] = now;
    this.row[request] = -1;
  }

  end(request: number): void {
    this.step[request] = Step.None;
    this.epoch[request] += 1;
  }

  /** Those that are on their way at a server. */
  each(server: number, act: (request: number, step: number) => void): void {
    for (let request = 0; request < this.length; request += 1) {
      const { [request]: step } = this.step;
      if (step !== Step.None && this.server[request] === server) act(request, step);
    }
  }

  #grow(): void {
    const capacity = nextCapacity(this.capacity);
    this.step = grown(this.step, capacity);
    this.server = widened(this.server, capacity);
    this.gone = grown(this.gone, capacity);
    this.timed = grown(this.timed, capacity);
    this.epoch = grown(this.epoch, capacity);
    this.sentUs = grown(this.sentUs, capacity);
    this.row = grown(this.row, capacity);
    this.rowEpoch = grown(this.rowEpoch, capacity);
    this.member = widened(this.member, capacity);
    this.result = grown(this.result, capacity);
    this.revision = grown(this.revision, capacity);
    this.capacity = capacity;
  }
}

function widened(column: Int8Array, capacity: number): Int8Array<ArrayBuffer> {
  const wider = new Int8Array(capacity);
  wider.set(column);
  return wider;
}
