// The simulator's own lines in the event log: what the timeline did, when a rollout began.
import type { EventMessage } from '../model/event-log.ts';
import type { ClusterState } from '../model/state.ts';

export function announce(state: ClusterState, nowUs: number, message: EventMessage): void {
  state.events.addAboutNobody(nowUs, state.events.messages.id(message));
}
