// The order in which a kubelet evicts pods from a node that runs short of something (eviction's rankMemoryPressure, rankDiskPressure, rankPIDPressure).

export type Signal = 'memory' | 'disk' | 'pid';

export interface Usage {
  readonly priority: number;
  readonly request: number;
  /** Bytes in use, or processes; undefined: nobody knows. */
  readonly used: number | undefined;
}

/** Less than 0: `one` goes before `other`. */
export function evictedBefore(signal: Signal, one: Usage, other: Usage): number {
  const byPriority = one.priority - other.priority;
  // Processes have no requests.
  if (signal === 'pid') return byPriority || byUse(one, other, 0, 0);
  return byExcess(one, other) || byPriority || byUse(one, other, one.request, other.request);
}

/** Those that use more than they requested go first; before them those of which nobody knows. */
function byExcess(one: Usage, other: Usage): number {
  if (one.used === undefined || other.used === undefined) return byKnowledge(one, other);
  return Number(other.used > other.request) - Number(one.used > one.request);
}

function byUse(one: Usage, other: Usage, ofOne: number, ofOther: number): number {
  if (one.used === undefined || other.used === undefined) return byKnowledge(one, other);
  return other.used - ofOther - (one.used - ofOne);
}

function byKnowledge(one: Usage, other: Usage): number {
  return Number(other.used === undefined) - Number(one.used === undefined);
}
