// Hot dialect: pods in back-off: how long it is, and whose has ended (backoff_queue.go).
import type { Calendar } from '../../engine/calendar.ts';
import type { SchedulerSettings } from '../../model/settings/scheduler.ts';
import { Place, type QueuedPods } from '../framework/queued-pods.ts';
import { type Before, PodHeap } from './pod-heap.ts';
import type { PodRow } from '../../model/rows.ts';

const SECOND_US = 1e6;
const NEVER = Number.POSITIVE_INFINITY;

type BackoffSettings = Pick<SchedulerSettings, 'podInitialBackoffUs' | 'podMaxBackoffUs'>;

export class BackoffQueue {
  readonly #engine: Calendar;
  readonly #pods: QueuedPods;
  readonly #settings: BackoffSettings;
  /** After a rejection: taken early when there is nothing else to do. After an error: not. */
  readonly #rejected: PodHeap;
  readonly #errors: PodHeap;
  readonly #flush: number;
  /** When the armed flush is due; one of another time has been overtaken. */
  #due = NEVER;

  /** `before` orders pods whose back-offs end in the same second; `ended` hears of each that ends, `flushed` after all of an instant. */
  constructor(
    engine: Calendar,
    pods: QueuedPods,
    before: Before,
    settings: BackoffSettings,
    ended: (row: PodRow) => void,
    flushed: () => void,
  ) {
    this.#engine = engine;
    this.#pods = pods;
    this.#settings = settings;
    const sooner: Before = (a, b) =>
      pods.backoffUntil[a] !== pods.backoffUntil[b] ? pods.backoffUntil[a] < pods.backoffUntil[b] : before(a, b);
    this.#rejected = new PodHeap(pods, sooner);
    this.#errors = new PodHeap(pods, sooner);
    this.#flush = engine.kind('scheduler.flush-backoff', () => {
      if (engine.now !== this.#due) return;
      this.#due = NEVER;
      this.#end(this.#rejected, ended);
      this.#end(this.#errors, ended);
      flushed();
    });
  }

  get size(): number {
    return this.#rejected.size + this.#errors.size;
  }

  /** The first pod that may be taken before its back-off ends, -1 for none. */
  get early(): PodRow {
    return this.#rejected.head;
  }

  *rows(): Iterable<PodRow> {
    yield* this.#rejected.rows();
    yield* this.#errors.rows();
  }

  /** Whether the back-off after the pod's last failure goes on; sets when it ends. */
  backsOff(row: PodRow): boolean {
    const pods = this.#pods;
    const { podInitialBackoffUs, podMaxBackoffUs } = this.#settings;
    const count = pods.errors[row] > 0 ? pods.errors[row] : pods.unschedulable[row];
    if (count === 0 || podMaxBackoffUs === 0) return false;
    const delay = Math.min(podInitialBackoffUs * 2 ** Math.min(count - 1, 60), podMaxBackoffUs);
    pods.backoffUntil[row] = wholeSecond(pods.timestamp[row] + delay);
    return pods.backoffUntil[row] >= wholeSecond(this.#engine.now);
  }

  push(row: PodRow): void {
    const pods = this.#pods;
    const failed = pods.errors[row] > 0;
    pods.enter(row, failed ? Place.ErrorBackoff : Place.Backoff);
    (failed ? this.#errors : this.#rejected).push(row);
    this.#arm(pods.backoffUntil[row]);
  }

  remove(row: PodRow): void {
    (this.#pods.place[row] === Place.ErrorBackoff ? this.#errors : this.#rejected).remove(row);
  }

  /** When the pod is tried again at the latest. */
  endsAt(row: PodRow): number {
    return this.#pods.backoffUntil[row] + SECOND_US;
  }

  /** Back-offs end at the first whole second after the second in which they expire. */
  #end(heap: PodHeap, ended: (row: PodRow) => void): void {
    const { backoffUntil } = this.#pods;
    const window = wholeSecond(this.#engine.now);
    while (heap.head >= 0 && backoffUntil[heap.head] < window) {
      const row = heap.head;
      heap.remove(row);
      ended(row);
    }
    if (heap.head >= 0) this.#arm(backoffUntil[heap.head]);
  }

  #arm(until: number): void {
    const due = until + SECOND_US;
    if (due >= this.#due) return;
    this.#due = due;
    this.#engine.at(due, this.#flush, 0, 0);
  }
}

function wholeSecond(us: number): number {
  return Math.floor(us / SECOND_US) * SECOND_US;
}
