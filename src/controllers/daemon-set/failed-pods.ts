// How long a DaemonSet waits before it deletes a pod that failed on a node, so as not to fight with a kubelet that refuses it.
import type { NodeRow } from '../../model/rows.ts';

const FIRST_US = 1e6;
const LONGEST_US = 15 * 60e6;
/** What is older than this is forgotten. */
const FORGOTTEN_US = 2 * LONGEST_US;

interface Wait {
  readonly sinceUs: number;
  readonly lengthUs: number;
}

/** Of one DaemonSet; by node, and started over with each generation of its spec that it has observed (client-go's flowcontrol.Backoff). */
export class FailedPods {
  readonly #waits = new Map<NodeRow, Wait>();
  #generation = -1;

  /** How long to wait still, in µs, as the controller waits: the whole back-off. 0 when the pod goes now, which doubles the next one. */
  hold(node: NodeRow, generation: number, nowUs: number): number {
    if (generation !== this.#generation) this.#waits.clear();
    this.#generation = generation;
    const wait = this.#waits.get(node);
    const known = wait !== undefined && nowUs - wait.sinceUs <= FORGOTTEN_US ? wait : undefined;
    if (known !== undefined && nowUs - known.sinceUs < known.lengthUs) return known.lengthUs;
    const lengthUs = known === undefined ? FIRST_US : Math.min(2 * known.lengthUs, LONGEST_US);
    this.#waits.set(node, { sinceUs: nowUs, lengthUs });
    return 0;
  }
}
