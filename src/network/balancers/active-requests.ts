// How many requests a proxy has at each endpoint, by address: it does not forget them when the list changes.
import type { PoolEndpoint, Turn } from './pool.ts';

export class ActiveRequests {
  readonly #counts = new Map<string, number>();

  of(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  /** One more at the endpoint, until its turn ends. */
  begin(endpoint: number, { address }: PoolEndpoint): Turn {
    this.#add(address, 1);
    return { endpoint, ended: () => this.#add(address, -1) };
  }

  #add(address: string, by: number): void {
    const count = this.of(address) + by;
    if (count === 0) this.#counts.delete(address);
    else this.#counts.set(address, count);
  }
}
