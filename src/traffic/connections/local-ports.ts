// The local ports of callers: so many for each destination, and each waits for a while after its owner has closed a connection (TIME_WAIT).
import { Expiring } from './expiring.ts';

/** The ports of one process to one destination that are in use, or wait. */
export interface PortRange {
  taken: number;
}

export class LocalPorts {
  /** Ports that a process has for one destination: 28,232 by `net.ipv4.ip_local_port_range` (32768 to 60999). */
  readonly limit: number;
  readonly #waiting: Expiring<PortRange>;

  constructor(limit: number, timeWaitUs: number) {
    this.limit = limit;
    this.#waiting = new Expiring(timeWaitUs, (range) => (range.taken -= 1));
  }

  /** Takes a port; false when none is left (EADDRNOTAVAIL). */
  take(range: PortRange, nowUs: number): boolean {
    this.#waiting.look(nowUs);
    if (range.taken >= this.limit) return false;
    range.taken += 1;
    return true;
  }

  /** The peer closed first, or the connection was reset: the port may be used again at once. */
  giveBack(range: PortRange): void {
    range.taken -= 1;
  }

  /** Its owner closed first. */
  linger(range: PortRange, nowUs: number): void {
    this.#waiting.add(range, nowUs);
  }

  look(nowUs: number): void {
    this.#waiting.look(nowUs);
  }
}
