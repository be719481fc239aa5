// How many pulls a node's kubelet begins at most: a bucket of tokens (`registryPullQPS`, `registryBurst`).

export interface RegistryLimit {
  /** Per second; Infinity: no limit. */
  readonly qps: number;
  readonly burst: number;
}

/** Why a pull beyond the limit fails. */
export const PULL_QPS_EXCEEDED = 'pull QPS exceeded';

export class PullBucket {
  readonly #limit: RegistryLimit;
  #tokens: number;
  #atUs = 0;

  constructor(limit: RegistryLimit) {
    this.#limit = limit;
    this.#tokens = limit.burst;
  }

  /** Whether a pull may begin now; there is no waiting. */
  take(nowUs: number): boolean {
    const { qps, burst } = this.#limit;
    if (qps === Infinity) return true;
    this.#tokens = Math.min(burst, this.#tokens + ((nowUs - this.#atUs) / 1e6) * qps);
    this.#atUs = nowUs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
