// How long each fault hurt: from its start until the objectives hold again.
import { EventSubject } from '../../model/event-log.ts';
import type { ClusterState } from '../../model/state.ts';

/** One fault, in the order of their starts. */
export interface Recovery {
  readonly atUs: number;
  /** What the event log says of it. */
  readonly message: string;
  /** 0 for a fault that broke no objective; Infinity where they do not hold again before the run ends. */
  readonly durationUs: number;
  /** The intervals that it answers for, from (included) to (excluded): none for a fault that broke no objective. */
  readonly from: number;
  readonly to: number;
}

interface Begun {
  readonly atUs: number;
  readonly message: string;
}

/** Faults of the event log, those that last and those of one instant. */
export function faultsOf({ events }: Pick<ClusterState, 'events'>): Begun[] {
  const begun: Begun[] = [];
  for (let index = 0; index < events.length; index += 1) {
    if (events.subject[index] !== EventSubject.None) continue;
    const { source, reason, message } = events.messages.get(events.message[index]);
    if (source !== 'fault' || (reason !== 'FaultStarted' && reason !== 'FaultFired')) continue;
    begun.push({ atUs: events.time[index], message });
  }
  return begun;
}

/**
 * `held` says of each interval whether the objectives hold in it, `endsUs` when it ends. A fault answers for the intervals from the one in
 * which it begins up to the one in which the next begins; where the objectives do not hold at that time, on until they do. Its recovery ends
 * with the last of these intervals in which they do not hold.
 */
export function recoveries(faults: readonly Begun[], held: Uint8Array, endsUs: readonly number[]): Recovery[] {
  const inOrder = [...faults].sort((a, b) => a.atUs - b.atUs);
  const recovered: Recovery[] = [];
  let first = 0;
  for (const [index, { atUs, message }] of inOrder.entries()) {
    while (first < held.length && endsUs[first] <= atUs) first += 1;
    let next = index + 1;
    while (next < inOrder.length && inOrder[next].atUs === atUs) next += 1;
    const nextUs = inOrder[next]?.atUs ?? Infinity;
    let last = -1;
    for (let at = first; at < held.length; at += 1) {
      const beyond = at > first && endsUs[at] > nextUs;
      if (beyond && (held[at] === 1 || last !== at - 1)) break;
      if (held[at] === 0) last = at;
    }
    const durationUs = last === -1 ? 0 : last === held.length - 1 ? Infinity : endsUs[last] - atUs;
    recovered.push({ atUs, message, durationUs, from: first, to: Math.max(first, last + 1) });
  }
  return recovered;
}
