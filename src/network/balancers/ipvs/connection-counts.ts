// Connections as IPVS counts them: active ones, and for two minutes after their end inactive ones.
import type { PoolEndpoint, Turn } from '../pool.ts';

/** The kernel keeps a TCP connection that was closed for so long. */
const CLOSED_US = 120e6;

interface Counts {
  active: number;
  /** When connections ended, oldest first. */
  readonly endedUs: number[];
}

export class ConnectionCounts {
  readonly #nowUs: () => number;
  readonly #counts = new Map<string, Counts>();

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** An active connection weighs as much as 256 inactive ones. */
  overhead(address: string): number {
    const counts = this.#counts.get(address);
    if (counts === undefined) return 0;
    const sinceUs = this.#nowUs() - CLOSED_US;
    const kept = counts.endedUs.findIndex((us) => us > sinceUs);
    counts.endedUs.splice(0, kept < 0 ? counts.endedUs.length : kept);
    return 256 * counts.active + counts.endedUs.length;
  }

  begin(endpoint: number, { address }: PoolEndpoint): Turn {
    const counts = this.#counts.get(address) ?? { active: 0, endedUs: [] };
    this.#counts.set(address, counts);
    counts.active += 1;
    return {
      endpoint,
      ended: () => {
        counts.active -= 1;
        counts.endedUs.push(this.#nowUs());
      },
    };
  }
}
