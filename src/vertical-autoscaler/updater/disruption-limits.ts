// How many pods of a controller the updater evicts or resizes at a time.

interface DisruptionSettings {
  /** Controllers with fewer pods are left alone. */
  readonly minReplicas: number;
  /** Share of the configured replicas that may be missing. */
  readonly evictionTolerance: number;
}

interface Disrupted {
  readonly pending: boolean;
}

/** One controller during one loop. */
export class DisruptionLimits {
  /** Whether its pods are touched at all. */
  readonly applies: boolean;
  readonly #configured: number;
  readonly #tolerated: number;
  readonly #running: number;
  #disrupted = 0;

  constructor(configured: number, pods: readonly Disrupted[], { minReplicas, evictionTolerance }: DisruptionSettings) {
    this.#configured = configured;
    this.#tolerated = Math.floor(configured * evictionTolerance);
    this.#running = pods.filter(({ pending }) => !pending).length;
    this.applies = pods.length >= minReplicas;
  }

  /** Whether one that runs may be disrupted now. */
  get leaveRoom(): boolean {
    if (!this.applies) return false;
    const least = this.#configured - this.#tolerated;
    const left = this.#running - this.#disrupted;
    // Where the tolerance rounds to nothing, one may go while all run.
    return left > least || (this.#running === this.#configured && this.#tolerated === 0 && this.#disrupted === 0);
  }

  mayEvict({ pending }: Disrupted): boolean {
    return this.applies && (pending || this.leaveRoom);
  }

  /** It was evicted or resized: it counts from now on. */
  count({ pending }: Disrupted): void {
    if (!pending) this.#disrupted += 1;
  }
}
