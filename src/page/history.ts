// What a pod went through until a moment.
import type { Recording } from './recording.ts';

export interface PodChange {
  readonly time: number;
  readonly state: number;
  readonly node: number;
}

/** In their order. Looks through all changes: for one pod that somebody has asked for. */
export function changesOf({ podChanges }: Recording, pod: number, until: number): PodChange[] {
  const found: PodChange[] = [];
  const { time, state, node } = podChanges;
  for (let at = 0; at < podChanges.pod.length && time.values[at] <= until; at += 1) {
    if (podChanges.pod.values[at] !== pod) continue;
    found.push({ time: time.values[at], state: state.values[at], node: node.values[at] });
  }
  return found;
}
