// How long pods tolerate the NoExecute taints of their node.
import type { Taint, Toleration } from 'kubernetes-types/core/v1.js';
import { tolerates } from '../../model/parse/tolerations.ts';

/** Seconds until eviction: 0 at once, Infinity never. */
export function evictAfterSeconds(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  let least = Infinity;
  for (const taint of taints) {
    const used = tolerations.find((one) => tolerates(one, taint));
    if (used === undefined) return 0;
    if (used.tolerationSeconds !== undefined) least = Math.min(least, Math.max(0, used.tolerationSeconds));
  }
  return least;
}
