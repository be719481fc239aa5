// What the updater does about pods that are being resized: it waits, or evicts them when that has failed.
import type { DisruptionLimits } from './disruption-limits.ts';

const DEFERRED_US = 5 * 60e6;

export interface ResizablePod {
  readonly pending: boolean;
  /** Reason of its condition PodResizePending; undefined for a pod that is not being resized. */
  readonly resize?: string | undefined;
}

/** What is done about a pod that is to be resized. */
export type InPlaceDecision = 'resize' | 'wait' | 'evict';

export class PendingResizes {
  /** By namespace and name: when it was first seen being resized. As in the updater this is never forgotten, so a second resize has less time. */
  readonly #since = new Map<string, number>();

  decide(id: string, pod: ResizablePod, limits: DisruptionLimits | undefined, nowUs: number): InPlaceDecision {
    if (limits?.applies !== true || pod.pending) return 'wait';
    if (pod.resize !== undefined) return this.#failed(id, pod.resize, limits, nowUs) ? 'evict' : 'wait';
    return limits.leaveRoom ? 'resize' : 'wait';
  }

  mayEvict(id: string, pod: ResizablePod, limits: DisruptionLimits | undefined, nowUs: number): boolean {
    if (limits?.applies !== true) return false;
    if (pod.pending || pod.resize === undefined) return limits.mayEvict(pod);
    return this.#failed(id, pod.resize, limits, nowUs);
  }

  #failed(id: string, reason: string, limits: DisruptionLimits, nowUs: number): boolean {
    const since = this.#since.get(id) ?? nowUs;
    this.#since.set(id, since);
    return limits.leaveRoom && (reason !== 'Deferred' || nowUs - since > DEFERRED_US);
  }
}
