// The simulator's own lines in the event log: what the timeline did, when a rollout began.
import { EventSubject } from '../model/event-log.ts';
import type { ClusterState } from '../model/state.ts';

export function announce(state: ClusterState, nowUs: number, source: string, reason: string, message: string): void {
  const id = state.events.messages.id({ source, type: 'Normal', reason, message });
  state.events.add(nowUs, id, EventSubject.None, 0, -1);
}
