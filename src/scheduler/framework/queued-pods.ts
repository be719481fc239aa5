// Hot dialect: what the queue knows of each waiting pod, by its row.
import { grown, nextCapacity } from '../../model/columns.ts';
import { type ClassRow, type PodRow, rowColumn } from '../../model/rows.ts';

/** Where a pod is. */
export const Place = {
  None: 0,
  Active: 1,
  Backoff: 2,
  /** In back-off after an error: not taken early. */
  ErrorBackoff: 3,
  Unschedulable: 4,
  /** Popped: in a scheduling or binding cycle. */
  InFlight: 5,
} as const;

export class QueuedPods {
  capacity = 0;
  place = new Uint8Array(0);
  epoch = new Int32Array(0);
  podClass = rowColumn<ClassRow>();
  /** Number of the pod's profile. */
  profile = new Uint8Array(0);
  priority = new Int32Array(0);
  /** When the pod entered the queue, or came back after its last failed attempt, µs. */
  timestamp = new Float64Array(0);
  /** Rises with every entry into a heap: first come, first served among equals. */
  sequence = new Float64Array(0);
  attempts = new Int32Array(0);
  /** Failed attempts that a plugin rejected, and errors in a row. */
  unschedulable = new Int32Array(0);
  errors = new Int32Array(0);
  /** Bits of the plugins that rejected the last attempt, and of those that asked to wait for something. */
  rejectedBy = new Int32Array(0);
  pendingOn = new Int32Array(0);
  /** The plugin that gates the pod, -1 for none. */
  gatedBy = new Int32Array(0);
  /** When the back-off ends, in whole seconds as µs. */
  backoffUntil = new Float64Array(0);
  /** Position in its heap, or neighbours in a list. */
  position = new Int32Array(0);
  next = rowColumn<PodRow>();
  previous = rowColumn<PodRow>();
  /** In flight: number of the first event that has happened since the pod was popped. */
  eventCursor = new Float64Array(0);
  #entered = 0;

  /** The pod enters a heap. */
  enter(pod: PodRow, place: number): void {
    this.place[pod] = place;
    this.sequence[pod] = this.#entered;
    this.#entered += 1;
  }

  ensure(pod: PodRow): void {
    while (pod >= this.capacity) {
      const capacity = nextCapacity(this.capacity);
      this.place = grown(this.place, capacity);
      this.epoch = grown(this.epoch, capacity);
      this.podClass = grown(this.podClass, capacity);
      this.profile = grown(this.profile, capacity);
      this.priority = grown(this.priority, capacity);
      this.timestamp = grown(this.timestamp, capacity);
      this.sequence = grown(this.sequence, capacity);
      this.attempts = grown(this.attempts, capacity);
      this.unschedulable = grown(this.unschedulable, capacity);
      this.errors = grown(this.errors, capacity);
      this.rejectedBy = grown(this.rejectedBy, capacity);
      this.pendingOn = grown(this.pendingOn, capacity);
      this.gatedBy = grown(this.gatedBy, capacity);
      this.backoffUntil = grown(this.backoffUntil, capacity);
      this.position = grown(this.position, capacity);
      this.next = grown(this.next, capacity);
      this.previous = grown(this.previous, capacity);
      this.eventCursor = grown(this.eventCursor, capacity);
      this.capacity = capacity;
    }
  }
}
