// Hot dialect: the users of one source: who is there, and what each of them is doing.
import { grown, nextCapacity } from '../../model/columns.ts';

export const UserState = { Gone: 0, Thinking: 1, Waiting: 2, Away: 3 } as const;

/** Users by number; the number of one who has left is given to another one later. */
export class Population {
  /** One of `UserState`. */
  state = new Uint8Array(64);
  /** Requests sent by users of that number so far. */
  sent = new Int32Array(64);
  /** Where they are in their session. */
  page = new Int32Array(64);
  /** When one who thinks or is away sends the next one, µs. */
  dueUs = new Float64Array(64);
  /** Users who think, and who wait for an answer. */
  thinking = 0;
  waiting = 0;
  /** Users who came, who left, and of these those who left after a failure, so far. */
  came = 0;
  left = 0;
  gaveUp = 0;
  /** Where the number of users is given: those below it are there, others leave. Else the numbers that were ever given. */
  size = 0;
  readonly #free: number[] = [];

  /** A number for one more user. */
  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.grow(this.size + 1);
    return this.size++;
  }

  free(user: number): void {
    this.#free.push(user);
  }

  grow(size: number): void {
    if (size <= this.state.length) return;
    let capacity = this.state.length;
    while (capacity < size) capacity = nextCapacity(capacity, 'users');
    this.state = grown(this.state, capacity);
    this.sent = grown(this.sent, capacity);
    this.page = grown(this.page, capacity);
    this.dueUs = grown(this.dueUs, capacity);
  }

  enter(user: number, state: number): void {
    this.#count(this.state[user], -1);
    this.#count(state, 1);
    this.state[user] = state;
  }

  #count(state: number, by: number): void {
    if (state === UserState.Thinking) this.thinking += by;
    else if (state === UserState.Waiting) this.waiting += by;
  }
}
