// Pod classes as kubelets know them: of a pod that was changed the former one, until the watch of its node delivers the change.
import type { PodClass } from '../model/pod-class.ts';
import type { ClassRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

export class KnownClasses {
  readonly #state: ClusterState;
  /** Of pods that were ever changed. */
  readonly #heard = new Map<PodRow, ClassRow>();
  /** Of static pods: what becomes of their mirrors does not matter. */
  readonly #fixed = new Set<PodRow>();

  constructor(state: ClusterState) {
    this.#state = state;
  }

  of(pod: PodRow): PodClass {
    const { pods, classes } = this.#state;
    const heard = this.#heard.size === 0 ? undefined : this.#heard.get(pod);
    return classes.get(heard ?? pods.podClass[pod]);
  }

  /** The API server has changed it. */
  changed(pod: PodRow): void {
    const { firstClass } = this.#state.pods;
    if (!this.#heard.has(pod)) this.#heard.set(pod, firstClass.get(pod) ?? this.#state.pods.podClass[pod]);
  }

  /** A static pod is what its manifest says. */
  fix(pod: PodRow, podClass: ClassRow): void {
    this.#heard.set(pod, podClass);
    this.#fixed.add(pod);
  }

  hear(pod: PodRow, podClass: ClassRow): void {
    if (!this.#fixed.has(pod)) this.#heard.set(pod, podClass);
  }

  /** It was bound to its node, which will hear of it as it is now. */
  bound(pod: PodRow): void {
    if (this.#fixed.has(pod)) return;
    const { firstClass, podClass } = this.#state.pods;
    if (firstClass.size > 0 && firstClass.has(pod)) this.#heard.set(pod, podClass[pod]);
    else if (this.#heard.size > 0) this.#heard.delete(pod);
  }
}
