// One queue of a priority level: who waits in it, what is executing from it, and where its next request begins in virtual time.
import type { Ticket } from './ticket.ts';

export class Queue {
  index: number;
  readonly waiting: Ticket[] = [];
  /** Sums over those that wait. */
  seatsWaiting = 0;
  workWaiting = 0;
  executing = 0;
  /** Seats of those that are executing, or were answered and keep them. */
  seatsInUse = 0;
  /** The progress at which the next request is dispatched in virtual time. */
  nextDispatchR = 0;

  constructor(index: number) {
    this.index = index;
  }

  get active(): boolean {
    return this.waiting.length > 0 || this.executing > 0;
  }

  join(ticket: Ticket): void {
    this.waiting.push(ticket);
    this.seatsWaiting += ticket.seats;
    this.workWaiting += ticket.totalWork;
  }

  leave(ticket: Ticket): void {
    this.waiting.splice(this.waiting.indexOf(ticket), 1);
    this.seatsWaiting -= ticket.seats;
    this.workWaiting -= ticket.totalWork;
  }

  /** A queue that used less than its part may not save it up: nothing is dispatched in virtual time before it arrived. */
  bound(): void {
    if (this.waiting.length > 0) this.nextDispatchR = Math.max(this.nextDispatchR, this.waiting[0].arrivedR);
  }
}
