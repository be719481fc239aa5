// The delays that the recorded fake kubelets had: those that were drawn, and longer where the timeline shows that they came late.
import type { Delays, Entry } from './recording.ts';

/** When a pod's steps were first seen, seconds from t0. */
type Seen = ReadonlyMap<string, number>;

/**
 * A fake kubelet shared two cores with everything else: it drew a second and wrote after 1.1 or, in a stall, after 3. What it
 * drew cannot show that the pods of a stall became ready together. A step takes what was seen of it, never less than was drawn; the
 * request's own milliseconds are in that. Where kubelets were stopped on purpose, what is late is not theirs.
 */
export function delaysAsSeen(drawn: readonly Delays[], entries: readonly Entry[], stopped: boolean): readonly Delays[] {
  if (stopped) return drawn;
  const pods = new Map<string, Map<string, number>>();
  for (const { t, kind, name, what } of entries) {
    if (kind !== 'Pod') continue;
    const seen = pods.get(name) ?? new Map<string, number>();
    pods.set(name, seen);
    if (!seen.has(what)) seen.set(what, t);
  }
  return drawn.map((one) => {
    const seen = pods.get(one.pod);
    if (seen === undefined) return one;
    return {
      ...one,
      start: longer(one.start, seen, 'scheduled', 'running'),
      // Without a delay of its own it is ready with the same write.
      ready: one.ready > 0 ? longer(one.ready, seen, 'running', 'ready') : one.ready,
      term: longer(one.term, seen, 'deleting', 'succeeded'),
    };
  });
}

function longer(drawn: number, seen: Seen, from: string, to: string): number {
  const begin = seen.get(from);
  const end = seen.get(to);
  return drawn < 0 || begin === undefined || end === undefined ? drawn : Math.max(drawn, end - begin);
}
