// Tries to find nodes for pods one after another: first where each of them fitted the last time, and not at all for the like of one that did not fit.
import type { NodeRow } from '../../model/rows.ts';
import type { ListedPod } from '../cluster/listed.ts';
import type { Snapshot } from '../cluster/snapshot.ts';

export class HintingSimulator {
  #current = new Map<string, NodeRow>();
  #old = new Map<string, NodeRow>();

  /** The pods that have been put on nodes. With `breakOnFailure` the first that does not fit ends it. */
  place(
    snapshot: Snapshot,
    pods: readonly ListedPod[],
    accepts: (node: NodeRow) => boolean,
    breakOnFailure: boolean,
  ): Set<ListedPod> {
    const placed = new Set<ListedPod>();
    const hopeless = new Set<string>();
    for (const pod of pods) {
      const node = this.#find(snapshot, pod, accepts, hopeless);
      if (node >= 0) placed.add(pod);
      else if (breakOnFailure) break;
    }
    return placed;
  }

  /** What has not been used since the last time is forgotten. */
  dropOldHints(): void {
    this.#old = this.#current;
    this.#current = new Map();
  }

  #find(snapshot: Snapshot, pod: ListedPod, accepts: (node: NodeRow) => boolean, hopeless: Set<string>): NodeRow {
    const key = `${pod.row}/${pod.epoch}/${pod.name}`;
    const hint = this.#current.get(key) ?? this.#old.get(key);
    if (hint !== undefined && snapshot.has(hint) && accepts(hint) && snapshot.place(pod, hint)) {
      this.#current.set(key, hint);
      return hint;
    }
    const kind = likeness(pod);
    if (kind !== undefined && hopeless.has(kind)) return -1;
    const node = snapshot.placeAnywhere(pod, accepts);
    if (node >= 0) this.#current.set(key, node);
    else if (kind !== undefined) hopeless.add(kind);
    return node;
  }
}

/** The same for pods of one controller that the filters cannot tell apart; undefined for a pod of no controller. */
function likeness({ controller, podClass }: ListedPod): string | undefined {
  return controller === undefined ? undefined : `${controller.kind}/${controller.name}/${podClass.id}`;
}
