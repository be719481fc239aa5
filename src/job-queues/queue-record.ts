// What a queue has seen: how long Jobs waited in it, and how many were stopped again.
import type { Amounts, Queue } from './job-queue.ts';

export class QueueRecord {
  readonly name: string;
  readonly quota: Amounts;
  /** Of each admission. */
  readonly waitedUs: number[] = [];
  preempted = 0;

  constructor({ name, quota }: Queue) {
    this.name = name;
    this.quota = quota;
  }

  /** The largest share of its quota that is held; above 1 when it borrows. */
  share(held: Amounts): number {
    let largest = 0;
    for (const [resource, amount] of Object.entries(held)) {
      const { [resource]: own = 0 } = this.quota;
      if (amount > 0) largest = Math.max(largest, own === 0 ? Infinity : amount / own);
    }
    return largest;
  }
}
