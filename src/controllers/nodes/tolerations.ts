// How long pods tolerate the NoExecute taints of their node.
import type { Taint, Toleration } from 'kubernetes-types/core/v1.js';

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

/** An empty key or effect stands for all; `Exists` for every value. */
function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { key = '', effect = '', operator = '', value = '' } = toleration;
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && value === (taint.value ?? '');
}
