// Which of the nodes on which preemption would help loses its pods (preemption.go pickOneNodeForPreemption).
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** A node and the pods that would have to leave it. */
export interface Candidate {
  readonly node: NodeRow;
  /** Rows in the cache, the most important pod first; never empty. */
  readonly victims: readonly PodRow[];
  /** Victims whose budget does not allow it. */
  readonly pdbViolations: number;
  /** Priority of the most important victim, and the sum over all of priority + 2^31. */
  readonly highestPriority: number;
  readonly sumOfPriorities: number;
  /** When the first of the victims with the highest priority started, in seconds. */
  readonly earliestStart: number;
}

/**
 * Fewest violated budgets, then the lowest highest priority, the smallest sum of priorities, the fewest victims, the latest
 * start; then the first in the list, where the real scheduler takes any.
 */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let best: Candidate | undefined;
  for (const one of candidates) if (best === undefined || isBetter(one, best)) best = one;
  return best;
}

function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.pdbViolations !== b.pdbViolations) return a.pdbViolations < b.pdbViolations;
  if (a.highestPriority !== b.highestPriority) return a.highestPriority < b.highestPriority;
  if (a.sumOfPriorities !== b.sumOfPriorities) return a.sumOfPriorities < b.sumOfPriorities;
  if (a.victims.length !== b.victims.length) return a.victims.length < b.victims.length;
  return a.earliestStart > b.earliestStart;
}
