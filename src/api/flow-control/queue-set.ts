// The queues of one priority level: fair queueing in virtual time over shuffle-sharded queues, as kube-apiserver does it.
import { Queue } from './queue.ts';
import type { SeatDemand } from './seat-demand.ts';
import { ASSUMED_SERVICE_US, seatTime, type Ticket } from './ticket.ts';

export interface QueueSettings {
  /** 0: what finds no seat is rejected. -1: nothing is limited. */
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

/** What becomes of requests is somebody else's affair. */
export interface QueueHost {
  readonly now: number;
  /** It has its seats: it may be served. */
  dispatched(ticket: Ticket): void;
  /** It was answered, and its seats stay taken: `release` is due after `additionalUs`. */
  lingers(ticket: Ticket): void;
}

export class QueueSet {
  requestsWaiting = 0;
  requestsExecuting = 0;
  seatsInUse = 0;
  seatsWaiting = 0;
  readonly #host: QueueHost;
  readonly #demand: SeatDemand;
  #settings: QueueSettings;
  #seats: number;
  #queues: Queue[] = [];
  /** Queues with a request that waits or is executing. */
  #active = 0;
  /** Seats of requests that came while there were no queues. */
  #apart = 0;
  /** Seat time per queue since the start: the progress meter R. */
  #progress = 0;
  #syncedAt: number;
  /** The queue dispatched from last. */
  #robin = 0;
  #enqueued = 0;

  constructor(host: QueueHost, demand: SeatDemand, settings: QueueSettings, seats: number) {
    this.#host = host;
    this.#demand = demand;
    this.#settings = settings;
    this.#seats = seats;
    this.#syncedAt = host.now;
    this.configure(settings, seats);
  }

  get idle(): boolean {
    return this.requestsWaiting === 0 && this.requestsExecuting === 0;
  }

  /** Queues that are too many go when they are empty. */
  configure(settings: QueueSettings, seats: number): void {
    this.#sync();
    while (this.#queues.length < settings.queues) this.#queues.push(new Queue(this.#queues.length));
    this.#settings = settings;
    this.#seats = seats;
    this.#dispatchAll();
  }

  /** Whether the request is taken in: it is dispatched now or later, or `giveUp` is called for it. `hand` has its flow's queues. */
  start(ticket: Ticket, hand: readonly number[]): boolean {
    this.#sync();
    if (this.#settings.queues < 1) {
      if (!this.#hasRoom(ticket.seats)) return false;
      this.#apart += ticket.seats;
      this.#occupy(ticket);
      return true;
    }
    const queue = this.#queues[this.#shortest(hand)];
    if (this.seatsInUse >= this.#seats && queue.waiting.length >= this.#settings.queueLengthLimit) {
      queue.bound();
      return false;
    }
    this.#enqueue(ticket, queue);
    this.#dispatchAll();
    return true;
  }

  /** A request that waits has waited too long. */
  giveUp(ticket: Ticket): void {
    const { queue } = ticket;
    if (queue === undefined) return;
    this.#sync();
    this.#leave(ticket, queue);
    if (!queue.active) this.#active -= 1;
    queue.bound();
    this.#tell();
  }

  /** A request was answered. */
  finish(ticket: Ticket): void {
    this.#sync();
    this.requestsExecuting -= 1;
    const { queue } = ticket;
    if (queue !== undefined) {
      queue.executing -= 1;
      if (!queue.active) this.#active -= 1;
      // Now its real duration counts in place of the assumed one.
      const tookUs = this.#host.now - ticket.startedAt;
      queue.nextDispatchR -= seatTime(ticket.initialSeats, ASSUMED_SERVICE_US - tookUs);
      queue.bound();
    }
    if (ticket.additionalUs > 0) this.#host.lingers(ticket);
    else this.#vacate(ticket);
    this.#dispatchAll();
  }

  /** The additional time of an answered request is over. */
  release(ticket: Ticket): void {
    this.#sync();
    this.#vacate(ticket);
    this.#dispatchAll();
  }

  /** Of a hand, the queue with the least work waiting; the order of looking moves on, so that equal ones take turns. */
  #shortest(hand: readonly number[]): number {
    const offset = this.#enqueued % hand.length;
    this.#enqueued += 1;
    let best = -1;
    let least = Infinity;
    for (let i = 0; i < hand.length; i += 1) {
      const index = hand[(offset + i) % hand.length];
      const work = this.#queues[index].workWaiting;
      if (work < least) {
        least = work;
        best = index;
      }
    }
    return best;
  }

  #enqueue(ticket: Ticket, queue: Queue): void {
    if (!queue.active) {
      queue.nextDispatchR = this.#progress;
      this.#active += 1;
    }
    ticket.queue = queue;
    ticket.arrivedR = this.#progress;
    queue.join(ticket);
    this.requestsWaiting += 1;
    this.seatsWaiting += ticket.seats;
    queue.bound();
    this.#tell();
  }

