// What the node autoscaler has said to pods that wait for a node: whether it makes room for them, and why not.
import { EventSubject } from '../../model/event-log.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../build.ts';

const REASONS: ReadonlySet<string> = new Set(['NotTriggerScaleUp', 'TriggeredScaleUp']);

/** Its last words to each of the pods that have no node, and to how many of them it said so; the most frequent first. */
export function scaleUpWords(
  { state }: World,
  pods: readonly PodRow[],
): { readonly says: string; readonly pods: number }[] {
  const { events } = state;
  const waiting = new Set(pods.filter((pod) => state.pods.node[pod] < 0).map((pod) => state.pods.identity[pod]));
  if (waiting.size === 0) return [];
  const last = new Map<number, string>();
  for (const index of events.inOrder()) {
    if (events.subject[index] !== EventSubject.Pod || !waiting.has(events.podOf(index))) continue;
    const { reason } = events.messages.get(events.message[index]);
    if (REASONS.has(reason)) last.set(events.podOf(index), `${reason}: ${state.describeEvent(index).message}`);
  }
  const counts = new Map<string, number>();
  for (const says of last.values()) counts.set(says, (counts.get(says) ?? 0) + 1);
  return [...counts].map(([says, count]) => ({ says, pods: count })).sort((a, b) => b.pods - a.pods);
}
