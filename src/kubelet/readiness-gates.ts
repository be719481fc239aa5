// What kubelets have heard of the conditions that open the readiness gates of their pods.
import type { PodCondition } from 'kubernetes-types/core/v1.js';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

export class ReadinessGates {
  readonly #state: ClusterState;
  readonly #heard = new Map<PodRow, readonly PodCondition[]>();

  constructor(state: ClusterState) {
    this.#state = state;
  }

  /** Its node hears of the pod, or its kubelet starts: it has the pod as the API server has it. Returns whether that is news. */
  list(pod: PodRow): boolean {
    const { conditions: written } = this.#state.pods;
    if (written.size === 0 && this.#heard.size === 0) return false;
    const conditions = written.get(pod);
    if (conditions === this.#heard.get(pod)) return false;
    this.hear(pod, conditions ?? []);
    return true;
  }

  hear(pod: PodRow, conditions: readonly PodCondition[]): void {
    if (conditions.length === 0) this.#heard.delete(pod);
    else this.#heard.set(pod, conditions);
  }

  areOpen(pod: PodRow, gates: readonly string[]): boolean {
    const heard = this.#heard.get(pod) ?? [];
    return gates.every((gate) => heard.some(({ type, status }) => type === gate && status === 'True'));
  }
}