  #leave(ticket: Ticket, queue: Queue): void {
    queue.leave(ticket);
    this.requestsWaiting -= 1;
    this.seatsWaiting -= ticket.seats;
  }

  #dispatchAll(): void {
    while (this.requestsWaiting > 0 && this.seatsInUse < this.#seats) {
      const queue = this.#next();
      const ticket = queue.waiting[0];
      // The first in line is waited for: nobody else overtakes it, whether seats are free for him or not.
      if (!this.#hasRoom(ticket.seats)) return;
      this.#robin = queue.index;
      this.#leave(ticket, queue);
      ticket.narrow(this.#seats);
      queue.executing += 1;
      queue.seatsInUse += ticket.seats;
      queue.nextDispatchR += ticket.totalWork;
      queue.bound();
      this.#occupy(ticket);
    }
  }

  /** The queue whose oldest request would end first in virtual time; of equal ones the first after the one dispatched from last. */
  #next(): Queue {
    const queues = this.#queues;
    let best = queues[0];
    let least = Infinity;
    for (let i = 1; i <= queues.length; i += 1) {
      const queue = queues[(this.#robin + i) % queues.length];
      if (queue.waiting.length === 0) continue;
      const finish = queue.nextDispatchR + queue.waiting[0].totalWork;
      if (finish < least) {
        least = finish;
        best = queue;
      }
    }
    return best;
  }

  #hasRoom(seats: number): boolean {
    if (this.#settings.queues < 0) return true;
    // One that is wider than the level is served alone.
    if (seats > this.#seats) return this.requestsExecuting === 0;
    return this.seatsInUse + seats <= this.#seats;
  }

  #occupy(ticket: Ticket): void {
    ticket.startedAt = this.#host.now;
    this.requestsExecuting += 1;
    this.seatsInUse += ticket.seats;
    this.#tell();
    this.#host.dispatched(ticket);
  }

  #vacate(ticket: Ticket): void {
    this.seatsInUse -= ticket.seats;
    this.#tell();
    const { queue } = ticket;
    if (queue === undefined) {
      this.#apart -= ticket.seats;
      return;
    }
    queue.seatsInUse -= ticket.seats;
    if (this.#queues.length > this.#settings.queues && !queue.active && this.#queues[queue.index] === queue)
      this.#drop(queue.index);
  }

  #drop(index: number): void {
    this.#queues.splice(index, 1);
    for (let i = index; i < this.#queues.length; i += 1) this.#queues[i].index = i;
    if (this.#robin >= index) this.#robin -= 1;
  }

  #tell(): void {
    this.#demand.set(this.seatsInUse + this.seatsWaiting);
  }

  /** Progress since the last look: seats that could be used, divided among the queues that use them. */
  #sync(): void {
    const us = this.#host.now - this.#syncedAt;
    this.#syncedAt = this.#host.now;
    if (us === 0 || this.#active === 0) return;
    const wanted = this.seatsInUse + this.seatsWaiting - this.#apart;
    this.#progress += seatTime(Math.min(wanted, this.#seats) / this.#active, us);
  }
}
