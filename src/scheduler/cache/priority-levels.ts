// Hot dialect: how many of the pods that count on nodes have which priority: without a lower one nobody can be preempted.
import type { PodClass } from '../../model/pod-class.ts';

export class PriorityLevels {
  /** By level: its priority and the pods that have it. There are few. */
  readonly #priorities: number[] = [];
  readonly #counts: number[] = [];
  /** By class: its level, -1 before it is known. */
  readonly #ofClass: number[] = [];

  add(podClass: PodClass, change: number): void {
    const { id } = podClass;
    let level = id < this.#ofClass.length ? this.#ofClass[id] : -1;
    if (level < 0) level = this.#learn(podClass);
    this.#counts[level] += change;
  }

  /** True when a pod of a lower priority counts on some node. */
  anyBelow(priority: number): boolean {
    for (let level = 0; level < this.#priorities.length; level += 1) {
      if (this.#priorities[level] < priority && this.#counts[level] > 0) return true;
    }
    return false;
  }

  #learn({ id, priority }: PodClass): number {
    while (this.#ofClass.length <= id) this.#ofClass.push(-1);
    let level = this.#priorities.indexOf(priority);
    if (level < 0) level = this.#priorities.push(priority) - 1;
    if (this.#counts.length <= level) this.#counts.push(0);
    this.#ofClass[id] = level;
    return level;
  }
}
