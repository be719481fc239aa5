// Hot dialect: who of those that wait in a pod is next, where that is not the first.
import { CALL, type CallTable, Field, ServerState } from './calls.ts';
import type { CallSites } from './call-sites.ts';
import { SERVER, type Servers, ServerField } from './servers.ts';
import type { OrderName } from '../model/settings/traffic.ts';
import type { PodRow } from '../model/rows.ts';

/** Who is next, as a column has it. */
export const Order = {
  firstComeFirstServed: 0,
  lastComeFirstServed: 1,
  priority: 2,
  preemptivePriority: 3,
} as const satisfies Record<OrderName, number>;

const NONE = -1;

/** Keeps those that wait in the order in which they will be served; the first of them is the next one. */
export class WaitingOrder {
  readonly #calls: CallTable;
  readonly #servers: Servers;
  readonly #sites: CallSites;

  constructor(calls: CallTable, servers: Servers, sites: CallSites) {
    this.#calls = calls;
    this.#servers = servers;
    this.#sites = sites;
  }

  /** Puts a new request among those that wait, at its place by the order. */
  enter(pod: PodRow, row: number, order: number): void {
    const first = this.#servers.ints[SERVER * pod + ServerField.NextWaiting];
    if (order === Order.lastComeFirstServed) this.#insert(pod, row, first);
    else this.#insert(pod, row, this.#firstBelow(pod, this.#priority(row)));
  }

  /** Puts a request back that has been preempted: before the others of its priority. */
  putBack(pod: PodRow, row: number): void {
    this.#insert(pod, row, this.#firstBelow(pod, this.#priority(row) + 1));
  }

  /** The request in service that a more important one may take the slot of: the least important, the latest among these; -1 for none. */
  victim(pod: PodRow, by: number): number {
    const servers = this.#servers.ints;
    const { ints } = this.#calls;
    const end = servers[SERVER * pod + ServerField.NextWaiting];
    let least = this.#priority(by);
    let found = NONE;
    for (let row = servers[SERVER * pod + ServerField.First]; row !== end; row = ints[CALL * row + Field.Next]) {
      const priority = this.#priority(row);
      // One that waits for its own calls keeps its slot.
      if (ints[CALL * row + Field.Server] !== ServerState.Serving) continue;
      if (priority < least || (priority === least && found !== NONE)) {
        least = priority;
        found = row;
      }
    }
    return found;
  }

  #priority(row: number): number {
    return this.#sites.priority[this.#calls.ints[CALL * row + Field.Site]];
  }

  /** The first that waits with a lower priority, -1 for none: looked for from the end, where most belong. */
  #firstBelow(pod: PodRow, priority: number): number {
    const { ints } = this.#calls;
    const first = this.#servers.ints[SERVER * pod + ServerField.NextWaiting];
    if (first === NONE) return NONE;
    let below = NONE;
    let row = this.#servers.ints[SERVER * pod + ServerField.Last];
    while (this.#priority(row) < priority) {
      below = row;
      if (row === first) break;
      row = ints[CALL * row + Field.Previous];
    }
    return below;
  }

  #insert(pod: PodRow, row: number, before: number): void {
    const servers = this.#servers.ints;
    const at = SERVER * pod;
    if (before === NONE) this.#servers.link(pod, row);
    else this.#servers.linkBefore(pod, row, before);
    servers[at + ServerField.Waiting] += 1;
    if (servers[at + ServerField.NextWaiting] === before) servers[at + ServerField.NextWaiting] = row;
  }
}
