// A request in a priority level: the seats that it takes, how long, and when it came and began.
import type { Queue } from './queue.ts';

/** What a request is expected to cost. */
export interface Work {
  /** Seats while it is served. */
  readonly initialSeats: number;
  /** Seats that stay taken for `additionalUs` after the answer, while watchers are notified. */
  readonly finalSeats: number;
  readonly additionalUs: number;
}

export const ONE_SEAT: Work = { initialSeats: 1, finalSeats: 0, additionalUs: 0 };

/** Work in the unit of progress: 10 ns of one seat. */
export function seatTime(seats: number, us: number): number {
  return Math.round(seats * us * 100);
}

/** Every request is taken to need so long, until it has shown how long it does. */
export const ASSUMED_SERVICE_US = 3000;

export class Ticket {
  readonly request: number;
  readonly initialSeats: number;
  /** Occupied from the start to the end of the additional time. */
  seats: number;
  finalSeats: number;
  additionalUs: number;
  /** Of both phases, and of the second alone. */
  readonly totalWork: number;
  readonly #finalWork: number;
  /** Absent where a level has no queues. */
  queue: Queue | undefined;
  readonly arrivedAt: number;
  /** The progress of the queues when it came. */
  arrivedR = 0;
  startedAt = -1;
  /** Of the lane of timeouts, -1 where it does not wait. */
  timeout = -1;

  constructor(request: number, { initialSeats, finalSeats, additionalUs }: Work, nowUs: number) {
    this.request = request;
    this.initialSeats = initialSeats;
    this.finalSeats = finalSeats;
    this.additionalUs = additionalUs;
    this.seats = Math.max(initialSeats, finalSeats);
    this.#finalWork = seatTime(finalSeats, additionalUs);
    this.totalWork = seatTime(initialSeats, ASSUMED_SERVICE_US) + this.#finalWork;
    this.arrivedAt = nowUs;
  }
  /** A level with fewer seats than the second phase wants: it takes those, for longer. */
  narrow(seats: number): void {
    if (this.finalSeats <= seats) return;
    this.finalSeats = seats;
    this.additionalUs = Math.floor(this.#finalWork / seats / 100);
    this.seats = Math.max(this.initialSeats, seats);
  }
}
