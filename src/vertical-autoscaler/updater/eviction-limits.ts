// How many pods of a controller the updater evicts at a time.

export interface EvictionSettings {
  /** Controllers with fewer pods are left alone. */
  readonly minReplicas: number;
  /** Share of the configured replicas that may be missing. */
  readonly evictionTolerance: number;
}

/** One controller during one loop. */
export class EvictionLimits {
  readonly #configured: number;
  readonly #tolerated: number;
  readonly #running: number;
  readonly #allowed: boolean;
  #evicted = 0;

  constructor(
    configured: number,
    pods: readonly { readonly pending: boolean }[],
    { minReplicas, evictionTolerance }: EvictionSettings,
  ) {
    this.#configured = configured;
    this.#tolerated = Math.floor(configured * evictionTolerance);
    this.#running = pods.filter(({ pending }) => !pending).length;
    this.#allowed = pods.length >= minReplicas;
  }

  /** Whether the pod may be evicted now; it counts from then on. */
  take({ pending }: { readonly pending: boolean }): boolean {
    if (!this.#allowed) return false;
    if (pending) return true;
    const least = this.#configured - this.#tolerated;
    const left = this.#running - this.#evicted;
    // Where the tolerance rounds to nothing, one may go while all run.
    const may = left > least || (this.#running === this.#configured && this.#tolerated === 0 && this.#evicted === 0);
    if (may) this.#evicted += 1;
    return may;
  }
}
