// How many places each node ever needs: the size of its tile, which stays the same through the whole recording.
import { PodState } from './frame.ts';
import type { Recording } from './recording.ts';

/** The greatest number of pods that are on each node at once, found by going through all changes; may be continued when there are more. */
export class MostPlaces {
  readonly of: number[] = [];
  readonly #now: number[] = [];
  readonly #nodeOf = new Map<number, number>();
  readonly #recording: Recording;
  #cursor = 0;
  #generation = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** True when a node needs more places than it did. */
  update(): boolean {
    const { podChanges, nodes, generation } = this.#recording;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#cursor = 0;
      this.#now.fill(0);
      this.#nodeOf.clear();
    }
    let grown = this.of.length < nodes.length;
    while (this.of.length < nodes.length) {
      this.of.push(0);
      this.#now.push(0);
    }
    for (; this.#cursor < podChanges.time.length; this.#cursor += 1) {
      const pod = podChanges.pod.values[this.#cursor];
      const absent = podChanges.state.values[this.#cursor] === PodState.Absent;
      const to = absent ? -1 : podChanges.node.values[this.#cursor];
      const from = this.#nodeOf.get(pod) ?? -1;
      if (from === to) continue;
      if (from >= 0) this.#now[from] -= 1;
      if (to < 0) this.#nodeOf.delete(pod);
      else {
        this.#nodeOf.set(pod, to);
        this.#now[to] += 1;
        if (this.#now[to] > this.of[to]) {
          this.of[to] = this.#now[to];
          grown = true;
        }
      }
    }
    return grown;
  }
}
