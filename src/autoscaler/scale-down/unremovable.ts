// Why nodes are not removed, and which of them are not looked at again for a while.
import type { BlockingPod } from '../drain/pods-to-move.ts';

export type IneligibleReason =
  | 'CurrentlyBeingDeleted'
  | 'NotAutoscaled'
  | 'NotUnderutilized'
  | 'RecentlyUnremovable'
  | 'ScaleDownDisabledAnnotation'
  | 'ScaleDownUnreadyDisabled';

export type UnremovableReason =
  | IneligibleReason
  | 'BlockedByPod'
  | 'MinimalResourceLimitExceeded'
  | 'NodeGroupMinSizeReached'
  | 'NoPlaceToMovePods'
  | 'NotUnneededLongEnough'
  | 'NotUnreadyLongEnough';

export interface Unremovable {
  readonly reason: UnremovableReason;
  /** Of BlockedByPod. */
  readonly blocking?: BlockingPod;
}

/** By name of the node. */
export class UnremovableNodes {
  readonly #until = new Map<string, { readonly why: Unremovable; readonly untilUs: number }>();
  readonly #reasons = new Map<string, Unremovable>();

  get reasons(): ReadonlyMap<string, Unremovable> {
    return this.#reasons;
  }

  /** A new look at the cluster: reasons are found again, and who is gone or has waited long enough is forgotten. */
  begin(exists: (node: string) => boolean, nowUs: number): void {
    this.#reasons.clear();
    for (const [node, { untilUs }] of this.#until) if (!exists(node) || untilUs <= nowUs) this.#until.delete(node);
  }

  isRecent(node: string): boolean {
    return this.#until.has(node);
  }

  /** Why a node is not looked at again for a while, and until when. */
  recent(node: string): { readonly why: Unremovable; readonly untilUs: number } | undefined {
    return this.#until.get(node);
  }

  add(node: string, why: Unremovable): void {
    this.#reasons.set(node, why);
  }

  addUntil(node: string, why: Unremovable, untilUs: number): void {
    this.#until.set(node, { why, untilUs });
    this.add(node, why);
  }
}
