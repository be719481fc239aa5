// Hot dialect: the writes that are served at once, and those that wait for their turn, in order.
import type { RequestArena } from './requests/arena.ts';

export class WriteQueue {
  readonly #requests: RequestArena;
  /** Writes served at once; 0 is no limit. */
  readonly #most: number;
  #inflight = 0;
  #head = -1;
  #tail = -1;

  constructor(requests: RequestArena, most: number) {
    this.#requests = requests;
    this.#most = most;
  }

  /** Whether the write is served now; else it waits. */
  enter(request: number): boolean {
    if (this.#most > 0 && this.#inflight >= this.#most) {
      // One that comes again has been in the queue before.
      this.#requests.next[request] = -1;
      if (this.#tail < 0) this.#head = request;
      else this.#requests.next[this.#tail] = request;
      this.#tail = request;
      return false;
    }
    this.#inflight += 1;
    return true;
  }

  /** A write has been served. Gives the one whose turn it is now, -1 for none. */
  leave(): number {
    this.#inflight -= 1;
    const next = this.#head;
    if (next < 0) return -1;
    this.#head = this.#requests.next[next];
    if (this.#head < 0) this.#tail = -1;
    this.#inflight += 1;
    return next;
  }
}
