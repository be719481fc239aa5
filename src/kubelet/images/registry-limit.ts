// Hot dialect: how many pulls a node's kubelet begins at most: a bucket of tokens (`registryPullQPS`, `registryBurst`).
import { grown } from '../../model/columns.ts';
import type { NodeRow } from '../../model/rows.ts';

export interface RegistryLimit {
  /** Per second; Infinity: no limit. */
  readonly qps: number;
  readonly burst: number;
}

/** Why a pull beyond the limit fails. */
export const PULL_QPS_EXCEEDED = 'pull QPS exceeded';

/** The buckets of all nodes. */
export class PullBuckets {
  readonly #limit: RegistryLimit;
  #tokens = new Float64Array(0);
  #atUs = new Float64Array(0);

  constructor(limit: RegistryLimit) {
    this.#limit = limit;
  }

  /** Whether a pull may begin now; there is no waiting. */
  take(node: NodeRow, nowUs: number): boolean {
    const { qps, burst } = this.#limit;
    if (qps === Infinity) return true;
    if (node >= this.#tokens.length) {
      const before = this.#tokens.length;
      this.#tokens = grown(this.#tokens, Math.max(64, 2 * node)).fill(burst, before);
      this.#atUs = grown(this.#atUs, this.#tokens.length);
    }
    const tokens = Math.min(burst, this.#tokens[node] + ((nowUs - this.#atUs[node]) / 1e6) * qps);
    this.#atUs[node] = nowUs;
    this.#tokens[node] = tokens < 1 ? tokens : tokens - 1;
    return tokens >= 1;
  }
}
