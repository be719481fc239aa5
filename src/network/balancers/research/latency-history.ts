// What a server of Prequal says of its latency: the median of the last answers to requests that found about as many there as there are now.

const KEPT = 16;

export class LatencyHistory {
  /** By requests in flight on arrival: the last latencies, µs. */
  readonly #byLoad = new Map<number, number[]>();

  add(inFlight: number, latencyUs: number): void {
    const latencies = this.#byLoad.get(inFlight) ?? [];
    this.#byLoad.set(inFlight, latencies);
    latencies.push(latencyUs);
    if (latencies.length > KEPT) latencies.shift();
  }

  /** 0 while nobody was answered. */
  at(inFlight: number): number {
    let nearest: readonly number[] = [];
    let least = Infinity;
    for (const [load, latencies] of this.#byLoad) {
      const distance = Math.abs(load - inFlight);
      if (distance >= least) continue;
      least = distance;
      nearest = latencies;
    }
    if (nearest.length === 0) return 0;
    return [...nearest].sort((a, b) => a - b)[Math.floor(nearest.length / 2)];
  }
}
