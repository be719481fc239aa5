// Hot dialect: a linked FIFO of one fixed delay, for timeouts, nearly all of which are withdrawn before they are due.
import { assert } from '../lib/assert.ts';

const NONE = -1;
const FREE = -2;

/** What a lane needs of its engine. `dispatch` handles an event now, counted and digested like any other. */
export interface LaneHost {
  readonly now: number;
  at(timeUs: number, kind: number, a: number, b: number): void;
  dispatch(kind: number, a: number, b: number): void;
}

/**
 * Events that are due one fixed delay after they were pushed, in the order of pushing. At most one event of the engine
 * is armed for the whole lane. Among events of one instant, those of a lane follow what the engine's queue already held
 * for that instant when the lane was last armed, and precede what is pushed at the instant itself.
 */
export class Lane {
  readonly name: string;
  readonly delayUs: number;
  readonly #host: LaneHost;
  readonly #kind: number;
  readonly #wakeKind: number;
  /** 24 bytes an entry: the due time in `#reals[3 slot]`, then previous, next, a, b in `#ints[6 slot + 2 …]`. */
  #reals = new Float64Array(3 * 16);
  #ints = new Int32Array(this.#reals.buffer);
  #used = 0;
  #free = NONE;
  #head = NONE;
  #tail = NONE;
  #size = 0;
  #armed = false;

  constructor(host: LaneHost, name: string, delayUs: number, kind: number, wakeKind: number) {
    assert(
      Number.isSafeInteger(delayUs) && delayUs > 0,
      () => `lane "${name}": delay ${delayUs} µs is no positive integer`,
    );
    this.#host = host;
    this.name = name;
    this.delayUs = delayUs;
    this.#kind = kind;
    this.#wakeKind = wakeKind;
  }

  get size(): number {
    return this.#size;
  }

  /** Books (a, b), both int32, for one delay from now. The handle is good until the entry is handled or removed. */
  push(a: number, b: number): number {
    let slot = this.#free;
    if (slot === NONE) {
      slot = this.#used++;
      if (6 * slot === this.#ints.length) this.#grow();
    } else {
      this.#free = this.#ints[6 * slot + 3];
    }
    const ints = this.#ints;
    const at = 6 * slot;
    const dueUs = this.#host.now + this.delayUs;
    const tail = this.#tail;
    this.#reals[3 * slot] = dueUs;
    ints[at + 2] = tail;
    ints[at + 3] = NONE;
    ints[at + 4] = a;
    ints[at + 5] = b;
    if (tail === NONE) this.#head = slot;
    else ints[6 * tail + 3] = slot;
    this.#tail = slot;
    this.#size++;
    if (!this.#armed) this.#arm(dueUs);
    return slot;
  }

  /** Withdraws an entry in constant time. A handle that is not in the lane is a bug. */
  remove(handle: number): void {
    const ints = this.#ints;
    const at = 6 * handle;
    const previous = ints[at + 2];
    if (!(handle >= 0 && handle < this.#used) || previous === FREE) this.#unknown(handle);
    const next = ints[at + 3];
    if (previous === NONE) this.#head = next;
    else ints[6 * previous + 3] = next;
    if (next === NONE) this.#tail = previous;
    else ints[6 * next + 2] = previous;
    ints[at + 2] = FREE;
    ints[at + 3] = this.#free;
    this.#free = handle;
    this.#size--;
  }

  /** The engine's event for this lane: handles what is due, then arms itself for the next entry. */
  wake(): void {
    const now = this.#host.now;
    while (this.#head !== NONE) {
      const slot = this.#head;
      const dueUs = this.#reals[3 * slot];
      if (dueUs > now) {
        this.#arm(dueUs);
        return;
      }
      const a = this.#ints[6 * slot + 4];
      const b = this.#ints[6 * slot + 5];
      this.remove(slot);
      this.#host.dispatch(this.#kind, a, b);
    }
    this.#armed = false;
  }

  #arm(dueUs: number): void {
    this.#armed = true;
    this.#host.at(dueUs, this.#wakeKind, 0, 0);
  }

  #grow(): void {
    const reals = new Float64Array(2 * this.#reals.length);
    reals.set(this.#reals);
    this.#reals = reals;
    this.#ints = new Int32Array(reals.buffer);
  }

  #unknown(handle: number): never {
    assert(false, `lane "${this.name}": handle ${handle} is not in the lane`);
  }
}
