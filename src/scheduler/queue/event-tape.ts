// Hot dialect: the events that happen while pods are being scheduled, replayed to those that come back.
import { ClusterEvent } from '../framework/cluster-events.ts';

/** Events by running number; the oldest ones are forgotten when no pod in flight is older. */
export class EventTape {
  /** Number of the oldest event kept, and one past the newest. */
  first = 0;
  next = 0;
  #mask = 15;
  #slots: ClusterEvent[] = Array.from({ length: 16 }, () => new ClusterEvent());

  record(event: ClusterEvent): void {
    if (this.next - this.first > this.#mask) this.#grow();
    this.#slots[this.next & this.#mask].copy(event);
    this.next += 1;
  }

  get(number: number): ClusterEvent {
    return this.#slots[number & this.#mask];
  }

  /** Forgets what happened before the event of that number. */
  cut(number: number): void {
    if (number > this.first) this.first = number;
  }

  #grow(): void {
    const size = (this.#mask + 1) * 2;
    const wider = Array.from({ length: size }, () => new ClusterEvent());
    for (let number = this.first; number < this.next; number += 1) {
      wider[number & (size - 1)] = this.#slots[number & this.#mask];
    }
    this.#slots = wider;
    this.#mask = size - 1;
  }
}
