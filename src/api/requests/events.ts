// Hot dialect: POST of an event about a pod, a node or an object. The message is interned; `argument` is what its %n or %p stands for, or -1.
import { type EventArgument, EventSubject, type SubjectRow } from '../../model/event-log.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';
import type { IdentityRow, NodeRow, ObjectRow } from '../../model/rows.ts';

export function recordPodEvent(
  requests: RequestArena,
  message: number,
  identity: IdentityRow,
  argument: EventArgument,
): number {
  return record(requests, message, EventSubject.Pod, identity, argument);
}

export function recordNodeEvent(requests: RequestArena, message: number, node: NodeRow): number {
  return record(requests, message, EventSubject.Node, node, -1);
}

export function recordObjectEvent(
  requests: RequestArena,
  message: number,
  row: ObjectRow,
  argument: EventArgument,
): number {
  return record(requests, message, EventSubject.Object, row, argument);
}

function record(
  requests: RequestArena,
  message: number,
  subject: number,
  row: SubjectRow,
  argument: EventArgument,
): number {
  const request = requests.allocate(Verb.RecordEvent, row, subject);
  requests.a[request] = message;
  requests.b[request] = argument;
  return request;
}

export function commitRecordEvent({ requests, state, clock }: Commit, request: number): number {
  const { target, epoch, a, b, madeAt } = requests;
  state.events.add(clock.now, a[request], epoch[request], target[request], b[request], madeAt[request]);
  return 0;
}
