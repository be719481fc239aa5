// What a strategy is: it looks at the cluster, and has pods evicted whose place is no longer a good one.
import type { Evictor } from '../evictor.ts';
import type { Look, SeenPod, Steps } from '../seen.ts';

export type Strategy<Args> = (args: Args, look: Look, evictor: Evictor) => Steps;

/** Node by node: those of `chosen` that still have another place; one node's limit ends its turn, that of all ends everything. */
export function* evictEach(strategy: string, chosen: readonly SeenPod[], evictor: Evictor): Steps {
  const full = new Set<string>();
  for (const pod of chosen) {
    if (full.has(pod.node) || !evictor.mayGo(pod) || !evictor.fits(pod)) continue;
    const evicted = yield* evictor.evict(pod, strategy);
    if (evicted === 'node') full.add(pod.node);
    if (evicted === 'total') return;
  }
}
