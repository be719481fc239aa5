// Which thresholds a node is under, and what it says that it is short of: what the eviction manager remembers from look to look.
import type { EvictionThreshold, NodeSignal } from '../../model/settings/kubelet.ts';

/** What a node has, bytes. */
export interface Observed {
  availableBytes(signal: NodeSignal): number;
  capacityBytes(signal: NodeSignal): number;
}

export const conditions = ['memory', 'disk'] as const;
export type Condition = (typeof conditions)[number];

export function conditionOf(signal: NodeSignal): Condition {
  return signal === 'memory' ? 'memory' : 'disk';
}

/** Bytes that must be left; a share of the capacity is one of 32 bits, as in the kubelet. */
export function thresholdBytes({ bytes, share }: EvictionThreshold, capacityBytes: number): number {
  return share === undefined ? bytes : Math.trunc(capacityBytes * Math.fround(share));
}

export function isMet(threshold: EvictionThreshold, node: Observed, withReclaim: boolean): boolean {
  const { signal, reclaimBytes } = threshold;
  const needed = thresholdBytes(threshold, node.capacityBytes(signal)) + (withReclaim ? reclaimBytes : 0);
  return node.availableBytes(signal) < needed;
}

export class NodeThresholds {
  readonly #thresholds: readonly EvictionThreshold[];
  /** By threshold, from the first look on: since when it is met, -1 while it is not; and whether it has been met for its grace. */
  readonly #sinceUs: number[] = [];
  readonly #driving: boolean[] = [];
  /** By condition: when a threshold of it was met last; -1: never. */
  readonly #seenUs: Record<Condition, number> = { memory: -1, disk: -1 };

  constructor(thresholds: readonly EvictionThreshold[]) {
    this.#thresholds = thresholds;
  }

  /** Those that are met for as long as they must be, the one by which pods are evicted first. */
  look(node: Observed, nowUs: number): readonly EvictionThreshold[] {
    const driving: EvictionThreshold[] = [];
    for (const [index, threshold] of this.#thresholds.entries()) {
      // One that has led to evictions is left behind only with what is to be reclaimed beyond it.
      if (!isMet(threshold, node, this.#driving.at(index) === true)) {
        this.#sinceUs[index] = -1;
        this.#driving[index] = false;
        continue;
      }
      if ((this.#sinceUs.at(index) ?? -1) < 0) this.#sinceUs[index] = nowUs;
      this.#seenUs[conditionOf(threshold.signal)] = nowUs;
      this.#driving[index] = nowUs - this.#sinceUs[index] >= threshold.graceUs;
      if (this.#driving[index]) driving.push(threshold);
    }
    return driving.sort((a, b) => Number(b.signal === 'memory') - Number(a.signal === 'memory'));
  }

  /** Whether any was ever met. */
  get seen(): boolean {
    return this.#seenUs.memory >= 0 || this.#seenUs.disk >= 0;
  }

  /** A condition lasts for its transition period. */
  conditions(nowUs: number, transitionUs: number): readonly Condition[] {
    return conditions.filter((one) => this.#seenUs[one] >= 0 && nowUs - this.#seenUs[one] < transitionUs);
  }
}
